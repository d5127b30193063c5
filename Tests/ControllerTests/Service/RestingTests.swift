import Testing

@testable import Controller

@Suite("What no event tells of")
struct RestingTests {
  @Test(
    "The sweep finds what was missed, of what memory had no room for too", arguments: [1 << 30, 0])
  func swept(_ cacheBytes: Int) async throws {
    var settings = ServiceSettings()
    settings.cacheBytes = cacheBytes
    settings.sweepInterval = .milliseconds(200)
    try await EditedService.with(settings) { service in
      // Evicted within a second.
      try await Task.sleep(for: .milliseconds(1500))
      let readings = await service.kitsu.wholeReadings
      await service.kitsu.editUnheard { $0.items[0].description = "dawn" }
      try await EditedService.eventually("the edit stands in Avalon") {
        await service.descriptions().contains("dawn")
      }
      #expect(await service.kitsu.wholeReadings == readings + 1)
    }
  }

  @Test("A project that never rests is read again ever more seldom")
  func restless() async throws {
    var settings = ServiceSettings()
    settings.sweepInterval = .milliseconds(200)
    try await EditedService.with(settings) { service in
      let readings = await service.kitsu.wholeReadings
      await service.kitsu.becomeRestless()
      let start = ContinuousClock.now
      await service.kitsu.editUnheard { $0.items[0].description = "dawn" }
      try await EditedService.eventually("it is read for the third time") {
        await service.kitsu.wholeReadings >= readings + 3
      }
      // One second, then two; the load of the machine only adds to it.
      #expect(ContinuousClock.now - start >= .seconds(3))
    }
  }

  @Test("A list of projects that does not come keeps nobody from stopping")
  func hangingSurvey() async throws {
    let service = try EditedService(ServiceSettings(), listsAfter: .seconds(3600))
    try await Task.sleep(for: .milliseconds(200))
    await service.stop()
    #expect(await service.store.documents.isEmpty)
  }
}
