import BSON
import Foundation
import Mapping
import ShippedMappings
import TestSupport
import Testing
import YAML

func compile(_ text: String, _ name: String = "m.yaml") throws -> CompiledMapping {
  try CompiledMapping.compile(SourceText(name: name, text: text))
}

/// What is wrong with a mapping.
func mistakes(in text: String) -> [Diagnostic] {
  do throws(Diagnostics) {
    _ = try CompiledMapping.compile(SourceText(name: "m.yaml", text: text))
    return []
  } catch {
    return error.all
  }
}

func shipped() throws -> CompiledMapping {
  let name = ShippedMappings.defaultName
  return try CompiledMapping.compile(
    SourceText(name: name, bytes: try #require(ShippedMappings.all[name])))
}

func evaluate(
  _ mapping: CompiledMapping, _ show: Show, _ facts: AvalonFacts = AvalonFacts()
) throws -> Evaluation {
  try #require(
    Evaluation.evaluate(mapping, over: try show.production(), facts: facts, owner: "test"))
}

/// A mapping with one rule, for shots, named by their ids.
func shotMapping(
  name: String = "'${shot.id}'", when: String = "not false", data: String, document: String = "",
  define: String = "{}", tables: String = "{}",
  steps: String = "{fold: ascii}, lowercase, {replace: {pattern: '[^a-z0-9]+', with: _}}, {trim: _}"
) -> String {
  """
  apiVersion: avalon-sync/v1
  kind: Mapping
  names:
    filters:
      clean: [\(steps)]
  define: \(define)
  rules:
    shot:
      from: shot
      when: {it: "\(when)"}
      name: \(name)
      document:
        type: asset
        \(document)
        data: \(data)
  tables: \(tables)
  """
}

/// The YAML of a scalar that is one expression.
func quoted(_ expression: String) -> String {
  "'${" + expression.replacing("'", with: "''") + "}'"
}

/// What became of the field `v` of a shot's document.
enum Outcome: Equatable {
  case value(Value)
  case missing
  case held(String)
}

/// Evaluates a field of a shot whose metadata, frames and tasks are known.
struct Bench {
  static let metadata = #"""
    "nb_frames": 50, "description": "  ", "data": {
      "in": "1001", "fps": "23.976", "blank": " \t", "none": "None", "nine": 9, "half": 0.5,
      "yes": true, "word": "abc", "list": [3, 1, 2, 1], "words": ["b", "a", null, "b"],
      "map": {"a": {"b": 7}, "with space": 8}, "huge": 1e400, "poisoned": [1, 1e400],
      "long": 9007199254740993, "empty": [], "padded": " x "}
    """#

  static func field(
    _ yaml: String, define: String = "{}", tables: String = "{}", document: String = ""
  ) throws -> Outcome {
    var show = Show()
    let episode = show.add(.episode, "E01")
    let sequence = show.add(.sequence, "SQ01", in: episode)
    let shot = show.add(.shot, "SH 010", in: sequence, metadata)
    let mapping = try compile(
      shotMapping(data: "{v: \(yaml)}", document: document, define: define, tables: tables))
    let evaluation = try MappingTests.evaluate(mapping, show)
    if let held = evaluation.held(shot) { return .held(held.reason) }
    let made = try evaluation.document(shot)
    if let held = made.heldFields.first { return .held(held.reason) }
    return made.document[path: ["data", "v"]].map(Outcome.value) ?? .missing
  }

  static func expression(
    _ text: String, define: String = "{}", tables: String = "{}"
  ) throws -> Outcome {
    try field(quoted(text), define: define, tables: tables)
  }
}

/// A list as JSON has it.
func list(_ json: String) throws -> Value {
  try #require(try JSON.document("{\"l\": \(json)}")["l"])
}
