package import BSON
package import Planning

/// What people ask of the service.
extension ServiceRecords {
  /// So many are kept.
  private static let kept = 1000

  /// Writes down what a person asks for. What is asked for already is not asked for twice; an approval
  /// takes the place of an older one of the project.
  ///
  /// - Returns: the id of the request that stands.
  package func ask(_ request: ServiceRequest) async throws(AvalonError) -> ObjectID {
    for open in try await openRequests() where open.scope == request.scope {
      switch (open.kind, request.kind) {
      case (.sync, .sync): return open.id
      case (.approve(let old), .approve(let new)):
        if old.digest == new.digest, old.lifts == new.lifts, old.until > request.time {
          return open.id
        }
        _ = try await settle(open.id, .refused, "another plan was approved after it")
      default: continue
      }
    }
    try await records.insert([request.record], into: ServiceRecords.requests)
    try await prune()
    return request.id
  }

  /// What no replica has dealt with yet, oldest first: one query.
  package func openRequests() async throws(AvalonError) -> [ServiceRequest] {
    let state = Value.string(ServiceRequest.State.open.rawValue)
    return try await records.find(
      ServiceRecords.requests, RecordQuery(equal: ours + [(ServiceRequest.Field.state, state)])
    ).compactMap { ServiceRequest($0) }
  }

  /// Newest first.
  package func requests(limit: Int) async throws(AvalonError) -> [ServiceRequest] {
    try await records.find(
      ServiceRecords.requests, RecordQuery(equal: ours, order: .newestFirst, limit: limit)
    ).compactMap { ServiceRequest($0) }
  }

  package func request(_ id: ObjectID) async throws(AvalonError) -> ServiceRequest? {
    try await records.find(
      ServiceRecords.requests, RecordQuery(equal: [("_id", .objectID(id))])
    ).first.flatMap { ServiceRequest($0) }
  }

  /// - Returns: whether it was still open: of several replicas just one settles it.
  package func settle(
    _ id: ObjectID, _ state: ServiceRequest.State, _ outcome: String
  ) async throws(AvalonError) -> Bool {
    try await records.update(
      ServiceRecords.requests,
      RecordUpdate(
        id: .objectID(id),
        expected: [
          (ServiceRequest.Field.state, .string(ServiceRequest.State.open.rawValue))
        ],
        set: [
          (ServiceRequest.Field.state, .string(state.rawValue)),
          (ServiceRequest.Field.outcome, .string(outcome)),
        ]))
  }

  private func prune() async throws(AvalonError) {
    let all = try await records.find(
      ServiceRecords.requests,
      RecordQuery(equal: ours, order: .newestFirst, fields: [ServiceRequest.Field.state]))
    try await records.delete(
      ServiceRecords.requests, ids: all.dropFirst(ServiceRecords.kept).compactMap { $0["_id"] })
  }
}
