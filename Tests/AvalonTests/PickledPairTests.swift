import BSON
import Foundation
import Identity
import TestSupport
import Testing

@testable import Avalon

/// The file of a project in the old Avalon Sync's store: a pickle, of which one form is taken.
@Suite struct PickledPairTests {
  /// The bytes that domain.md 2.6 shows, from a run of the old tool on Python 3.7.
  private static let recorded = hexadecimal(
    """
    4700000000000000 8004 95 3c00000000000000 5d94 28 8c0d 62736f6e2e6f626a6563746964 94
    8c08 4f626a6563744964 94 93 94 29 81 94 430c 5d5f9f1e8c7f3b0001a1b2c3 94 62 8c04 68756c6b 94 65 2e
    """)
  private static let document = ObjectID(hex: "5d5f9f1e8c7f3b0001a1b2c3")

  @Test func theRecordedFileIsRead() throws {
    let pair = try PickledPair.read(Self.recorded)
    #expect(pair.document == Self.document && pair.collection == "hulk")
    var newer = Self.recorded
    newer[9] = 5
    #expect(try PickledPair.read(newer) == pair)
    #expect(try PickledPair.read(Self.recorded + newer + Self.recorded) == pair)
  }

  @Test(arguments: [1, 255, 256, 1000]) func namesOfAnyLength(_ length: Int) throws {
    let name = String(repeating: "n", count: length)
    #expect(try PickledPair.read(pickle(id(1), name)).collection == name)
  }

  /// The opcode's place counts from the start of the file: 8 bytes of length come first.
  @Test(arguments: [
    ([UInt8](), 0, "the file ends in the middle of the length of an entry"),
    (Array(recorded.dropLast()), 0, "an entry of 71 bytes is announced, and 70 follow"),
    (bytes(0, 8), 0, "an entry of 0 bytes is announced, and 0 follow"),
    (
      [UInt8](repeating: 255, count: 16), 0,
      "18446744073709551615 is too much for the length of an entry"
    ),
    (Array(recorded + [0]), 80, "the file ends in the middle of the length of an entry"),
    (recorded + pickle(id(1), "hulk"), 79, "this entry says something else than the one before it"),
    (recorded.put(3, at: 9), 9, "pickle's protocol 3 is not read"),
    (recorded.put(0x3B, at: 11), 11, "pickle's frame does not fill its entry"),
    (
      recorded.put(UInt8(ascii: "x"), at: 24), 24,
      "a list that begins with an ObjectId was expected"
    ),
    (recorded.put(11, at: 55), 55, "twelve bytes of an id was expected"),
    (recorded.put(UInt8(ascii: "V"), at: 70), 70, "a text was expected, the collection's name"),
    (recorded.put(200, at: 71), 79, "the file ends in the middle of the collection's name"),
    (recorded.put(0xFF, at: 74), 72, "the collection's name is not UTF-8"),
    (recorded.put(0, at: 74), 72, "MongoDB takes neither $ nor NUL in a collection's name"),
    (recorded.put(0x2E, at: 77), 77, "the end of the list was expected"),
    (pickle(id(1), "system.users"), 72, "names that begin with \"system.\" are MongoDB's own"),
    (pickle(id(1), ""), 72, "its name is empty"),
  ]) func whatDiffersIsRefusedWithItsPlace(_ file: [UInt8], _ offset: Int, _ reason: String) {
    let refusal = #expect(throws: PickledPair.Refusal.self) { try PickledPair.read(file) }
    #expect(refusal == PickledPair.Refusal(reason: reason, offset: offset))
  }

  /// `os.system("…")`, as pickle writes it in protocols 4 and 0, in a frame of partd.
  @Test func aProgramIsRefused() {
    let call: [UInt8] =
      [0x80, 4, 0x95] + bytes(24, 8) + [0x8C, 2] + Array("os".utf8) + [0x8C, 6]
      + Array("system".utf8) + [0x93, 0x8C, 2] + Array("ls".utf8) + [0x85, 0x52, 0x2E]
    let oldest = Array("cos\nsystem\n(S'ls'\ntR.".utf8)
    for program in [call, oldest] {
      let refusal = #expect(throws: PickledPair.Refusal.self) {
        try PickledPair.read(bytes(program.count, 8) + program)
      }
      #expect([8, 11, 19].contains(refusal?.offset))
    }
  }

  /// Whatever is done to the bytes, it is read as what they still say, or refused at a place in them.
  @Test func mutations() {
    var random = SeededRandom(2604)
    var refused = 0
    for _ in 0..<10_000 {
      let file = mutated(&random)
      do throws(PickledPair.Refusal) {
        let pair = try PickledPair.read(file)
        // What is taken is what pickle writes for this pair, once or more.
        let entries = [4, 5].map { pickle(pair.document, pair.collection, version: $0) }
        #expect(file.count.isMultiple(of: entries[0].count))
        let parts = stride(from: 0, to: file.count, by: entries[0].count).map {
          Array(file[$0..<min($0 + entries[0].count, file.count)])
        }
        #expect(parts.allSatisfy(entries.contains))
      } catch {
        refused += 1
        #expect((0...file.count).contains(error.offset))
      }
    }
    #expect((5000..<10_000).contains(refused))
  }

  private func mutated(_ random: inout SeededRandom) -> [UInt8] {
    if random.chance(5) {
      return (0..<random.below(200)).map { _ in UInt8(random.below(256)) }
    }
    var file = Self.recorded
    if random.chance(30) { file += Self.recorded }
    for _ in 0...random.below(3) where !file.isEmpty {
      let place = random.below(file.count)
      switch random.below(5) {
      case 0: file[place] ^= 1 << UInt8(random.below(8))
      case 1: file[place] = UInt8(random.below(256))
      case 2: file.remove(at: place)
      case 3: file.insert(UInt8(random.below(256)), at: place)
      default: file.removeSubrange(place..<min(place + random.below(20), file.count))
      }
    }
    return file
  }
}

extension [UInt8] {
  fileprivate func put(_ byte: UInt8, at place: Int) -> [UInt8] {
    var copy = self
    copy[place] = byte
    return copy
  }
}

/// Files that the real partd and pickle wrote, as the old tool called them.
@Suite(.enabled(if: Stack.has("TEST_AVALON_PYTHON"))) struct PartdTests {
  @Test(arguments: [4, 5, nil]) func itsFilesAreRead(_ version: Int?) async throws {
    let folder = try TemporaryFolder()
    let long = String(repeating: "n", count: 300)
    var command = Command(try #require(Stack.avalonPython), [Fixture.path("old_store.py")])
    command.input = """
      {"path": "\(folder.url.path)", \(version.map { "\"protocol\": \($0)," } ?? "") "projects": [
        {"id": "\(kitsu(100))", "document": "\(id(10))", "collection": "hulk",
         "entities": {"\(kitsu(1))": "\(id(11))", "\(kitsu(2))": "\(id(12))"}},
        {"id": "\(kitsu(101))", "document": "\(id(20))", "collection": "été", "again": true,
         "entities": {}},
        {"id": "\(kitsu(102))", "document": "\(id(30))", "collection": "\(long)", "entities": {}}]}
      """
    let outcome = try await command.run()
    try #require(outcome.code == 0, "\(outcome.all)")
    let store = try await OldStore.read(folder.url.path)
    #expect(store.projects.allSatisfy { $0.problems.isEmpty && $0.warnings.isEmpty })
    #expect(store.projects.map(\.id) == [kitsu(100), kitsu(101), kitsu(102)])
    #expect(store.projects.map(\.collection) == ["hulk", "été", long])
    #expect(store.projects.map(\.document) == [id(10), id(20), id(30)])
    #expect(store.projects.first?.entities == [kitsu(1): id(11), kitsu(2): id(12)])
    let file = folder.url.appending(path: "data/\(kitsu(100))/\(kitsu(100))")
    let written = try Array(Data(contentsOf: file))
    #expect(written == pickle(id(10), "hulk", version: UInt8(version ?? 5)))
  }
}
