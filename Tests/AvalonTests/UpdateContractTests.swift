import BSON
import Testing

@testable import Avalon

/// Compare-and-set, alike on every store.
@Suite struct UpdateContractTests {
  @Test(arguments: StoreKind.available)
  func changesFieldsAndLeavesTheOthers(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let data = document(
        ("frameStart", .int32(1)), ("mine", "an artist's".value), ("a.b", .int32(1)),
        ("$odd", .int32(2)), ("old", .int32(3)))
      let foreign = document(("_id", .objectID(id(9))), ("type", "subset".value))
      let before = asset(1, data: .document(data))
      try await room.put([foreign, before, asset(2)])
      let outcomes = try await room.write([
        .update(
          DocumentUpdate(
            id: id(1),
            expected: [
              (["data", "frameStart"], .int32(1)), (["data", "old"], .int32(3)),
              (["data", "kitsu", "id"], nil),
            ],
            set: [
              (["data", "frameStart"], .int32(1001)), (["data", "kitsu", "id"], "k".value),
            ],
            unset: [["data", "old"]]))
      ])
      #expect(outcomes == [.applied])
      let after = try #require(try await room.one(id(1)))
      let expected = document(
        ("frameStart", .int32(1001)), ("mine", "an artist's".value), ("a.b", .int32(1)),
        ("$odd", .int32(2)), ("kitsu", .document(document(("id", "k".value)))))
      #expect(after == asset(1, data: .document(expected)))
      #expect(try await room.one(id(9)) == foreign)
      #expect(try await room.one(id(2)) == asset(2))
    }
  }

  @Test(arguments: StoreKind.available)
  func makesMissingParents(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      try await room.put([document(("_id", .objectID(id(1))), ("type", "asset".value))])
      let update = DocumentUpdate(1, ["data", "kitsu", "id"], from: nil, to: "k".value)
      #expect(
        try await room.write([.update(update)]) == [.applied])
      let after = try #require(try await room.one(id(1)))
      #expect(after[path: ["data", "kitsu", "id"]]?.string == "k")
    }
  }

  @Test(arguments: StoreKind.available)
  func anUnsetOfWhatIsMissingIsNoChange(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      try await room.put([asset(1)])
      let update = DocumentUpdate(1, ["data", "kitsu", "id"], from: nil, to: nil)
      #expect(
        try await room.write([.update(update)]) == [.applied])
      #expect(try await room.one(id(1)) == asset(1))
    }
  }

  /// A repeat with what was observed before the first write is a conflict, which re-reading
  /// resolves (the field holds `after`); one with what is there now is applied and changes nothing.
  @Test(arguments: StoreKind.available)
  func ourOwnRepeatedWrite(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      try await room.put([asset(1)])
      let write = DocumentUpdate(1, ["name"], from: "hero".value, to: "villain".value)
      let again = DocumentUpdate(1, ["name"], from: "villain".value, to: "villain".value)
      var outcomes: [WriteOutcome] = []
      for update in [write, write, again] {
        outcomes += try await room.write([.update(update)])
      }
      #expect(outcomes == [.applied, .conflicted, .applied])
      #expect(try await room.one(id(1)) == asset(1, "villain"))
    }
  }

  @Test(arguments: StoreKind.available)
  func aDeletedDocumentIsNotResurrected(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      try await room.put([asset(1), asset(2)])
      try await room.remove(id(1))
      let outcomes = try await room.write([
        .update(DocumentUpdate(1, ["name"], from: "hero".value, to: "x".value)),
        .update(DocumentUpdate(1, ["data", "new"], from: nil, to: "x".value)),
        .update(DocumentUpdate(1, ["data", "new"], from: nil, to: nil)),
      ])
      #expect(outcomes == [.conflicted, .conflicted, .conflicted])
      #expect(try await room.all() == [asset(2)])
    }
  }

  /// Each way in which a field can differ from what was observed.
  @Test(arguments: StoreKind.available)
  func everyMissIsAConflict(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let list1 = list("a".value)
      let misses: [(now: Value?, expected: Value?)] = [
        ("b".value, "a".value), (nil, "a".value), (.null, "a".value), (nil, .null),
        ("a".value, nil), (.null, nil), (list(), nil), (.document(.empty), nil),
        (.int64(1), .int32(1)), (.double(1), .int32(1)), (.int32(1), .bool(true)),
        ("A".value, "a".value), ("".value, .null), (.bool(false), .null),
        (list1, "a".value), (list(list1), list1), (list(list1, list1), list1),
        (list("a".value, "b".value), list("b".value, "a".value)), (list(), list1),
        (list(.null), .null), (list(list()), list()), (list(.document(.empty)), .document(.empty)),
        (
          .document(document(("a", .int32(1)), ("b", .int32(2)))),
          .document(document(("b", .int32(2)), ("a", .int32(1))))
        ),
        (.document(document(("a", .int32(1)))), .document(.empty)),
        (list(), .document(.empty)), (.document(.empty), list()),
        (.document(document(("0", "a".value))), list1),
      ]
      for (number, miss) in misses.enumerated() {
        let data = miss.now.map { document(("v", $0)) } ?? .empty
        try await room.put([asset(number + 1, data: .document(data))])
      }
      let before = try await room.all()
      let outcomes = try await room.write(
        misses.enumerated().map { number, miss in
          .update(DocumentUpdate(number + 1, ["data", "v"], from: miss.expected, to: .int32(7)))
        })
      for (number, outcome) in outcomes.enumerated() {
        #expect(outcome == .conflicted, "\(misses[number])")
      }
      #expect(try await room.all() == before)
    }
  }

  @Test(arguments: StoreKind.available)
  func aMapOnTheWayThatIsNoneNowIsAConflict(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let inList = document(("v", .int32(1)))
      let ways: [(now: Value, expected: Value?)] = [
        (list(.document(inList)), .int32(1)), (list(.document(inList)), nil), (list(), nil),
        ("text".value, nil), ("text".value, .int32(1)), (.int32(5), nil), (.null, .int32(1)),
        (.null, nil),
      ]
      for (number, way) in ways.enumerated() {
        try await room.put([asset(number + 1, data: way.now)])
      }
      let before = try await room.all()
      let outcomes = try await room.write(
        ways.enumerated().map { number, way in
          .update(DocumentUpdate(number + 1, ["data", "v"], from: way.expected, to: .int32(7)))
        })
      for (number, outcome) in outcomes.enumerated() {
        #expect(outcome == .conflicted, "\(ways[number])")
      }
      #expect(try await room.all() == before)
    }
  }

  /// A key of digits is a key, and never an index of a list that came in the map's place.
  @Test(arguments: StoreKind.available)
  func aNumberIsNoIndex(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let map = document(("tasks", .document(document(("0", "a".value)))))
      let changed = document(("tasks", list("a".value)))
      try await room.put([asset(1, data: .document(map)), asset(2, data: .document(changed))])
      let outcomes = try await room.write(
        [1, 2].map {
          .update(DocumentUpdate($0, ["data", "tasks", "0"], from: "a".value, to: "b".value))
        })
      #expect(outcomes == [.applied, .conflicted])
      #expect(try await room.one(id(2)) == asset(2, data: .document(changed)))
    }
  }

  @Test(arguments: StoreKind.available)
  func everyExpectedFieldMustHold(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let data = document(("a", .int32(1)), ("b", .int32(2)))
      try await room.put([asset(1, data: .document(data))])
      let update = DocumentUpdate(
        id: id(1), expected: [(["data", "a"], .int32(1)), (["data", "b"], .int32(3))],
        set: [(["data", "a"], .int32(5))], unset: [])
      #expect(
        try await room.write([.update(update)]) == [.conflicted])
      #expect(try await room.one(id(1)) == asset(1, data: .document(data)))
    }
  }

  @Test(arguments: StoreKind.available)
  func refusesPathsThatCannotBeAddressed(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      try await room.put([asset(1)])
      let paths: [FieldPath] = [
        [], [""], ["data", "a.b"], ["$set"], ["data", "$inc"], ["data", "a\u{0}b"], ["_id"],
      ]
      let outcomes = try await room.write(
        paths.map { .update(DocumentUpdate(1, $0, from: nil, to: .int32(1))) })
      for (path, outcome) in zip(paths, outcomes) {
        guard case .failed = outcome else {
          Issue.record("\(path): \(outcome)")
          continue
        }
      }
      #expect(try await room.one(id(1)) == asset(1))
    }
  }

  @Test(arguments: StoreKind.available)
  func twelveThousandAtOnceAndOneLostRace(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let count = 12_000
      let text = String(repeating: "é", count: 400).value
      let inserts = try await room.write(
        (1...count).map {
          .insert(
            asset($0, "shot\($0)", data: .document(document(("n", .int32(0)), ("text", text)))))
        })
      #expect(inserts == Array(repeating: .applied, count: count))
      try await room.replace(asset(777, "shot777", data: .document(document(("n", .int32(5))))))
      try await room.remove(id(4242))
      let updates = try await room.write(
        (1...count).map {
          .update(DocumentUpdate($0, ["data", "n"], from: .int32(0), to: .int32(1)))
        })
      let lost = updates.indices.filter { updates[$0] != .applied }.map { $0 + 1 }
      #expect(lost == [777, 4242])
      #expect(updates[776] == .conflicted)
      #expect(updates[4241] == .conflicted)
      let read = try await room.read()
      #expect(read.count == count - 1)
      #expect(read.filter { $0[path: ["data", "n"]]?.int == 1 }.count == count - 2)
    }
  }

  @Test(arguments: StoreKind.available)
  func insertsAndUpdatesMixKeepTheirPlaces(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      try await room.put([asset(1), asset(2)])
      let outcomes = try await room.write([
        .update(DocumentUpdate(1, ["name"], from: "no".value, to: "x".value)),
        .insert(asset(3)),
        .update(DocumentUpdate(2, ["name"], from: "hero".value, to: "x".value)),
        .insert(asset(1)),
        .update(DocumentUpdate(2, [], from: nil, to: "x".value)),
        .insert(asset(4)),
      ])
      #expect(outcomes[0...3] == [.conflicted, .applied, .applied, .duplicate])
      if case .failed = outcomes[4] {} else { Issue.record("\(outcomes[4])") }
      #expect(outcomes[5] == .applied)
    }
  }

  /// Two writers that saw the same: exactly one wins, whichever field of the two it is.
  @Test(arguments: StoreKind.available)
  func ofTwoWritersOneWins(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let count = 200
      try await room.put((1...count).map { asset($0) })
      let outcomes = try await withThrowingTaskGroup(of: [WriteOutcome].self) { group in
        for writer in 0..<4 {
          group.addTask {
            try await room.write(
              (1...count).map {
                .update(
                  DocumentUpdate($0, ["name"], from: "hero".value, to: "w\(writer)".value))
              })
          }
        }
        return try await group.reduce(into: [[WriteOutcome]]()) { $0.append($1) }
      }
      for place in 0..<count {
        #expect(outcomes.count { $0[place] == .applied } == 1)
        #expect(outcomes.count { $0[place] == .conflicted } == 3)
      }
    }
  }
}
