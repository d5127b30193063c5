internal import BSON

/// What a bulk's reply says: which operations failed, and whether the majority has the others.
struct BulkReply {
  private let errors: [Document]
  private let concern: String?
  private let address: MongoAddress

  init(_ reply: Document?, address: MongoAddress) {
    errors = reply?["writeErrors"]?.array?.compactMap(\.document) ?? []
    concern = reply?["writeConcernError"]?.document
      .map { address.redacted($0["errmsg"]?.string ?? "write concern failed") }
    self.address = address
  }

  /// No word on single operations: the bulk was done, or refused, as a whole.
  var isEmpty: Bool { errors.isEmpty && concern == nil }

  func conclude(_ bulk: WriteBulk, in outcomes: inout [WriteOutcome?]) {
    let rest: WriteOutcome =
      concern.map {
        .unknown("written, but not confirmed by the majority of the replica set: \($0)")
      } ?? .applied
    bulk.conclude(rest, in: &outcomes)
    for error in errors {
      guard let index = error["index"]?.int, bulk.places.indices.contains(index) else { continue }
      outcomes[bulk.places[index]] = outcome(error)
    }
  }

  /// MongoDB's error codes (`src/mongo/base/error_codes.yml`).
  private enum Code {
    static let pathNotViable = 28
    static let notSingleValueField = 54
    static let immutableField = 66
    static let duplicateKey = 11000
    static let tooLarge: Set<Int> = [10334, 17419]
  }

  private func outcome(_ error: Document) -> WriteOutcome {
    let code = error["code"]?.int ?? 0
    let text = address.redacted(error["errmsg"]?.string ?? "")
    switch code {
    // The filter missed: see UpdateRequest. (The second where the insert is refused earlier.)
    case Code.immutableField, Code.notSingleValueField: return .conflicted
    // The filter matched, but a map on the way is now a text or a number.
    case Code.pathNotViable: return .conflicted
    case let code where Code.tooLarge.contains(code):
      return .failed("the document would be larger than MongoDB's limit: \(text)")
    case Code.duplicateKey where isOnID(error, text): return .duplicate
    default: return .failed("\(text) (MongoDB error \(code))")
    }
  }

  /// Servers before 4.4 name the index in the text alone.
  private func isOnID(_ error: Document, _ text: String) -> Bool {
    if let pattern = error["keyPattern"]?.document {
      return Array(pattern).map(\.name) == ["_id"]
    }
    return text.contains("index: _id_ ")
  }
}
