import BSON
import Testing

@testable import Avalon

/// What every store promises: see `AvalonStore`.
@Suite struct StoreContractTests {
  @Test(arguments: StoreKind.available)
  func anUnknownCollectionIsEmpty(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      #expect(try await room.collections() == [])
      #expect(try await room.read("nobody") == [])
      #expect(try await room.read("nobody", ids: [id(1)]) == [])
      #expect(try await room.read("nobody", names: ["x"]) == [])
      #expect(try await room.write([], to: "nobody") == [])
      #expect(try await room.collections() == [])
    }
  }

  @Test(arguments: StoreKind.available)
  func describesItself(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let description = try await room.store.describe()
      #expect(description.database == room.database)
      if kind == .dump {
        #expect(description.address.hasPrefix("dump:/"))
        #expect(description.version == nil)
      } else {
        #expect(description.address.hasPrefix("mongodb://127.0.0.1:"))
        #expect(description.version?.hasPrefix("6.") == true)
      }
    }
  }

  @Test(arguments: StoreKind.available)
  func readsProjectsAndAssetsWithTheirFieldsOnly(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let project = document(
        ("_id", .objectID(id(1))), ("schema", "avalon-core:project-2.0".value),
        ("type", "project".value), ("name", "bigbuck".value), ("parent", .null),
        ("data", .document(document(("fps", .int32(25))))),
        ("config", .document(document(("tasks", list())))))
      let foreign = document(
        ("_id", .objectID(id(2))), ("type", "asset".value), ("name", "hero".value),
        ("silo", "assets".value), ("thumbnail", "a big one".value))
      let archived = document(
        ("_id", .objectID(id(3))), ("type", "archived_asset".value), ("name", "old".value))
      let version = document(
        ("_id", .objectID(id(4))), ("type", "version".value), ("name", .int32(1)))
      let untyped = document(("_id", "text".value), ("name", "hero".value))
      try await room.put([version, project, untyped, foreign, archived])

      let found = try await room.read()
        .sorted { "\($0["_id"] ?? .null)" < "\($1["_id"] ?? .null)" }
      #expect(Set(found.compactMap { $0["_id"]?.objectID }) == [id(1), id(2), id(3)])
      #expect(found.first { $0["_id"]?.objectID == id(1) } == project)
      let hero = try #require(found.first { $0["_id"]?.objectID == id(2) })
      #expect(Array(hero).map(\.name) == ["_id", "type", "name", "silo"])

      let byID = try await room.read(ids: [id(1), id(4), id(9)])
      #expect(byID == [project])
      let byName = try await room.read(names: ["hero", "old"])
      #expect(Set(byName.compactMap { $0["_id"]?.objectID }) == [id(2), id(3)])
      #expect(byName.allSatisfy { Set($0.map(\.name)) == ["_id", "type", "name"] })
      #expect(try await room.read(names: []) == [])
      #expect(try await room.read(ids: []) == [])
      #expect(try await room.collections() == [room.collection])
    }
  }

  @Test(arguments: StoreKind.available)
  func namesAreComparedByTheirBytes(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      try await room.put([asset(1, "caf\u{e9}"), asset(2, "cafe\u{301}"), asset(3, "CAF\u{e9}")])
      let composed = try await room.read(names: ["caf\u{e9}"])
      #expect(composed.compactMap { $0["_id"]?.objectID } == [id(1)])
      let both = try await room.read(names: ["caf\u{e9}", "cafe\u{301}"])
      #expect(both.count == 2)
    }
  }

  @Test(arguments: StoreKind.available)
  func insertsOnceAndNamesTheDuplicate(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let first = try await room.write([.insert(asset(1)), .insert(asset(2, "villain"))])
      #expect(first == [.applied, .applied])
      let second = try await room.write([
        .insert(asset(3)), .insert(asset(1, "other")), .insert(asset(4)), .insert(asset(4)),
      ])
      #expect(second == [.applied, .duplicate, .applied, .duplicate])
      #expect(try await room.one(id(1)) == asset(1))
      #expect(try await room.all().count == 4)
    }
  }

  @Test(arguments: StoreKind.available)
  func refusesADocumentWithoutAnIDAndOneThatIsTooLarge(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let huge = asset(2, data: String(repeating: "x", count: 16 * 1024 * 1024).value)
      let outcomes = try await room.write([
        .insert(document(("name", "x".value))), .insert(huge), .insert(asset(3)),
      ])
      guard case .failed(let noID) = outcomes[0], case .failed(let tooLarge) = outcomes[1] else {
        Issue.record("\(outcomes)")
        return
      }
      #expect(noID.contains("_id"))
      #expect(tooLarge.contains("\(huge.byteCount) bytes"))
      #expect(outcomes[2] == .applied)
      #expect(try await room.all() == [asset(3)])
    }
  }

  @Test(arguments: StoreKind.available)
  func refusesAnUpdateThatMakesTheDocumentTooLarge(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let half = String(repeating: "x", count: 9 * 1024 * 1024).value
      let large = asset(1, data: .document(document(("a", half))))
      try await room.put([large, asset(2)])
      let outcomes = try await room.write([
        .update(DocumentUpdate(1, ["data", "b"], from: nil, to: half)),
        .update(DocumentUpdate(2, ["name"], from: "hero".value, to: "h".value)),
      ])
      guard case .failed(let text) = outcomes[0] else {
        Issue.record("\(outcomes)")
        return
      }
      #expect(text.contains("MongoDB's limit"))
      #expect(outcomes[1] == .applied)
      #expect(try await room.one(id(1)) == large)
    }
  }

  @Test(arguments: StoreKind.available)
  func refusesNamesThatAreNoCollections(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let names = [
        "", "a$b", "a\u{0}b", ".a", "a.", "a..b", "..", "system.users", "../../x",
        String(repeating: "x", count: 300),
      ]
      for name in names {
        let error = await #expect(throws: AvalonError.self, "\(name)") {
          _ = try await room.write([.insert(asset(1))], to: name)
        }
        #expect(error?.code == .invalidAddress, "\(name)")
      }
      #expect(try await room.collections() == [])
    }
  }

  @Test(arguments: StoreKind.available)
  func takesHostileNames(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let names = [
        "a/b", "../x", "/etc/passwd", "a b+c", "päth", "日本語", "a%2Fb", "-rf", "~root", "nul\\x",
        "emoji🎬", "x.metadata.json", "x.bson", "a\nb", String(repeating: "é", count: 30),
      ].filter { !$0.contains("..") }
      for (number, name) in names.enumerated() {
        let outcome = try await room.write([.insert(asset(number + 1, name))], to: name)
        #expect(outcome == [.applied], "\(name)")
      }
      #expect(try await room.collections() == names.sorted())
      for (number, name) in names.enumerated() {
        let expected = asset(number + 1, name)
        #expect(try await room.read(name) == [expected], "\(name)")
      }
    }
  }

  @Test(arguments: StoreKind.available)
  func aClosedStoreSaysSo(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let other: any AvalonStore =
        try kind == .dump
        ? DumpStore(directory: "/tmp/none", database: "none")
        : MongoStore(uri: "mongodb://127.0.0.1:1", database: "none")
      await other.close()
      let error = await #expect(throws: AvalonError.self) { try await other.collections() }
      #expect(error?.cause == "it was closed")
    }
  }
}
