package import Avalon
package import Identity
package import Kitsu
package import Planning
package import Report

/// What the service works on: Kitsu, Avalon's databases, and what the settings make of them.
package protocol ServiceWorld: Sendable {
  /// Reads Kitsu's list of projects, and finds what each gets and where it is.
  /// - Throws: where Kitsu cannot be read, or no database of Avalon.
  func survey() async throws -> Survey

  /// What happens in Kitsu, from a position on; nil where nothing can be heard (a snapshot).
  func feed(from position: FeedPosition?) -> AsyncStream<FeedSignal>?

  /// How far Kitsu's events were heard by the service that ran last; nil where nobody knows.
  /// - Throws: where it cannot be read.
  func position() async throws -> FeedPosition?

  /// What moves with each change of a project in Kitsu; nil where the server cannot tell.
  func version(of project: EntityID) async throws -> String?
}

/// All projects that are synced, at one moment.
package struct Survey: Sendable {
  package let header: ReportHeader
  package let projects: [SurveyedProject]

  package init(header: ReportHeader, projects: [SurveyedProject]) {
    self.header = header
    self.projects = projects
  }
}

/// One project, and what takes it to Avalon.
package struct SurveyedProject: Sendable {
  package enum Way: Sendable {
    /// - Parameter reconciler: for one run, which has its own name in the journal.
    case open(
      directory: ProjectDirectory, reconciler: @Sendable (_ why: String) throws -> Reconciler)
    /// Why nothing can be done: a condition that failed, a database that cannot be opened.
    case blocked(Hold)
  }

  package let summary: ProjectSummary
  package let setup: ProjectSetup?
  package let way: Way
  /// How the replicas share the projects of its target; nil where nobody else works on them.
  package let leases: MongoLeases?

  package init(
    summary: ProjectSummary, setup: ProjectSetup?, way: Way, leases: MongoLeases? = nil
  ) {
    self.summary = summary
    self.setup = setup
    self.way = way
    self.leases = leases
  }
}
