import Identity
import Mapping
import Planning
import TestSupport

@testable import Controller
@testable import Kitsu

/// Kitsu with one production. People go on editing while it is read.
actor EditedKitsu: KitsuSource {
  private var show: Show
  private var random: SeededRandom
  /// Edits to come, each made while the last one is read again; with its event.
  private var edits: [@Sendable (inout Show) -> Void] = []
  private let (events, event) = AsyncStream<FeedSignal>.makeStream()
  private(set) var hints: [ChangeHint] = []
  private let store: MemoryStore
  /// How much was written before each reading by a hint.
  private(set) var writesBefore: [Int] = []
  private(set) var wholeReadings = 0
  private(set) var version = 1
  private var isRestless = false

  init(_ show: Show, _ store: MemoryStore, seed: Int) {
    self.show = show
    self.store = store
    random = SeededRandom(UInt64(seed))
  }

  private var plain: HintedSource { HintedSource(show.production(&random)) }

  func edit(_ edits: [@Sendable (inout Show) -> Void]) {
    self.edits = edits
    editNext()
  }

  /// An edit that no event tells of.
  func editUnheard(_ edit: (inout Show) -> Void) {
    edit(&show)
    version += 1
  }

  /// From now on it changes each time that it is read.
  func becomeRestless() { isRestless = true }

  private func editNext() {
    guard !edits.isEmpty else { return }
    let before = show
    edits.removeFirst()(&show)
    event.yield(
      .events([
        KitsuEvent(
          name: "shot:update", project: EntityID(show.projectID), hint: show.hint(since: before))
      ]))
  }

  nonisolated func feed() -> AsyncStream<FeedSignal> { events }

  func describe() async throws(KitsuError) -> SourceDescription { try await plain.describe() }

  func projects() async throws(KitsuError) -> [ProjectSummary] { try await plain.projects() }

  func read(
    project: EntityID, needs: SourceNeeds, progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws(KitsuError) -> ProjectReading {
    wholeReadings += 1
    var reading = try await plain.read(project: project, needs: needs, progress: progress)
    reading.version = "\(version)"
    if isRestless { reading.consistency = .torn }
    return reading
  }

  func refresh(
    _ reading: ProjectReading, of project: EntityID, by hint: ChangeHint, needs: SourceNeeds
  ) async throws(KitsuError) -> RefreshedReading? {
    hints.append(hint)
    writesBefore.append(await store.writeCount)
    let refreshed = try await plain.refresh(reading, of: project, by: hint, needs: needs)
    editNext()
    return refreshed
  }

  func close() async {}
}

/// A service with this production.
struct EditedWorld: ServiceWorld {
  let site: Site
  let kitsu: EditedKitsu
  /// What the list of projects waits for.
  var delay = Duration.zero

  func survey() async throws -> Survey {
    try await Task.sleep(for: delay)
    let projects = try await kitsu.projects()
    let directory = try await site.directory(projects)
    return Survey(
      usual: projects.map {
        SurveyedProject(
          summary: $0, setup: .usual,
          way: .open(directory: directory) { _ in site.reconciler })
      })
  }

  func feed(from position: FeedPosition?) -> AsyncStream<FeedSignal>? { kitsu.feed() }

  func position() async throws -> FeedPosition? { nil }

  func version(of project: EntityID) async throws -> String? { "\(await kitsu.version)" }
}
