internal import BSON
internal import CMongoC

/// Operations of one kind that go to the server in one message.
struct WriteBulk {
  private enum Request {
    case insert(Document)
    case update(UpdateRequest)
    case delete(filter: Document)

    var byteCount: Int {
      switch self {
      case .insert(let document), .delete(filter: let document): document.byteCount
      case .update(let request): request.byteCount
      }
    }
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

  /// Hands the requests to libmongoc, which copies them.
  func append(to bulk: OpaquePointer?, error: inout bson_error_t) -> Bool {
    MongoLibrary.withBSON(Self.insertOptions) { insertOptions in
      MongoLibrary.withBSON(Self.updateOptions) { updateOptions in
        requests.allSatisfy { request in
          switch request {
          case .insert(let document):
            document.withBytes {
              avalon_bulk_insert(bulk, $0.baseAddress, $0.count, insertOptions, &error)
            }
          case .update(let request):
            request.filter.withBytes { filter in
              request.update.withBytes { update in
                avalon_bulk_update_one(
                  bulk, filter.baseAddress, filter.count, update.baseAddress, update.count,
                  updateOptions, &error)
              }
            }
          case .delete(let filter):
            MongoLibrary.withBSON(Self.deleteOptions) { options in
              filter.withBytes {
                avalon_bulk_remove_one(bulk, $0.baseAddress, $0.count, options, &error)
              }
            }
          }
        }
      }
    }
  }

  /// The server checks keys itself, by its own version's rules.
  private static let insertOptions = DocumentWriter.document { $0.append("validate", .bool(false)) }

  private static let updateOptions = DocumentWriter.document { writer in
    writer.append("validate", .bool(false))
    writer.append("upsert", .bool(true))
    appendCollation(to: writer)
  }

  private static let deleteOptions = DocumentWriter.document { appendCollation(to: $0) }

  /// Texts are compared by their bytes, whatever collation the collection was made with.
  private static func appendCollation(to writer: DocumentWriter) {
    writer.beginDocument("collation")
    writer.append("locale", "simple")
    writer.end()
  }
}
