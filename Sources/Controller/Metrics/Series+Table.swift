internal import Planning
internal import Report

/// Every metric. What is counted where it happens comes first, then what is read from the state of
/// the service when somebody asks.
extension Series {
  package static let all =
    [
      reconciles, reconcileSeconds, reconcileErrors, lag, events, gaps, changes, kitsuRequests,
      kitsuBytes,
    ] + [
      storeCommands, retries, ready, feed, lastEvent, queueDepth, queueRunning, queueAge, projects,
      held, projectReady, projectHeld, projectLag, projectSeen, replicas, shared, build, start,
    ]

  // MARK: Counted

  static let reconciles = Series(
    "avalon_sync_reconcile_total", .counter,
    "Reconciles of projects by how they ended: success, held (the whole project is held), requeue "
      + "(somebody else wrote, or Kitsu changed meanwhile), error.",
    [Label("result", ReconcileResult.allCases.map(\.rawValue))])

  static let reconcileSeconds = Series(
    "avalon_sync_reconcile_duration_seconds",
    .histogram([0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]),
    "How long a reconcile of one project took, with up to 0.2 seconds of waiting for the end of its "
      + "debounce.")

  static let reconcileErrors = Series(
    "avalon_sync_reconcile_errors_total", .counter,
    "Errors in the service's work, by where they came from: kitsu, avalon, changes (one was refused), "
      + "other.",
    [Label("source", ErrorSource.allCases.map(\.rawValue))])

  static let lag = Series(
    "avalon_sync_lag_seconds", .histogram([0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600]),
    "From a change in Kitsu, as the event log dates it, or else from its news, to its documents in Avalon."
  )

  static let events = Series(
    "avalon_sync_events_total", .counter,
    "Events heard from Kitsu, by which projects they marked: one, all, none.",
    [Label("marks", EventMarks.allCases.map(\.rawValue))])

  static let gaps = Series(
    "avalon_sync_event_gaps_total", .counter,
    "How often events may have been missed, so that every project was read again.")

  static let changes = Series(
    "avalon_sync_changes_total", .counter,
    "Changes of Avalon's documents by action and outcome; conflicted: somebody else had changed the "
      + "document since it was read, and nothing was written.",
    [Label("action", Action.allCases.map(\.rawValue)), Label("outcome", Outcome.names)])

  static let kitsuRequests = Series(
    "avalon_sync_kitsu_requests_total", .counter,
    "Requests to Kitsu for projects' data and versions.")

  static let kitsuBytes = Series(
    "avalon_sync_kitsu_received_bytes_total", .counter,
    "Bytes of Kitsu's answers when projects were read.")

  // MARK: Read from the state

  static let storeCommands = Series(
    "avalon_sync_mongodb_commands_total", .counter,
    "Commands sent to MongoDB: reads, writes, the journal, leases and records.")

  static let retries = Series(
    "avalon_sync_queue_retries_total", .counter,
    "How often a project was queued again after a failure.")

  static let ready = Series(
    "avalon_sync_ready", .gauge, "1 where Kitsu and Avalon can be reached, as /readyz says; else 0."
  )

  static let feed = Series(
    "avalon_sync_feed_state", .gauge,
    "How the service hears of changes: 1 for the state that it is in, else 0.",
    [Label("state", ["starting", "streaming", "polling", "silent"])])

  static let lastEvent = Series(
    "avalon_sync_last_event_timestamp_seconds", .gauge,
    "When the last event was heard, in seconds since 1970; 0 before the first.")

  static let queueDepth = Series(
    "avalon_sync_queue_depth", .gauge, "Projects that wait for a worker.")

  static let queueRunning = Series(
    "avalon_sync_queue_running", .gauge, "Projects that are worked on.")

  static let queueAge = Series(
    "avalon_sync_queue_oldest_age_seconds", .gauge,
    "How long the project that waits longest has waited; 0 where none waits.")

  static let projects = Series(
    "avalon_sync_projects", .gauge, "Projects by how they stand.",
    [Label("standing", ProjectStanding.allCases.map(\.word))])

  static let held = Series(
    "avalon_sync_held", .gauge, "What is held in all projects, by what the hold covers.",
    [Label("scope", HeldItem.Scope.allCases.map(\.rawValue))])

  static let projectReady = Series(
    "avalon_sync_project_ready", .gauge,
    "1 where Avalon holds what the mapping makes of the project, else 0. The first \(mostProjects) "
      + "projects, the worst first, as with all that is told by project.", byProject)

  static let projectHeld = Series(
    "avalon_sync_project_held", .gauge, "What is held in the project.", byProject)

  static let projectLag = Series(
    "avalon_sync_project_lag_seconds", .gauge,
    "From the news of a change to its documents, the last time; not there before the first.",
    byProject)

  static let projectSeen = Series(
    "avalon_sync_project_last_reconcile_timestamp_seconds", .gauge,
    "When the last reconcile of the project began, in seconds since 1970; not there before the first.",
    byProject)

  static let replicas = Series(
    "avalon_sync_replicas", .gauge,
    "Replicas that are alive and share projects, this one among them; avalon_sync_projects counts those "
      + "that this one holds the lease of.")

  static let shared = Series(
    "avalon_sync_shared_projects", .gauge,
    "Projects that replicas share by leases; 0 where no other can run.")

  static let build = Series(
    "avalon_sync_build_info", .gauge, "Always 1, with the version.", [Label("version", nil)])

  static let start = Series(
    "avalon_sync_start_timestamp_seconds", .gauge,
    "When the service began, in seconds since 1970.")

  /// Kitsu's id, which no two projects share, and the name for people.
  private static let byProject = [Label("project", nil), Label("name", nil)]

  /// So many projects have series of their own: what is stored of them grows with each.
  static let mostProjects = 1000
}

/// How a reconcile ended, as controllers' metrics call it.
package enum ReconcileResult: String, Sendable, CaseIterable {
  case success, held, requeue, error
}

package enum ErrorSource: String, Sendable, CaseIterable {
  case kitsu, avalon, changes, other
}

package enum EventMarks: String, Sendable, CaseIterable {
  case one, all, none
}
