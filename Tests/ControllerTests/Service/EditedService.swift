import BSON
import CoreMetrics
import Logging
import Mapping
import Testing

@testable import Controller

/// The service with this production, in this process.
struct EditedService {
  let store: MemoryStore
  let kitsu: EditedKitsu
  let controller: ServiceController
  private let running: Task<Void, Never>

  /// Three shots.
  static let show: Show = {
    var show = Show()
    show.items = (1...3).map { Show.Item(number: $0, kind: .shot, name: "SH\($0)0") }
    show.nextNumber = 4
    return show
  }()

  init(_ settings: ServiceSettings, listsAfter delay: Duration = .zero) throws {
    let store = MemoryStore(seed: 1)
    let kitsu = EditedKitsu(EditedService.show, store, seed: 1)
    let start = ContinuousClock.now
    let controller = ServiceController(
      EditedWorld(site: try Site(kitsu, store), kitsu: kitsu, delay: delay), settings,
      ServiceIdentity(version: "1", host: "sync1"),
      clock: ServiceClock(
        elapsed: { ContinuousClock.now - start }, now: { 0 }, hour: { 12 }, chance: { 0.5 }),
      metrics: ServiceMetrics(NOOPMetricsHandler.instance),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    (self.store, self.kitsu, self.controller) = (store, kitsu, controller)
    running = Task { await controller.run() }
  }

  /// Runs a test beside it, and stops it whatever happens.
  static func with(
    _ settings: ServiceSettings, _ test: (EditedService) async throws -> Void
  ) async throws {
    let service = try EditedService(settings)
    defer { service.running.cancel() }
    try await eventually("the project stands in Avalon") {
      await service.store.documents.count == 4
    }
    try await test(service)
    await service.stop()
  }

  func stop() async {
    await controller.stop()
    await running.value
  }

  func descriptions() async -> [String] {
    await store.documents.compactMap { $0["data"]?.document?["description"]?.string }
  }

  static func eventually(
    _ what: Comment, _ holds: () async -> Bool, location: SourceLocation = #_sourceLocation
  ) async throws {
    for _ in 0..<1200 {
      if await holds() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    try #require(Bool(false), what, sourceLocation: location)
  }
}
