import BSON
import Testing
import YAML

@testable import Mapping

@Suite("Filters with an expression over each item")
struct ItemFilterTests {
  @Test(
    "The first argument names the item, the second is any expression",
    arguments: [
      ("[1, 2] | map(n, n * 10)", "[10, 20]"), ("[1, 2, 3] | filter(n, n > 1)", "[2, 3]"),
      ("[1, null] | map(n, n)", "[1]"), ("[] | map(n, n)", "[]"),
      ("['bb', 'a', 'cc'] | sort(x, x | length)", #"["a", "bb", "cc"]"#),
      ("[1, 2, 3] | sort(n, if n == 2 then null else 0 - n)", "[3, 1, 2]"),
      ("[1, 2, 3, 4] | sort(n, n > 2)", "[1, 2, 3, 4]"),
      ("['b', 'B', 'a'] | unique(x, x | lowercase)", #"["b", "a"]"#),
      ("shot.data.list | filter(n, shot.data.list | contains(n + 1)) | unique", "[1, 2]"),
      ("['yes', 'no'] | filter(bool)", #"["yes"]"#), ("[true, null] | filter(x, x)", "[true]"),
      ("[[1, 2], [3]] | map(x, x | map(y, y + (x | length)))", "[[3, 4], [4]]"),
      ("[[1], [2, 3]] | map(x, x | map(x, x * 2) | sum)", "[2, 10]"),
      ("[2, 3] | map(shot, shot)", "[2, 3]"),
      ("['a', 'b'] | map(x, '${x}!') | map(uppercase)", #"["${X}!", "${X}!"]"#),
    ])
  func items(text: String, expected: String) throws {
    #expect(try Bench.expression(text) == .value(try list(expected)), "\(text)")
  }

  @Test(
    "The item with the smallest or largest",
    arguments: [
      ("['bb', 'c', 'dd'] | min(x, x | length)", "c"),
      ("['bb', 'c', 'dd'] | max(x, x | length)", "bb"),
      ("['bb', 'c'] | max(x, if x == 'c' then 1 else null)", "c"),
    ])
  func extremes(text: String, expected: String) throws {
    #expect(try Bench.expression(text) == .value(.string(expected)))
    #expect(try Bench.expression("[] | min(x, x)") == .missing)
    #expect(try Bench.expression("[1] | max(x, null)") == .missing)
  }

  @Test("Kitsu's records are items")
  func records() throws {
    var show = Show()
    let types = ["Rig", "Model"].map { show.addTaskType($0, priority: $0 == "Rig" ? 2 : 1) }
    let tasks = [
      show.task(types[0], #""priority": 3, "duration": 5"#),
      show.task(types[1], #""priority": 1, "duration": 4"#),
    ]
    let shot = show.add(.shot, "S", in: nil, #""tasks": [\#(tasks.joined(separator: ","))]"#)
    let fields = [
      "names": "shot.tasks | map(t, t.type.name)",
      "byPriority": "shot.tasks | sort(t, 0 - t.priority) | map(t, t.type.name)",
      "urgent": "shot.tasks | filter(t, t.priority > 2) | map(t, t.type.name)",
      "days": "shot.tasks | map(t, t.duration) | sum",
      "first": "(shot.tasks | min(t, t.priority)).type.name",
      "kinds": "shot.tasks | unique(t, t.type) | length",
    ]
    let data = fields.map { "\($0.key): \(quoted($0.value))" }.joined(separator: ", ")
    let made = try evaluate(try compile(shotMapping(data: "{\(data)}")), show).document(shot)
    let expected = try JSON.document(
      #"""
      {"names": ["Model", "Rig"], "byPriority": ["Rig", "Model"], "urgent": ["Rig"], "days": 9,
       "first": "Model", "kinds": 2}
      """#)
    for element in expected {
      #expect(
        made.document[path: ["data", FieldName(element.name)]] == element.value, "\(element.name)")
    }
  }

  @Test("A name of one item is gone after its filter, also after an error")
  func scopes() throws {
    let leaked = mistakes(in: shotMapping(data: "{v: \(quoted("[([1] | map(n, n)), n]"))}"))
    #expect(leaked.map(\.message) == ["'n' is not known here"])
    let text = "[1] | map(n, try([2] | map(m, 'x' | int), [n])) | flatten"
    #expect(try Bench.expression(text) == .value(try list("[1]")))
  }

  @Test(
    "What cannot be is told with the item",
    arguments: [
      ("[1] | filter(n, shot.data.nine)", "a condition must be true or false, not 9"),
      ("[1, 2] | sort(n, if n == 1 then 'a' else 1)", "'sort' needs all texts, all numbers"),
      ("['x'] | map(x, x | int)", "'int' cannot read a number from the text 'x'"),
    ])
  func refusals(text: String, reason: String) throws {
    guard case .held(let told) = try Bench.expression(text) else {
      Issue.record("'\(text)' is no error")
      return
    }
    #expect(told.hasPrefix(reason), "\(told)")
  }

  @Test("Tables are looked up by text")
  func tables() throws {
    let tables = "{silos: {Props: prop, 12: twelve, none: null, map: {a: 1}}}"
    for (text, expected) in [
      ("'Props' | lookup('silos')", "prop"), ("12 | lookup('silos')", "twelve"),
      ("'x' | lookup('silos', 'y')", "y"), ("'map' | lookup('silos') | json", #"{"a":1}"#),
    ] {
      #expect(try Bench.expression(text, tables: tables) == .value(.string(expected)), "\(text)")
    }
    for text in ["'x' | lookup('silos')", "'none' | lookup('silos', 1)"] {
      #expect(try Bench.expression(text, tables: tables) == .missing, "\(text)")
    }
    guard case .held(let told) = try Bench.expression("[1] | lookup('silos')", tables: tables)
    else { throw Filter.Refusal("a list was looked up") }
    #expect(told.hasPrefix("'lookup' needs a text, not a list"))
  }
}
