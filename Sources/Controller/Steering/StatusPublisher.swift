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
  ///   - records: by target; what of it is missing is left out this time.
  ///   - isLast: the replica stops.
  /// - Throws: the first target's error; the others are told nevertheless.
  package func publish(
    _ report: ServiceReport, offers: [String: RecordedStatus.Offer] = [:],
    to records: [String: ServiceRecords], isLast: Bool = false
  ) async throws(AvalonError) {
    var failure: AvalonError?
    let usual = report.header?.usual.target
    for (target, records) in records.sorted(by: { $0.key < $1.key }) {
      // A project that has no target, as its condition failed, is told of where most are.
      let own = report.projects.filter { ($0.setup?.target ?? usual) == target }
      do throws(AvalonError) {
        try await publish(own, offers, report, target, records, isLast: isLast)
      } catch {
        ledgers[target] = nil
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private func publish(
    _ projects: [ProjectStatus], _ offers: [String: RecordedStatus.Offer],
    _ report: ServiceReport, _ target: String, _ records: ServiceRecords, isLast: Bool
  ) async throws(AvalonError) {
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
