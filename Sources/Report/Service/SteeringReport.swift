package import Planning

/// What the controller's database tells of the service, for `status` and `held`. All times are
/// milliseconds since 1970-01-01 UTC.
package struct SteeringReport: Sendable {
  package struct Project: Sendable {
    package let id: String
    package let name: String
    /// Nil where no replica ever told of it.
    package let status: RecordedStatus?
    /// The host of the replica that told of it, and when it did last.
    package let replica: String?
    package let toldAt: Int64?
    /// Whether that replica lives: else what it told is old.
    package let isFresh: Bool
    /// Who paused it, why and until when, in words; nil where it is not paused.
    package let pause: String?

    package init(
      id: String, name: String, status: RecordedStatus?, replica: String?, toldAt: Int64?,
      isFresh: Bool, pause: String?
    ) {
      self.id = id
      self.name = name
      self.status = status
      self.replica = replica
      self.toldAt = toldAt
      self.isFresh = isFresh
      self.pause = pause
    }

    /// A pause counts from the moment in which it was made, whether a replica has seen it or not.
    package var standing: ProjectStanding {
      pause != nil ? .paused : ProjectStanding(status?.conditions ?? [])
    }

    /// Why it stands as it does.
    var message: String {
      if let pause { return pause }
      guard let status else { return "no replica has told of it yet" }
      let condition = status.condition(.stalled) ?? status.condition(.ready)
      return standing == .ready ? "" : condition?.message ?? ""
    }
  }

  package struct Replica: Sendable {
    package let replica: RecordedReplica
    package let heardAt: Int64
    package let lives: Bool

    package init(_ replica: RecordedReplica, heardAt: Int64, now: Int64) {
      self.replica = replica
      self.heardAt = heardAt
      lives = replica.lives(at: now, heard: heardAt)
    }
  }

  package let now: Int64
  /// The databases that were looked into.
  package let places: [String]
  package let owner: String
  package let replicas: [Replica]
  /// The worst first, then by name.
  package let projects: [Project]
  /// What was asked for and is not done yet.
  package let open: [ServiceRequest]

  package init(
    now: Int64, places: [String], owner: String, replicas: [Replica], projects: [Project],
    open: [ServiceRequest]
  ) {
    self.now = now
    self.places = places
    self.owner = owner
    self.replicas = replicas
    self.projects = projects.sorted {
      ($0.standing, $0.name, $0.id) < ($1.standing, $1.name, $1.id)
    }
    self.open = open
  }

  package var isRunning: Bool { replicas.contains(where: \.lives) }

  /// Whether a person has something to look at: no replica runs, or a project is not ready.
  package var asksForSomebody: Bool {
    !isRunning || projects.contains { $0.standing != .ready && $0.standing != .paused }
  }

  package var heldCount: Int { projects.reduce(0) { $0 + ($1.status?.heldCount ?? 0) } }
}

/// Lengths of time as people say them.
enum TimeSpanText {
  /// - Parameter milliseconds: below zero where clocks differ: then it is now.
  static func ago(_ milliseconds: Int64) -> String {
    milliseconds < 1000 ? "just now" : "\(text(milliseconds)) ago"
  }

  static func text(_ milliseconds: Int64) -> String {
    let seconds = milliseconds / 1000
    return switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}
