import BSON
import Foundation
import Testing

/// The `compact=true` form of Zou's boards.
@Suite("JSON: tables")
struct JSONTableTests {
  private static let table = JSONTable(
    columns: "shot_fields", nested: ["tasks": JSONTable.Nested(columns: "task_fields")])

  @Test("Rows become the documents that a list would give")
  func rows() throws {
    let list =
      #"[{"id": "a", "tasks": [{"t": 1, "p": null}], "data": {"x": [1]}}, "#
      + #"{"id": "b", "tasks": [], "data": null}]"#
    let head = #""shot_fields": ["id", "tasks", "data"], "task_fields": ["t", "p"]"#
    let rows = #""rows": [["a", [[1, null]], {"x": [1]}], ["b", [], null]]"#
    let expected = try JSON.documents(list)
    // The header may follow the rows, and other members are passed over.
    for text in [
      "{\(head), \(rows)}", "{\(rows), \(head)}", #"{"n": {"a": []}, \#(head), \#(rows)}"#,
    ] {
      #expect(try JSON.documents(text, table: JSONTableTests.table) == expected)
    }
    #expect(try JSON.documents(list, table: JSONTableTests.table) == expected)
  }

  @Test("Columns that are not kept are left out, with nulls")
  func keptColumns() throws {
    let chosen = JSONTable(
      columns: "shot_fields", keeps: ["id", "name", "tasks"],
      nested: ["tasks": JSONTable.Nested(columns: "task_fields", keeps: ["t"])])
    let text = #"""
      {"shot_fields": ["id", "name", "data", "tasks"], "task_fields": ["p", "t"],
       "rows": [["a", null, {"x": [1, "}"]}, [[1, 2], [3, null]]], ["b", "n", null, []]]}
      """#
    let read = try JSON.documents(text, table: chosen)
    #expect(
      read.map { JSONText.write($0) } == [
        #"{"id":"a","tasks":[{"t":2},{}]}"#, #"{"id":"b","name":"n","tasks":[]}"#,
      ])
  }

  @Test(
    "A table that is not whole is refused, never read as empty",
    arguments: [
      ("{}", "'shot_fields' is missing"),
      (#"{"shot_fields": ["a"], "task_fields": []}"#, "'rows' is missing"),
      (#"{"task_fields": [], "rows": []}"#, "'shot_fields' is missing"),
      (#"{"shot_fields": ["tasks"], "rows": [[[]]]}"#, "'task_fields' is missing"),
      (#"{"shot_fields": ["a", "a"], "task_fields": [], "rows": []}"#, "'a' occurs twice"),
      (#"{"shot_fields": ["a"], "task_fields": [], "rows": [[1, 2]]}"#, "longer than its header"),
      (#"{"shot_fields": ["a"], "task_fields": [], "rows": [[]]}"#, "shorter than its header"),
      (#"{"shot_fields": ["a"], "task_fields": [], "rows": [{}]}"#, "expected a row"),
      (#"{"shot_fields": ["a"], "task_fields": [], "rows": null}"#, "expected a list of rows"),
      (#"{"shot_fields": ["a"], "task_fields": [], "rows": [], "rows": []}"#, "occurs twice"),
      (#"{"shot_fields": [1], "task_fields": [], "rows": []}"#, "expected a field name"),
      (#"{"shot_fields": ["a\u0000"], "task_fields": [], "rows": []}"#, "a NUL character"),
      (#"{"shot_fields": ["a"], "task_fields": [], "rows": []} x"#, "after the end"),
      (#"{"shot_fields": ["a"], "task_fields": [], "rows": [[1]"#, "ends inside"),
    ])
  func refusals(text: String, reason: String) {
    do throws(JSONError) {
      _ = try JSON.documents(text, table: JSONTableTests.table)
      Issue.record("\(text) was read")
    } catch {
      #expect(error.reason.contains(reason), "\(error)")
    }
  }

  @Test("A poisoned cell costs its field alone")
  func poison() throws {
    let text =
      #"{"shot_fields": ["a", "b"], "task_fields": [], "rows": [[1e400, 1], ["\ud800", 2]]}"#
    let read = try JSON.documents(text, table: JSONTableTests.table)
    #expect(read.map { flaw($0["a"]) != nil } == [true, true])
    #expect(read.map { $0["b"]?.int } == [1, 2])
  }

  @Test("The table form of every recorded board equals its list form")
  func recordedBoards() throws {
    let suffix = "-compact.json"
    let compact = try fixtureNames().filter { $0.hasSuffix(suffix) }
    #expect(compact.count == 4)
    for name in compact {
      let kind = name.contains("shots") ? "shot" : "asset"
      let table = JSONTable(
        columns: FieldName("\(kind)_fields"),
        nested: ["tasks": JSONTable.Nested(columns: "task_fields")])
      let rows = try fixtureData(name).withUnsafeBytes { try JSON.documents($0, table: table) }
      let plain = name.replacing(suffix, with: ".json")
      let list = try fixtureData(plain).withUnsafeBytes { try JSON.documents($0, table: table) }
      #expect(!rows.isEmpty && rows.count == list.count)
      for (row, item) in zip(rows, list) { #expect(row.isEquivalent(to: item), "\(name)") }
    }
  }
}
