import BSON
import Identity
import Planning
import Testing

/// The table of ``DocumentDiff``, row by row.
@Suite("What differs in one document")
struct DocumentDiffTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let desired: String
    let observed: String
    let changes: [String]
    var held: [String] = []

    init(
      _ name: String, _ desired: String, _ observed: String, _ changes: [String],
      held: [String] = []
    ) {
      testDescription = name
      self.desired = desired
      self.observed = observed
      self.changes = changes
      self.held = held
    }
  }

  static let rows = [
    Row("own, same", #"{"data":{"fps":24}}"#, #"{"data":{"fps":24}}"#, []),
    Row("own, other", #"{"data":{"fps":25}}"#, #"{"data":{"fps":24}}"#, ["data.fps: 24 → 25"]),
    Row("own, absent", #"{"data":{"fps":25}}"#, "{}", ["data.fps: none → 25"]),
    Row("own, no longer wanted", "{}", #"{"data":{"fps":24}}"#, ["data.fps: 24 → none"]),
    Row("own, null is as good as absent", "{}", #"{"data":{"fps":null}}"#, []),
    Row(
      "own, null becomes a value", #"{"data":{"fps":1}}"#, #"{"data":{"fps":null}}"#,
      ["data.fps: null → 1"]),
    Row("own, a null that is wanted", #"{"silo":null}"#, "{}", ["silo: none → null"]),
    Row("own, a null that is there", #"{"silo":null}"#, #"{"silo":null}"#, []),
    Row(
      "own, another type", #"{"data":{"fps":24}}"#, #"{"data":{"fps":"24"}}"#,
      [#"data.fps: "24" → 24"#]),
    Row("own, number by value", #"{"data":{"fps":24}}"#, #"{"data":{"fps":24.0}}"#, []),
    Row(
      "own, number that differs little", #"{"data":{"fps":23.976}}"#, #"{"data":{"fps":23.98}}"#,
      ["data.fps: 23.98 → 23.976"]),
    Row(
      "own, text by its bytes", #"{"data":{"label":"é"}}"#, #"{"data":{"label":"e\u0301"}}"#,
      ["data.label: \"e\u{301}\" → \"é\""]),
    Row(
      "own list, whole", #"{"data":{"parents":["a","b"]}}"#, #"{"data":{"parents":["b","a"]}}"#,
      [#"data.parents: ["b","a"] → ["a","b"]"#]),
    Row(
      "own map, without order", #"{"data":{"status":{"a":1,"b":2}}}"#,
      #"{"data":{"status":{"b":2,"a":1}}}"#, []),
    Row(
      "own map, by leaf", #"{"data":{"status":{"a":{"x":1,"y":2}}}}"#,
      #"{"data":{"status":{"a":{"x":1,"y":3},"b":1}}}"#,
      ["data.status.a.y: 3 → 2", "data.status.b: 1 → none"]),
    Row(
      "own map, foreign keys that no path reaches", #"{"data":{"status":{"a":1}}}"#,
      #"{"data":{"status":{"a":2,"x.y":1,"$z":1,"":1}}}"#, ["data.status.a: 2 → 1"]),
    Row(
      "own map in place of another type", #"{"data":{"status":{"a":1}}}"#,
      #"{"data":{"status":[1]}}"#, [#"data.status: [1] → {"a":1}"#]),
    Row(
      "own list in place of a map", #"{"data":{"parents":[]}}"#, #"{"data":{"parents":{"0":1}}}"#,
      [#"data.parents: {"0":1} → []"#]),
    Row("seed, absent", #"{"data":{"inputs":[1]}}"#, "{}", []),
    Row("seed, other", #"{"data":{"inputs":[1]}}"#, #"{"data":{"inputs":[2]}}"#, []),
    Row("seed, no longer wanted", "{}", #"{"data":{"inputs":[2]}}"#, []),
    Row(
      "fields of others", "{}", #"{"extra":1,"data":{"extra":{"a.b":1}},"config":{"apps":[1]}}"#, []
    ),
    Row(
      "an ancestor that is no map", #"{"config":{"tasks":[{"name":"a"}]}}"#, #"{"config":"x"}"#, [],
      held: ["field config: Avalon holds a value of type string where a map is needed"]),
    Row(
      "an ancestor that is a list", #"{"config":{"tasks":[]}}"#, #"{"config":[]}"#, [],
      held: ["field config: Avalon holds a value of type array where a map is needed"]),
    Row(
      "an ancestor that is null", #"{"config":{"tasks":[]}}"#, #"{"config":null}"#,
      [#"config: null → {"tasks":[]}"#]),
    Row("an ancestor that is null and nothing wanted", "{}", #"{"config":null}"#, []),
  ]

  @Test("Row by row", arguments: rows)
  func row(_ row: Row) throws {
    let plan = plan([try desired(1, "a", row.desired)], [try ours(1, "a", row.observed)])
    #expect(plan.fieldTexts == row.changes)
    #expect(plan.heldTexts == row.held)
    #expect(plan.unchanged == (row.changes.isEmpty ? 1 : 0))
  }

  @Test("Numbers are the same across all types of numbers, NaN is NaN")
  func numbers() throws {
    let values: [Value] = [.int32(7), .int64(7), .double(7)]
    for wanted in values {
      for found in values { #expect(try changes(from: found, to: wanted).isEmpty) }
    }
    #expect(try changes(from: .double(.nan), to: .double(.nan)).isEmpty)
    #expect(try changes(from: .double(.nan), to: .int32(0)).count == 1)
    #expect(try changes(from: .int64(1 << 53 + 1), to: .double(0x1p53)).count == 1)
    #expect(try changes(from: .bool(true), to: .int32(1)).count == 1)
  }

  private func changes(from found: Value, to wanted: Value) throws -> [FieldChange] {
    let numbers = Shape([(["fps"], .own)])
    func with(_ value: Value) -> Document {
      DocumentWriter.document { writer in
        writer.append("_id", .objectID(id(1)))
        writer.append("type", "asset")
        writer.append("name", "a")
        writer.append("fps", value)
        writer.beginDocument("data")
        writer.beginDocument(Link.field)
        for field in link(1).fields { writer.append(field.name, field.text) }
        writer.end()
        writer.end()
      }
    }
    let document = DesiredDocument(
      identity: identity(1), rule: "shot", shape: numbers, document: with(wanted), id: id(1),
      name: "a", heldFields: [], nameHold: nil, notes: [], references: [], title: { "" })
    return plan([document], [with(found)]).changes.flatMap(\.fields)
  }

  @Test("A held name holds the place, all other fields go on")
  func heldName() throws {
    let now = #"{"silo":"shots","data":{"visualParent":"x","parents":["x"],"fps":24,"label":"A"}}"#
    let next = #"{"silo":"sets","data":{"visualParent":"y","parents":["y"],"fps":25,"label":"B"}}"#
    let plan = plan([try desired(1, "a", next, nameHold: "too long")], [try ours(1, "a", now)])
    #expect(plan.fieldTexts == [#"data.label: "A" → "B""#, "data.fps: 24 → 25"])
    #expect(plan.heldTexts == ["name -: too long"])
    #expect(plan.changes.map(\.action) == [.update])
  }

  @Test("A held place is told only where the document would move")
  func heldPlace() throws {
    let now = #"{"data":{"parents":["x"],"fps":24}}"#
    let next = #"{"data":{"parents":["y"],"fps":25}}"#
    let moved = plan([try desired(1, "a", next, placeHold: "torn")], [try ours(1, "a", now)])
    #expect(moved.fieldTexts == ["data.fps: 24 → 25"])
    #expect(moved.heldTexts == ["name -: it would move, but torn"])
    let still = plan([try desired(1, "a", now, placeHold: "torn")], [try ours(1, "a", now)])
    #expect(still.isEmpty && still.held.isEmpty)
  }

  @Test("A held field is neither written nor unset")
  func heldField() throws {
    let holds = [HeldField(path: ["data", "fps"], reason: "no number")]
    let plan = plan(
      [try desired(1, "a", #"{"data":{"label":"B"}}"#, heldFields: holds)],
      [try ours(1, "a", #"{"data":{"label":"A","fps":24}}"#)])
    #expect(plan.fieldTexts == [#"data.label: "A" → "B""#])
    #expect(plan.heldTexts == ["field data.fps: no number"])
    #expect(plan.held.first?.name == "a")
  }
}
