internal import BSON
internal import Identity
internal import Planning

/// What the service and the people who steer it tell one another, in the controller's database: of one
/// installation in one of Avalon's databases. Any replica and any terminal may read and write it.
///
/// Losing it loses what was asked for and not yet done, and what `status` shows; no document.
package struct ServiceRecords: Sendable {
  static let requests = "requests"
  static let statuses = "statuses"
  static let replicas = "replicas"
  static let positions = "positions"

  /// A replica that was not heard for so long is not told of any more.
  private static let forgotten: Int64 = 30 * 86_400_000

  let records: any RecordStore
  /// Avalon's.
  package let database: String
  package let owner: String

  package init(records: any RecordStore, database: String, owner: String) {
    self.records = records
    self.database = database
    self.owner = owner
  }

  /// As ``JournalScope/installation``.
  var installation: String { "\(database)/\(owner)" }
  var ours: [(field: FieldName, value: Value)] {
    [(ServiceRequest.Field.installation, .string(installation))]
  }

  /// To be called once before the service writes anything.
  /// - Parameter now: milliseconds since 1970-01-01 UTC.
  /// - Throws: `notAuthorised` where there is no right to write records.
  package func prepare(at now: Int64) async throws(AvalonError) {
    let installation = ServiceRequest.Field.installation
    try await records.index(
      ServiceRecords.requests,
      by: [[installation, "_id"], [installation, ServiceRequest.Field.state]])
    for collection in [ServiceRecords.statuses, ServiceRecords.replicas] {
      try await records.index(collection, by: [[installation]])
    }
    let old = try await replicas().filter { now - $0.time > ServiceRecords.forgotten }
    try await records.delete(ServiceRecords.replicas, ids: old.map { .string(id($0.id)) })
  }

  func id(_ name: String) -> String { "\(installation)/\(name)" }

  // MARK: How far Kitsu's events were read

  /// - Parameter kitsu: its address.
  /// - Returns: what ``keep(_:of:)`` was given last; nil where it never was.
  package func position(of kitsu: String) async throws(AvalonError) -> String? {
    try await records.find(
      ServiceRecords.positions, RecordQuery(equal: [("_id", .string(id(kitsu)))])
    ).first?["position"]?.string
  }

  package func keep(_ position: String, of kitsu: String) async throws(AvalonError) {
    let record = DocumentWriter.document { writer in
      writer.append("_id", id(kitsu))
      writer.append("position", position)
    }
    try await records.replace([record], in: ServiceRecords.positions)
  }
}
