import Kitsu
import Testing

@testable import Controller

@Suite("What an edit tells of is read ahead of its debounce")
struct AheadTests {
  @Test("What is edited while that is read is written with it, and nothing before")
  func overtaken() async throws {
    var settings = ServiceSettings()
    // The second event comes long before its end, on a busy machine too.
    settings.queue = WorkQueue.Limits(
      workers: 2, debounce: .seconds(8), headStart: .milliseconds(7500))
    try await EditedService.with(settings) { service in
      let (store, kitsu) = (service.store, service.kitsu)
      let written = await store.writeCount
      await kitsu.edit([
        { $0.items[0].description = "dawn" }, { $0.items[1].description = "dusk" },
      ])
      try await EditedService.eventually("both edits stand in Avalon") {
        await store.writeCount == written + 2
      }
      #expect(await kitsu.writesBefore == [written, written])
      let hints = await kitsu.hints
      #expect(hints.map(\.entities.count) == [1, 2] && hints.allSatisfy { !$0.isWhole })
      let texts = await service.descriptions()
      #expect(Set(texts).isSuperset(of: ["dawn", "dusk"]), "\(texts)")
    }
  }
}
