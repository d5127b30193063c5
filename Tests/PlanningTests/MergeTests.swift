import BSON
import Identity
import Planning
import Testing

/// Lists and maps that others use too.
@Suite("Merged fields")
struct MergeTests {
  private func tasks(
    _ wanted: String?, was ours: [String], in found: String?
  ) throws -> (after: String?, plan: Plan) {
    let items = try wanted.map { try texts($0) } ?? []
    let plan = plan(
      [
        try desired(
          1, "a", wanted.map { #"{"data":{"tasks":\#($0)}}"# } ?? "{}",
          items: wanted == nil ? [:] : ["data.tasks": items])
      ],
      [
        try PlanningTests.ours(
          1, "a", found.map { #"{"data":{"tasks":\#($0)}}"# } ?? "{}",
          items: ours.isEmpty ? [:] : ["data.tasks": ours])
      ])
    let change = plan.changes.first?.fields.first { $0.path == ["data", "tasks"] }
    return (change?.after.map { JSONText.write($0) }, plan)
  }

  private func texts(_ list: String) throws -> [String] {
    try JSON.document(#"{"list":\#(list)}"#)["list"]?.array?.compactMap { element in
      element.string ?? JSONText.write(element.value)
    } ?? []
  }

  @Test("Our items come and go, those of others stay where they are")
  func lists() throws {
    let cases: [(wanted: String?, ours: [String], found: String?, after: String?)] = [
      (#"["anim"]"#, [], nil, #"["anim"]"#),
      (#"["anim"]"#, [], "null", #"["anim"]"#),
      (#"["anim"]"#, ["anim"], #"["anim"]"#, nil),
      (#"["anim"]"#, ["anim"], #"["theirs","anim"]"#, nil),
      (#"["anim","fx"]"#, ["anim"], #"["anim","theirs"]"#, #"["anim","theirs","fx"]"#),
      (#"["fx"]"#, ["anim", "fx"], #"["anim","theirs","fx"]"#, #"["theirs","fx"]"#),
      (#"["fx","anim"]"#, ["anim", "fx"], #"["anim","fx"]"#, nil),
      (#"[]"#, ["anim"], #"["anim"]"#, "[]"),
      (nil, ["anim"], #"["anim","theirs"]"#, #"["theirs"]"#),
      (nil, ["anim"], nil, nil),
      (nil, [], #"["theirs"]"#, nil),
      // An artist removed ours: it comes back.
      (#"["anim"]"#, ["anim"], "[]", #"["anim"]"#),
      // The artist's own item has the name of ours: one is enough.
      (#"["anim"]"#, [], #"["anim"]"#, nil),
      // Items of other types are others'.
      (#"["anim"]"#, ["anim"], #"["anim",7,null,{"a":1}]"#, nil),
      ("[7]", ["7"], "[7]", nil),
      ("[8]", ["7"], "[7]", "[8]"),
    ]
    for (wanted, ours, found, after) in cases {
      let result = try tasks(wanted, was: ours, in: found)
      #expect(result.after == after, "\(wanted ?? "-") into \(found ?? "-")")
      #expect(result.plan.held.isEmpty)
    }
  }

  @Test("Without memory nothing of a list is removed")
  func lostMemory() throws {
    let result = try tasks(#"["fx"]"#, was: [], in: #"["anim","theirs"]"#)
    #expect(result.after == #"["anim","theirs","fx"]"#)
    let text = result.plan.changes[0].fields.last
    #expect(text?.path == ["data", "kitsu", "items"] && text?.before == nil)
    #expect(text?.after == .string(#"{"data.tasks":["fx"]}"#))
  }

  @Test("Memory that cannot be read is no memory")
  func damagedMemory() throws {
    let wanted = try desired(1, "a", #"{"data":{"tasks":["fx"]}}"#, items: ["data.tasks": ["fx"]])
    let damaged =
      #"{"data":{"tasks":["anim"],"kitsu":{"id":"\#(entity(1))","facet":"","owner":"studio","items":"{"}}}"#
    let plan = plan([wanted], [try document(1, "a".value, damaged)])
    #expect(
      plan.fieldTexts == [
        #"data.tasks: ["anim"] → ["anim","fx"]"#,
        #"data.kitsu.items: "{" → "{\"data.tasks\":[\"fx\"]}""#,
      ])
  }

  @Test("A value that is no list is held, and what we remember stays as it was")
  func notAList() throws {
    let result = try tasks(#"["fx"]"#, was: ["anim"], in: #""anim""#)
    #expect(result.plan.isEmpty)
    #expect(
      result.plan.heldTexts == [
        "field data.tasks: Avalon holds a value of type string where a list is needed"
      ])
  }

  @Test("A merge that could not be evaluated keeps its list and its memory")
  func heldMerge() throws {
    let hold = HeldField(path: ["data", "tasks"], reason: "no text")
    let plan = plan(
      [
        try desired(
          1, "a", #"{"data":{"crew":["x"]}}"#, items: ["data.crew": ["x"]], heldFields: [hold])
      ],
      [
        try ours(
          1, "a", #"{"data":{"tasks":["anim"],"crew":[]}}"#, items: ["data.tasks": ["anim"]])
      ])
    #expect(
      plan.fieldTexts == [
        #"data.crew: [] → ["x"]"#,
        #"data.kitsu.items: "{\"data.tasks\":[\"anim\"]}" → "#
          + #""{\"data.crew\":[\"x\"],\"data.tasks\":[\"anim\"]}""#,
      ])
  }

  @Test("A merge below a value that is no map is not remembered as written")
  func heldAncestor() throws {
    let plan = plan(
      [
        try desired(
          1, "a", #"{"config":{"tasks":[{"name":"anim"}]}}"#, items: ["config.tasks": ["anim"]])
      ], [try ours(1, "a", #"{"config":3}"#)])
    #expect(plan.isEmpty)
    #expect(plan.held.map(\.path) == [["config"]])
  }

  @Test("Of items that are maps our fields change, those of others stay")
  func itemsWithForeignFields() throws {
    let wanted =
      #"{"config":{"tasks":[{"name":"anim","label":"Animation"},{"name":"fx","label":"FX"}]}}"#
    let found =
      #"{"config":{"tasks":[{"icon":"x","label":"Anim","name":"anim"},{"name":"mine"},{"name":"old"}]}}"#
    let plan = plan(
      [try desired(0, "show", wanted, items: ["config.tasks": ["anim", "fx"]], rule: "project")],
      [try ours(0, "show", found, items: ["config.tasks": ["anim", "old"]])])
    let after =
      #"[{"icon":"x","label":"Animation","name":"anim"},{"name":"mine"},{"name":"fx","label":"FX"}]"#
    let tasks = plan.changes.first?.fields.first { $0.path == ["config", "tasks"] }
    #expect(tasks?.after.map { JSONText.write($0) } == after)
    #expect(tasks?.reason == .items)
  }

  @Test("Maps are merged by key and change by leaf")
  func maps() throws {
    let wanted = #"{"data":{"crew":{"anim":{"who":"b","n":1},"fx":{"who":"c"}}}}"#
    let found =
      #"{"data":{"crew":{"anim":{"who":"a","n":1,"note":"x"},"mine":{"who":"z"},"old":{"who":"d"},"x.y":1}}}"#
    let plan = plan(
      [try desired(1, "a", wanted, items: ["data.crew": ["anim", "fx"]])],
      [try ours(1, "a", found, items: ["data.crew": ["anim", "old"]])])
    #expect(
      plan.fieldTexts.dropLast() == [
        #"data.crew.anim.who: "a" → "b""#, #"data.crew.fx: none → {"who":"c"}"#,
        #"data.crew.old: {"who":"d"} → none"#,
      ])
    #expect(plan.held.isEmpty)
  }

  @Test("A map that is no longer wanted loses our keys alone")
  func mapEmptied() throws {
    let plan = plan(
      [try desired(1, "a")],
      [try ours(1, "a", #"{"data":{"crew":{"anim":1,"mine":2}}}"#, items: ["data.crew": ["anim"]])])
    #expect(plan.fieldTexts.first == "data.crew.anim: 1 → none")
    #expect(plan.fieldTexts.count == 2)
  }

  @Test("A map in place of a list is held, and the other way round")
  func mapAgainstList() throws {
    let map = plan(
      [try desired(1, "a", #"{"data":{"crew":{"anim":1}}}"#)],
      [try ours(1, "a", #"{"data":{"crew":["anim"]}}"#)])
    #expect(
      map.heldTexts == [
        "field data.crew: Avalon holds a value of type array where a map is needed"
      ])
    let list = plan(
      [try desired(1, "a", #"{"data":{"tasks":["anim"]}}"#)],
      [try ours(1, "a", #"{"data":{"tasks":{"anim":1}}}"#)])
    #expect(
      list.heldTexts == [
        "field data.tasks: Avalon holds a value of type object where a list is needed"
      ])
    #expect(map.isEmpty && list.isEmpty)
  }
}

extension String {
  var value: Value { .string(self) }
}
