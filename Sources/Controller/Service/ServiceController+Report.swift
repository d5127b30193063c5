internal import Avalon
internal import Identity
internal import Kitsu
package import Report

extension ServiceController {
  /// The state of the service now.
  package func report() -> ServiceReport {
    ServiceReport(
      version: identity.version, host: identity.host, startedAt: startedAt, now: clock.now(),
      header: header,
      feed: FeedReport(state: feed.state, since: feed.since, lastEventAt: feed.lastEventAt),
      queue: QueueReport(
        depth: queue.depth(at: clock.elapsed()), running: queue.running, retries: queue.retries,
        oldest: queue.oldest(at: clock.elapsed())?.seconds),
      conditions: conditions, projects: statuses, sharing: sharingReport,
      storeCommands: MongoCommands.total)
  }

  private var sharingReport: SharingReport? {
    guard !sharing.places.isEmpty else { return nil }
    let members = sharing.places.values.flatMap(\.overview.members).map(\.holder)
    let others = Set(members).union(sharing.places.values.map(\.leases.holder))
    return SharingReport(
      hosts: others.map(\.host).sorted(),
      projects: projects.values.count { $0.surveyed.leases != nil })
  }

  private var conditions: [Condition] {
    let now = clock.now()
    if let (place, loss) = contact.losses.min(by: { $0.value.since < $1.value.since }) {
      let reason: Condition.Reason = place.side == .kitsu ? .kitsuUnreachable : .avalonUnreachable
      return [
        Condition(.ready, false, reason, loss.message, since: loss.since),
        Condition(.stalled, true, reason, loss.message, since: loss.since),
      ]
    }
    guard header != nil else {
      return [Condition(.ready, false, .notSeenYet, "nothing was read yet", since: startedAt)]
    }
    return [Condition(.ready, true, .settled, "Kitsu and Avalon answer", since: now)]
  }

  private var statuses: [ProjectStatus] {
    projects.filter { isOurs($0.key) }.sorted { left, right in
      let (a, b) = (left.value.surveyed.summary.name, right.value.surveyed.summary.name)
      return (a, left.key) < (b, right.key)
    }.map { id, project in
      ProjectStatus(
        id: id.description, name: project.surveyed.summary.name, setup: project.surveyed.setup,
        conditions: project.conditions.all, last: project.last, lag: project.lag?.seconds,
        report: project.report)
    }
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1_000_000_000_000_000_000
  }
}
