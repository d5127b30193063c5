import BSON
import Identity
import TestSupport
import Testing

@testable import Mapping

/// `let`, `tables`, `$if` and `$switch`, and rules that share.
@Suite("Named values, tables and choices")
struct NamedValueTests {
  private func value(_ data: String, lets: String = "{}", top: String = "", _ show: Show) throws
    -> Outcome
  {
    let text = """
      apiVersion: avalon-sync/v1
      kind: Mapping
      \(top)
      rules:
        shot:
          from: shot
          let: \(lets)
          when: {it: not skipped}
          name: ${shot.id}
          document:
            type: asset
            data: {v: \(data)}
      """
    let evaluation = try evaluate(
      try compile(lets.contains("skipped") ? text : text.replacing("not skipped", with: "true")),
      show)
    guard let made = evaluation.documents.first else {
      return .held(evaluation.held.first?.reason ?? "skipped")
    }
    if let held = made.heldFields.first { return .held(held.reason) }
    return made.document[path: ["data", "v"]].map(Outcome.value) ?? .missing
  }

  private static func show(_ data: String = "{}") -> Show {
    var show = Show()
    _ = show.add(.shot, "SH010", #""data": \#(data), "nb_frames": 10"#)
    return show
  }

  @Test("Named values stand on each other in any order, in conditions too")
  func lets() throws {
    let show = NamedValueTests.show(#"{"in": 5}"#)
    let lets =
      "{last: '${first + shot.nb_frames - 1}', first: '${shot.data.in}', skipped: '${first > 5}'}"
    #expect(try value("'${last}'", lets: lets, show) == .value(.int(14)))
    let later = NamedValueTests.show(#"{"in": 6}"#)
    #expect(try value("'${last}'", lets: lets, later) == .held("skipped"))
  }

  @Test("A named value is each entity's own")
  func perEntity() throws {
    var show = Show()
    for number in 1...3 {
      _ = show.add(.shot, "SH\(number)", #""data": {"n": \#(number)}"#)
    }
    let text = """
      apiVersion: avalon-sync/v1
      kind: Mapping
      rules:
        shot:
          from: shot
          let: {n: '${shot.data.n * 10}'}
          name: shot_${n}
          document: {type: asset, data: {n: '${n}', again: '${n + n}'}}
      """
    let evaluation = try evaluate(try compile(text), show)
    #expect(evaluation.documents.map(\.name).sorted() == ["shot_10", "shot_20", "shot_30"])
    for made in evaluation.documents {
      let number = try #require(made.document[path: ["data", "n"]]?.int)
      #expect(made.name == "shot_\(number)")
      #expect(made.document[path: ["data", "again"]] == .int(2 * number))
    }
  }

  @Test("A named value that fails holds the field that uses it, with the place of the value")
  func failed() throws {
    let outcome = try value(
      "'${n}'", lets: "{n: '${shot.data.x | int}'}", NamedValueTests.show(#"{"x": "abc"}"#))
    guard case .held(let reason) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(reason.contains("the text 'abc'") && reason.contains("m.yaml:7"))
  }

  @Test("Tables are looked up by text, whole or by filter")
  func tables() throws {
    let top = "tables: {short: {Modeling: mdl, '2': two}, sizes: {hd: {w: 1920}}}"
    let show = NamedValueTests.show()
    let cases: [(String, Outcome)] = [
      ("'Modeling' | lookup('short')", .value(.string("mdl"))),
      ("2 | lookup('short')", .value(.string("two"))),
      ("'Rigging' | lookup('short')", .missing),
      ("'Rigging' | lookup('short', 'other')", .value(.string("other"))),
      ("null | lookup('short')", .missing),
      ("tables.short['Modeling']", .value(.string("mdl"))),
      ("tables.sizes.hd.w", .value(.int(1920))),
    ]
    for (expression, expected) in cases {
      #expect(try value(quoted(expression), top: top, show) == expected, "\(expression)")
    }
  }

  @Test("Choices give values of any shape; without a match nothing")
  func choices() throws {
    let show = NamedValueTests.show(#"{"style": "2d", "n": 3}"#)
    let cases: [(String, String?)] = [
      ("{$if: shot.data.n > 2, then: {a: 1}, else: b}", #"{"v":{"a":1}}"#),
      ("{$if: shot.data.n > 5, then: {a: 1}, else: b}", #"{"v":"b"}"#),
      ("{$if: shot.data.n > 5, then: {a: 1}}", #"{}"#),
      ("{$switch: shot.data.style, cases: {2d: [flat], 3d: deep}}", #"{"v":["flat"]}"#),
      ("{$switch: shot.data.n, cases: {'3': three}}", #"{"v":"three"}"#),
      ("{$switch: shot.data.none, cases: {a: 1}, default: {$literal: null}}", #"{"v":null}"#),
      ("{$switch: shot.data.style, cases: {a: 1}}", #"{}"#),
      ("[{$if: true, then: 1}, {$if: false, then: 2}, 3]", #"{"v":[1,3]}"#),
    ]
    for (data, expected) in cases {
      let mapping = try compile(shotMapping(data: "{v: \(data)}"))
      let made = try #require(try evaluate(mapping, show).documents.first)
      #expect(made.heldFields == [], "\(data)")
      var fields = try #require(made.document["data"]?.document)
      fields = DocumentWriter.document { writer in
        if let value = fields["v"] { writer.append("v", value) }
      }
      #expect(JSONText.write(fields) == expected, "\(data)")
    }
  }

  @Test("A choice that holds a reference holds the new document when it fails")
  func references() throws {
    var show = Show()
    let sequence = show.add(.sequence, "bad name")
    let shot = show.add(.shot, "A", in: sequence)
    let text = """
      apiVersion: avalon-sync/v1
      kind: Mapping
      names: {must_match: '[A-Z]+'}
      rules:
        sequence: {from: sequence, name: '${sequence.name}', document: {type: asset, data: {}}}
        shot:
          from: shot
          name: ${shot.name}
          document:
            type: asset
            data: {visualParent: {$if: true, then: {$ref: sequence}}}
      """
    #expect(try evaluate(try compile(text), show).held(shot)?.reason.contains("is held") == true)
  }
}
