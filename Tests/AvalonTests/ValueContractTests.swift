import BSON
import Foundation
import Testing

@testable import Avalon

/// Every type of BSON: written byte for byte, expected, and told from a changed one.
@Suite struct ValueContractTests {
  static let values: [(name: String, value: Value)] = [
    ("null", .null), ("true", .bool(true)), ("false", .bool(false)),
    ("int32", .int32(-7)), ("int64", .int64(1 << 40)), ("small int64", .int64(7)),
    ("double", .double(23.976)), ("whole double", .double(24)), ("NaN", .double(.nan)),
    ("infinity", .double(.infinity)), ("minus zero", .double(-0.0)),
    ("text", "Ünï 日本 🎬".value), ("empty text", "".value), ("text with NUL", "a\u{0}b".value),
    ("text like a path", "$data.x".value),
    ("long text", String(repeating: "x", count: 1 << 20).value),
    ("empty map", .document(.empty)),
    ("map", .document(document(("b", .int32(1)), ("a", list("x".value))))),
    ("map like an operator", .document(document(("$gt", .int32(1)), ("a.b", .null)))),
    ("map like a reference", .document(document(("$ref", "c".value), ("$id", .int32(1))))),
    ("empty list", list()), ("list", list("a".value, "b".value)), ("list of one", list(.int32(1))),
    ("list in list", list(list(.int32(1)))),
    ("list of operators", list(.document(document(("$eq", .int32(1)))))),
    ("list of null", list(.null)),
    ("object id", .objectID(id(77))), ("date", .date(-1)),
    ("binary", .other(.binary, [3, 0, 0, 0, 0, 1, 2, 3])),
    ("uuid", .other(.binary, [16, 0, 0, 0, 4] + Array(repeating: 9, count: 16))),
    ("regex", .other(.regex, Array("a.*\u{0}i\u{0}".utf8))),
    ("code", .unrepresentable("function() {}")),
    ("timestamp", .other(.timestamp, [6, 0, 0, 0, 5, 0, 0, 0])),
    ("decimal", .other(.decimal128, [150, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 48])),
    ("least key", .other(ElementType(rawValue: 0xFF), [])),
    ("greatest key", .other(ElementType(rawValue: 0x7F), [])),
  ]

  @Test(arguments: StoreKind.available)
  func everyTypeIsKeptByteForByte(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let values = Self.values
      let inserted = try await room.write(
        values.enumerated().map { number, entry in
          .insert(asset(number + 1, data: .document(document(("v", entry.value)))))
        })
      #expect(inserted == values.map { _ in .applied })
      // Sets each beside itself, on the condition that it is what was written.
      let updated = try await room.write(
        values.enumerated().map { number, entry in
          .update(
            DocumentUpdate(
              id: id(number + 1), expected: [(["data", "v"], entry.value), (["data", "w"], nil)],
              set: [(["data", "v"], entry.value), (["data", "w"], entry.value)], unset: []))
        })
      let read = try await room.read()
      for (number, entry) in values.enumerated() {
        #expect(updated[number] == .applied, "\(entry.name)")
        let found = try #require(read.first { $0["_id"]?.objectID == id(number + 1) })
        let data = document(("v", entry.value), ("w", entry.value))
        #expect(found == asset(number + 1, data: .document(data)), "\(entry.name)")
      }
    }
  }

  /// The value in a list, in a list of that, another one and none: all are no longer what was read.
  @Test(arguments: StoreKind.available)
  func everyTypeIsToldFromAChangedOne(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let changes: [(String, (Value) -> Value?)] = [
        ("in a list", { list($0) }), ("in a list of two", { list($0, $0) }),
        ("in a list of lists", { list(list($0)) }), ("another", { _ in "another".value }),
        ("gone", { _ in nil }), ("in a map", { .document(document(("v", $0))) }),
      ]
      var operations: [WriteOperation] = []
      var labels: [String] = []
      var stored: [Document] = []
      for entry in Self.values where entry.name != "long text" {
        for (label, change) in changes {
          labels.append("\(entry.name) \(label)")
          let data = change(entry.value).map { document(("v", $0)) } ?? .empty
          stored.append(asset(labels.count, data: .document(data)))
          operations.append(
            .update(
              DocumentUpdate(labels.count, ["data", "v"], from: entry.value, to: .int32(1))))
        }
      }
      try await room.put(stored)
      let outcomes = try await room.write(operations)
      for (label, outcome) in zip(labels, outcomes) {
        #expect(outcome == .conflicted, "\(label)")
      }
      #expect(try await room.all() == stored)
      // Nor is any of them made anew once it is gone.
      for document in stored.prefix(12) {
        try await room.remove(try #require(document["_id"]?.objectID))
      }
      let gone = try await room.write(Array(operations.prefix(12)))
      #expect(gone == Array(repeating: .conflicted, count: 12))
      #expect(try await room.all() == Array(stored.dropFirst(12)))
    }
  }
}
