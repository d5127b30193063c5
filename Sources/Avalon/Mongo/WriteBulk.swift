internal import BSON

/// Operations of one kind that go to the server in one command.
struct WriteBulk {
  fileprivate enum Request {
    case insert(Document)
    case update(UpdateRequest)
    case delete(filter: Document)

    var byteCount: Int {
      switch self {
      case .insert(let document): document.byteCount + Self.elementOverhead
      case .delete(let filter): filter.byteCount + UpdateRequest.overhead
      case .update(let request): request.byteCount
      }
    }

    /// What an element of a list has beside its value: its type and its number.
    private static let elementOverhead = 16
  }

  /// The place of each request among the caller's operations.
  private(set) var places: [Int] = []
  private var requests: [Request] = []
  private var byteCount = 0

  /// Sorts the operations by kind, as a message holds one kind, and cuts them to the server's limits.
  /// Those that cannot be written at all get their outcome at once.
  static func make(
    of operations: [WriteOperation], limits: MongoLimits, outcomes: inout [WriteOutcome?]
  ) -> [WriteBulk] {
    var inserts = [WriteBulk()]
    var updates = [WriteBulk()]
    var deletes = [WriteBulk()]
    for (place, operation) in operations.enumerated() {
      if let reason = WriteCheck.refusal(of: operation, limit: limits.documentSize) {
        outcomes[place] = .failed(reason)
        continue
      }
      switch operation {
      case .insert(let document):
        add(.insert(document), place, to: &inserts, limits)
      case .update(let update):
        let request = UpdateRequest(update)
        if let reason = WriteCheck.tooLarge(request.byteCount, limit: limits.documentSize) {
          outcomes[place] = .failed("the update as it is sent: " + reason)
        } else {
          add(.update(request), place, to: &updates, limits)
        }
      case .delete(let removal):
        add(.delete(filter: UpdateRequest.filter(removal)), place, to: &deletes, limits)
      }
    }
    return (inserts + updates + deletes).filter { !$0.places.isEmpty }
  }

  private static func add(
    _ request: Request, _ place: Int, to bulks: inout [WriteBulk], _ limits: MongoLimits
  ) {
    let last = bulks.count - 1
    let isFull =
      bulks[last].places.count >= limits.bulkCount
      || bulks[last].byteCount + request.byteCount > limits.bulkSize
    if isFull, !bulks[last].places.isEmpty { bulks.append(WriteBulk()) }
    bulks[bulks.count - 1].append(request, place)
  }

  private mutating func append(_ request: Request, _ place: Int) {
    places.append(place)
    requests.append(request)
    byteCount += request.byteCount
  }

  /// Gives every request the same outcome.
  func conclude(_ outcome: WriteOutcome, in outcomes: inout [WriteOutcome?]) {
    for place in places { outcomes[place] = outcome }
  }

  /// The command that makes the writes. The server checks names of fields itself, by its own
  /// version's rules.
  func command(for collection: String) -> Document {
    let verb: FieldName
    let list: FieldName
    switch requests.first {
    case .insert?, nil: (verb, list) = ("insert", "documents")
    case .update?: (verb, list) = ("update", "updates")
    case .delete?: (verb, list) = ("delete", "deletes")
    }
    let writer = DocumentWriter(capacity: byteCount + 1024)
    writer.beginRoot()
    writer.append(verb, collection)
    writer.append("ordered", .bool(false))
    writer.beginArray(list)
    for (index, request) in requests.enumerated() { request.append(to: writer, index) }
    writer.end()
    writer.end()
    guard let command = writer.finish().first else { fatalError("a command was not written") }
    return command
  }
}

extension WriteBulk.Request {
  fileprivate func append(to writer: DocumentWriter, _ index: Int) {
    if case .insert(let document) = self { return writer.append(index: index, .document(document)) }
    writer.beginDocument(index: index)
    switch self {
    case .insert: break
    case .update(let request):
      writer.append("q", .document(request.filter))
      writer.append("u", .document(request.update))
      writer.append("upsert", .bool(true))
    case .delete(let filter):
      writer.append("q", .document(filter))
      writer.append("limit", .int32(1))
    }
    // Texts are compared by their bytes, whatever collation the collection was made with.
    writer.beginDocument("collation")
    writer.append("locale", "simple")
    writer.end()
    writer.end()
  }
}
