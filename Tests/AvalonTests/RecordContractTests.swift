import BSON
import TestSupport
import Testing

@testable import Avalon

/// What every store of the controller's records promises: see `RecordStore`.
@Suite("Records of the controller") struct RecordContractTests {
  private func record(_ number: Int, _ more: (FieldName, Value)...) -> Document {
    DocumentWriter.document { writer in
      writer.append("_id", .objectID(id(number)))
      for (name, value) in more { writer.append(name, value) }
    }
  }

  @Test(arguments: StoreKind.available)
  func whatIsNotThereIsEmpty(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      try await room.records.check()
      #expect(try await room.ids("journal").isEmpty)
      #expect(try await room.records.byteCount(of: "journal") == 0)
      try await room.records.delete("journal", ids: [.string("x")])
      let isDone = try await room.records.update(
        "journal", RecordUpdate(id: .string("x"), set: [("a", .int32(1))]))
      #expect(!isDone)
      #expect(try await room.ids("journal").isEmpty)
    }
  }

  @Test(arguments: StoreKind.available)
  func findsByFieldsInOrder(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      try await room.records.index("journal", by: [["scope", "_id"], ["state"]])
      try await room.records.index("journal", by: [["scope", "_id"], ["state"]])
      let all = (1...5).map {
        record($0, ("scope", ($0 % 2 == 0 ? "even" : "odd").value), ("n", .int32(Int32($0))))
      }
      try await room.records.insert(Array(all.reversed()), into: "journal")
      #expect(try await room.ids("journal") == (1...5).map { .objectID(id($0)) })
      func found(_ query: RecordQuery) async throws -> [Int] {
        try await room.records.find("journal", query).compactMap { $0["n"]?.int }
      }
      let odd: [(field: FieldName, value: Value)] = [("scope", "odd".value)]
      #expect(try await found(RecordQuery(equal: odd)) == [1, 3, 5])
      #expect(try await found(RecordQuery(equal: odd, order: .newestFirst, limit: 2)) == [5, 3])
      #expect(try await found(RecordQuery(equal: odd, after: id(1), before: id(5))) == [3])
      #expect(
        try await found(RecordQuery(equal: odd, ids: [2, 3, 9].map { .objectID(id($0)) })) == [3])
      #expect(try await found(RecordQuery(ids: [])).isEmpty)
      // By value, whatever the number's type.
      #expect(try await found(RecordQuery(equal: [("n", .double(4))])) == [4])
      let brief = try await room.records.find("journal", RecordQuery(limit: 1, fields: ["n"]))
      #expect(brief == [record(1, ("n", .int32(1)))])
      #expect(
        try await room.records.byteCount(of: "journal") == all.reduce(0) { $0 + $1.byteCount })
    }
  }

  @Test(
    "Records are found by the documents that a list in them names", arguments: StoreKind.available)
  func touching(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      for (number, ids) in [1: [7, 8], 2: [8], 3: []] {
        let list = DocumentWriter.document { writer in
          for (index, document) in ids.enumerated() {
            writer.append(
              index: index,
              .document(DocumentWriter.document { $0.append("_id", .objectID(id(document))) }))
          }
        }
        try await room.records.insert([record(number, ("changes", .array(list)))], into: "journal")
      }
      func found(_ ids: Set<ObjectID>) async throws -> [Value] {
        try await room.ids("journal", RecordQuery(touching: ("changes", ids)))
      }
      #expect(try await found([id(8)]) == [.objectID(id(1)), .objectID(id(2))])
      #expect(try await found([id(7), id(9)]) == [.objectID(id(1))])
      #expect(try await found([]).isEmpty)
    }
  }

  @Test(arguments: StoreKind.available)
  func insertsOnce(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let first = record(1, ("a", .int32(1)))
      try await room.records.insert([first], into: "journal")
      try await room.records.insert(
        [record(1, ("a", .int32(2))), record(2)], into: "journal")
      #expect(try await room.records.find("journal", RecordQuery()) == [first, record(2)])
      let named = document(("_id", "a/b".value), ("x", .null))
      try await room.records.insert([named], into: "projects")
      #expect(try await room.records.find("projects", RecordQuery()) == [named])
    }
  }

  @Test(arguments: StoreKind.available)
  func replacesUpdatesAndDeletes(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      try await room.records.replace([], in: "journal")
      #expect(try await room.ids("journal").isEmpty)
      try await room.records.replace([record(1, ("a", .int32(1)))], in: "journal")
      try await room.records.replace([record(2), record(1, ("b", "x".value))], in: "journal")
      #expect(
        try await room.records.find("journal", RecordQuery())
          == [record(1, ("b", "x".value)), record(2)])
      func update(
        _ expected: [(field: FieldName, value: Value?)],
        _ set: [(field: FieldName, value: Value?)]
      ) async throws -> Bool {
        try await room.records.update(
          "journal", RecordUpdate(id: .objectID(id(1)), expected: expected, set: set))
      }
      #expect(try await !update([("b", "y".value)], [("b", "z".value)]))
      #expect(try await !update([("b", nil)], [("b", "z".value)]))
      #expect(try await update([("b", "x".value), ("c", nil)], [("b", nil), ("c", .int32(3))]))
      #expect(
        try await room.records.find("journal", RecordQuery())
          == [record(1, ("c", .int32(3))), record(2)])
      try await room.records.delete("journal", ids: [.objectID(id(1)), .objectID(id(9))])
      #expect(try await room.ids("journal") == [.objectID(id(2))])
    }
  }

  /// More than MongoDB takes in one command.
  @Test(arguments: StoreKind.available)
  func replacesManyAtOnce(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let text = String(repeating: "x", count: 3 << 20)
      for n in [1, 2] as [Int32] {
        let all = (1...6).map { record($0, ("n", .int32(n)), ("text", text.value)) }
        try await room.records.replace(all, in: "statuses")
        #expect(try await room.records.find("statuses", RecordQuery()) == all)
      }
    }
  }

  @Test(arguments: StoreKind.available)
  func updatesManyAtOnceWhereTheyAreAsExpected(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let text = String(repeating: "x", count: 3 << 20)
      try await room.records.insert((1...6).map { record($0, ("n", .int32(1))) }, into: "applied")
      func updates(_ expected: Value?) -> [RecordUpdate] {
        (1...7).map {
          RecordUpdate(
            id: .objectID(id($0)), expected: [("n", $0 == 2 ? nil : expected)],
            set: [("n", .int32(2)), ("text", text.value)])
        }
      }
      // The second is not as expected, and the seventh is not there.
      #expect(try await room.records.update("applied", updates(.int32(1))) == 5)
      let found = try await room.records.find("applied", RecordQuery())
      #expect(found.map { $0["n"]?.int } == [2, 1, 2, 2, 2, 2])
      #expect(try await room.records.update("applied", updates(.int32(1))) == 0)
      #expect(try await room.records.update("applied", []) == 0)
    }
  }

  @Test(arguments: StoreKind.available)
  func isNeverAvalonsDatabase(_ kind: StoreKind) async throws {
    let error = #expect(throws: AvalonError.self) {
      _ =
        kind == .dump
        ? try DumpRecords(directory: "/tmp", database: "Avalon", avalon: "avalon")
          as any RecordStore
        : try MongoRecords(uri: "mongodb://127.0.0.1", database: "Avalon", avalon: "avalon")
    }
    #expect(error?.cause.contains("controller.database") == true)
  }
}
