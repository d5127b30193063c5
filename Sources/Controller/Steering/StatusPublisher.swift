package import Avalon
internal import BSON
internal import Identity
package import Report

/// Tells what this replica knows in the controller's database of each project's target, so that `status`
/// and `held` work on any terminal.
package actor StatusPublisher {
  private let replica: String
  private var ledgers: [String: StatusLedger] = [:]

  /// - Parameter replica: a name that no other process has.
  package init(replica: String) { self.replica = replica }

  /// Writes what changed since the last time: a few bulk commands, and none where nothing did and the
  /// last word is not old.
  ///
  /// - Parameters:
  ///   - report: with those projects only that this replica holds.
  ///   - offers: what can be approved, by project.
  ///   - target: whose projects are told of.
  ///   - isLast: the replica stops.
  package func publish(
    _ report: ServiceReport, offers: [String: RecordedStatus.Offer] = [:],
    to records: ServiceRecords, of target: String, isLast: Bool = false
  ) async throws(AvalonError) {
    do throws(AvalonError) {
      try await write(report, offers, records, target, isLast: isLast)
    } catch {
      // What was written of it is not known.
      ledgers[target] = nil
      throw error
    }
  }

  private func write(
    _ report: ServiceReport, _ offers: [String: RecordedStatus.Offer],
    _ records: ServiceRecords, _ target: String, isLast: Bool
  ) async throws(AvalonError) {
    // A project that has no target, as its condition failed, is told of where most are.
    let usual = report.header?.usual.target
    let projects = report.projects.filter { ($0.setup?.target ?? usual) == target }
    var statuses: [EntityID: Document] = [:]
    for project in projects {
      guard let id = EntityID(project.id) else { continue }
      statuses[id] = RecordedStatus(project, offer: offers[project.id]).record
    }
    let own = RecordedReplica(
      report, projects: projects.count, stoppedAt: isLast ? report.now : nil
    ).record
    var ledger = ledgers[target] ?? StatusLedger()
    let due = ledger.due(
      statuses, replica: own, at: report.now, heartbeat: RecordedReplica.heartbeat)
    try await records.publish(
      due.publish.sorted { $0.key < $1.key }.map {
        StatusRecord(project: $0.key, replica: replica, time: report.now, content: $0.value)
      })
    if !due.withdraw.isEmpty { try await records.withdraw(due.withdraw, by: replica) }
    if due.replica {
      try await records.publish(ReplicaRecord(id: replica, time: report.now, content: own))
    }
    ledger.note(due, replica: own, at: report.now)
    ledgers[target] = ledger
  }
}
