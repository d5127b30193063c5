internal import BSON

/// The JSON Schema (2020-12) of mapping files, for editors: what may stand where, written from the
/// language's own tables.
///
/// It knows the shape of a mapping and nothing of expressions, and it judges one file alone: what an
/// overlay leaves to the mapping below is not missed. `mapping check` finds the rest.
package enum MappingSchema {
  package static var text: String {
    guard case .document(let document) = root.bson else { return "" }
    return JSONText.write(document, .pretty)
  }

  private static let root: SchemaNode = [
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A mapping of Avalon Sync",
    "type": "object",
    "required": ["apiVersion", "kind"],
    "properties": properties(Key.root + [Key.rootExtends], rootKey),
    "additionalProperties": false,
    // What a file without `extends` lacks, nothing else can bring.
    "if": ["not": ["required": ["extends"]]],
    "then": [
      "required": ["rules"],
      "properties": [
        "rules": [
          "type": "object", "minProperties": 1, "additionalProperties": .definition("wholeRule"),
        ]
      ],
    ],
    "$defs": .members(definitions + DocumentSchema.definitions),
  ]

  private static let definitions: [(String, SchemaNode)] = [
    (
      "scalar",
      (["type": ["string", "number", "boolean", "null"]] as SchemaNode)
        .described("a value, or a text with `${…}` in it")
    ),
    (
      "expression",
      (["type": ["string", "number", "boolean", "null"], "pattern": "^(?!\\$\\{)"] as SchemaNode)
        .described("an expression without `${` and `}` around it")
    ),
    (
      "remove",
      (object(["$remove": ["const": true]], required: ["$remove"]))
        .described("in an overlay: takes the key of the mapping below away")
    ),
    (
      "append",
      (object(["$append": ["type": "array"]], required: ["$append"]))
        .described("in an overlay: adds to the list of the mapping below")
    ),
    ("steps", ["type": "array", "items": ["anyOf": .list(NameStep.all.map(step))]]),
    ("rule", rule), ("wholeRule", wholeRule),
  ]

  // MARK: Keys

  private static func rootKey(_ name: String) -> SchemaNode {
    switch name {
    case "apiVersion": ["const": .text(MappingCompiler.apiVersion)]
    case "kind": ["const": "Mapping"]
    case "extends":
      [
        "type": ["string", "array"], "minLength": 1, "minItems": 1,
        "items": ["type": "string", "minLength": 1],
      ]
    case "names": object(properties(Key.names, namesKey))
    case "define": map(of: .definition("scalar"))
    case "tables": map(of: map(of: true))
    default: map(of: .definition("rule"))
    }
  }

  private static func namesKey(_ name: String) -> SchemaNode {
    switch name {
    case "filters": map(of: appendable(.definition("steps")))
    case "must_match": ["type": ["string", "number", "boolean"]]
    case "on_invalid": ["enum": .texts(NameRules.invalidResorts.map(\.rawValue))]
    case "on_collision": ["enum": .texts(NameRules.Resort.allCases.map(\.rawValue))]
    default: ["enum": .texts(NameRules.cases)]
    }
  }

  private static func ruleKey(_ name: String) -> SchemaNode {
    switch name {
    case "extends": ["type": "string"]
    case "from": ["enum": .texts(RuleCompiler.sources.map(\.rawValue))]
    case "as": ["type": ["string", "number"], "pattern": .text("^\(RuleCompiler.facetPattern)$")]
    case "for_each": .definition("expression")
    case "let": map(of: .definition("scalar"))
    case "when":
      [
        "if": ["type": ["object", "null"]], "then": map(of: .definition("expression")),
        "else": .definition("expression"),
      ]
    case "names": object(properties(Key.ruleNames, namesKey))
    case "document": .definition("document")
    case "protect":
      [
        "if": ["type": "array"],
        "then": ["minItems": 1, "items": ["enum": .texts(Protection.allCases.map(\.rawValue))]],
        "else": ["const": .text(Protection.none)],
      ]
    case "removed": ["enum": .texts(Removal.allCases.map(\.rawValue))]
    default: .definition("scalar")
    }
  }

  private static let rule = object(properties(Key.rule + [Key.ruleExtends], ruleKey))

  private static let wholeRule: SchemaNode = [
    "if": ["not": ["required": ["extends"]]],
    "then": [
      "type": "object", "required": ["from", "name", "document"],
      "dependentRequired": ["for_each": ["key"], "key": ["for_each"]],
      "properties": ["document": ["type": "object", "required": ["type", "data"]]],
    ],
  ]

  private static func step(_ step: NameStep) -> SchemaNode {
    let value: SchemaNode
    switch step.takes {
    case .nothing: return (["const": .text(step.name)] as SchemaNode).described(step.summary)
    case .constant(let word): value = ["const": .text(word)]
    case .text: value = ["type": ["string", "number", "boolean"], "minLength": 1]
    case .character:
      value = ["type": ["string", "integer"], "minLength": 1, "maximum": 9, "minimum": 0]
    case .length:
      value = [
        "type": "integer", "minimum": .number(NameStep.lengths.lowerBound),
        "maximum": .number(NameStep.lengths.upperBound),
      ]
    case .replacement:
      let text: SchemaNode = ["type": ["string", "number", "boolean"]]
      value = [
        "type": "object", "required": ["pattern", "with"], "additionalProperties": false,
        "properties": ["pattern": text, "with": text],
      ]
    }
    return SchemaNode.members([
      ("type", "object"), ("required", .texts([step.name])), ("additionalProperties", false),
      ("properties", .members([(step.name, value)])),
    ]).described(step.summary)
  }

  // MARK: Parts

  private static func properties(
    _ keys: [Key], _ schema: (String) -> SchemaNode
  ) -> SchemaNode {
    .members(keys.map { ($0.name, removable(schema($0.name)).described($0.summary)) })
  }

  /// A map of which the keys are known. In an overlay it may be empty.
  private static func object(_ properties: SchemaNode, required: [String] = []) -> SchemaNode {
    var members: [(String, SchemaNode)] = [
      ("type", required.isEmpty ? ["object", "null"] : "object"), ("properties", properties),
      ("additionalProperties", false),
    ]
    if !required.isEmpty { members.append(("required", .texts(required))) }
    return .members(members)
  }

  /// A map of which the keys are the mapping's own.
  private static func map(of value: SchemaNode) -> SchemaNode {
    ["type": ["object", "null"], "additionalProperties": removable(value)]
  }

  static func removable(_ schema: SchemaNode) -> SchemaNode { choice("remove", else: schema) }

  private static func appendable(_ schema: SchemaNode) -> SchemaNode {
    choice("append", else: schema)
  }

  private static func choice(_ operation: String, else schema: SchemaNode) -> SchemaNode {
    [
      "if": ["type": "object", "required": .texts(["$\(operation)"])],
      "then": .definition(operation), "else": schema,
    ]
  }
}
