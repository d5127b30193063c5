/// The part of ``MappingSchema`` that is about documents: fields, values and directives.
enum DocumentSchema {
  /// Where a value may stand.
  private enum Place: String {
    /// At a field of the document, which an overlay may change.
    case field
    /// In a list or in a directive.
    case value
  }

  private static let fieldsOnly = ["$seed", "$merge"]

  static let definitions: [(String, SchemaNode)] =
    [("document", document), ("field", content(.field)), ("value", content(.value))]
    + Directive.names.map { (definition($0), directive($0)) }

  private static let fieldName = "^[^$.][^.]*$"

  private static let document: SchemaNode = [
    "type": ["object", "null"],
    "properties": [
      // Avalon's own, and the link.
      "_id": false, "name": false,
      "type": MappingSchema.removable(["enum": ["project", "asset"]]),
      "data": [
        "type": ["object", "null"], "properties": ["kitsu": false],
      ],
    ],
    "patternProperties": .members([(fieldName, .definition("field"))]),
    "additionalProperties": false,
  ]

  /// Any value: one that holds a `$` key is a directive, any other map has fields.
  private static func content(_ place: Place) -> SchemaNode {
    let directives = Directive.names.filter { place == .field || !fieldsOnly.contains($0) }
    let operations = place == .field ? OverlayOperation.names : []
    let known = directives.map { ($0, definition($0)) } + operations.map { ($0, definition($0)) }
    return [
      "items": .definition("value"),
      "if": [
        "type": "object",
        "anyOf": .list(known.map { ["required": .texts([$0.0])] }),
      ],
      "then": [
        "allOf": .list(
          known.map { name, definition in
            ["if": ["required": .texts([name])], "then": .definition(definition)]
          })
      ],
      "else": [
        "patternProperties": .members([(fieldName, .definition(place.rawValue))]),
        "additionalProperties": false,
      ],
    ]
  }

  // MARK: Directives

  private static func definition(_ name: String) -> String { String(name.dropFirst()) }

  private static func directive(_ name: String) -> SchemaNode {
    let keys = Directive.keys(of: name)
    let uses = Directive.all.filter { $0.name == name }
    let summary = uses.map { "\($0.summary)\n\nFor example: \($0.example)" }
    return SchemaNode.members([
      ("type", "object"), ("required", .texts([name] + (required[name] ?? []))),
      ("properties", .members(keys.map { ($0, $0 == name ? subject(of: name) : value(of: $0)) })),
      ("additionalProperties", false),
    ]).described(summary.joined(separator: "\n\n"))
  }

  private static let required = [
    "$each": ["as", "value"], "$if": ["then"], "$switch": ["cases"],
  ]

  /// What stands at the directive's own key.
  private static func subject(of directive: String) -> SchemaNode {
    switch directive {
    case "$literal": true
    case "$seed": .definition("value")
    case "$merge": .definition("each")
    case "$ref": reference
    default: .definition("expression")
    }
  }

  private static let reference: SchemaNode = [
    "if": ["type": "object"],
    "then": [
      "required": ["rule"], "additionalProperties": false,
      "properties": [
        "rule": ["type": "string"], "key": .definition("scalar"), "of": .definition("expression"),
      ],
    ],
    "else": .definition("expression"),
  ]

  /// What stands at the other keys.
  private static func value(of key: String) -> SchemaNode {
    switch key {
    case "as", "by": ["type": "string"]
    case "unique": ["type": "boolean"]
    case "key": .definition("scalar")
    case "cases": ["type": "object", "additionalProperties": .definition("value")]
    default: .definition("value")
    }
  }
}
