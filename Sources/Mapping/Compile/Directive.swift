/// A `$` key of a document: what it takes and means, for the compiler, hints and the reference.
struct Directive: Sendable {
  let name: String
  /// The keys that may stand beside it.
  let keys: [String]
  let summary: String
  /// A field of a document that uses it.
  let example: String

  static let all: [Directive] = [
    Directive(
      name: "$ref", keys: [],
      summary: "the `_id` of the main document of an entity; null where the mapping makes none",
      example: "{$ref: sequence ?? episode}"),
    Directive(
      name: "$ref", keys: [],
      summary: "the `_id` of a document of that rule: of a folder by its `key`; `of` names another "
        + "entity than the one at hand",
      example: "{$ref: {rule: season, key: '${episode.data.season}'}}"),
    Directive(
      name: "$seed", keys: [],
      summary: "written when the document is made, then Avalon's own",
      example: "{$seed: [{name: shell, label: Shell}]}"),
    Directive(
      name: "$merge", keys: ["by"],
      summary: "a list or map that others use too: our items follow Kitsu, theirs stay. Texts are "
        + "told apart by themselves, maps in a list by the field in `by`, entries of a map by key",
      example: "{$merge: {$each: project.task_types, as: t, value: {name: '${t.name}'}}, by: name}"),
    Directive(
      name: "$each", keys: ["as", "value", "unique"],
      summary: "a list with one item for each; null items are left out; `unique: true` merges "
        + "equal ones",
      example: "{$each: entity.tasks, as: task, value: '${task.type.name}', unique: true}"),
    Directive(
      name: "$each", keys: ["as", "key", "value"],
      summary: "a map; of equal keys the first counts, a null key is left out",
      example:
        "{$each: entity.tasks, as: task, key: '${task.type.name}', value: '${task.priority}'}"
    ),
    Directive(
      name: "$if", keys: ["then", "else"],
      summary: "one of two values; without `else` null",
      example: "{$if: shot.data.hero, then: {rank: 1}, else: {rank: 2}}"),
    Directive(
      name: "$switch", keys: ["cases", "default"],
      summary: "the value of the case that the expression is equal to as text; else `default`, "
        + "without it null",
      example: "{$switch: project.production_style, cases: {2d: flat, 3d: deep}, default: none}"),
    Directive(
      name: "$literal", keys: [],
      summary: "the value as it stands: no `${`, and a null is stored",
      example: "{$literal: null}"),
  ]

  /// The names, each once.
  static let names = all.map(\.name).reduce(into: [String]()) { names, name in
    if !names.contains(name) { names.append(name) }
  }

  /// The keys that may stand with a directive, itself first.
  static func keys(of name: String) -> [String] {
    all.filter { $0.name == name }.reduce(into: [name]) { keys, directive in
      keys += directive.keys.filter { !keys.contains($0) }
    }
  }
}
