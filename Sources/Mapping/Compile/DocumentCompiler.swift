internal import BSON
internal import YAML

/// A document's fields as a tree: literal maps with owned fields at their ends.
enum DocumentTree {
  /// A class, as each is looked at for every document of its rule.
  final class Entry {
    let name: FieldName
    let tree: DocumentTree

    init(name: FieldName, tree: DocumentTree) {
      self.name = name
      self.tree = tree
    }
  }

  case map([Entry])
  /// The number of the field in ``CompiledDocument/fields``.
  case field(Int)
}

/// A class, as each is written for every document of its rule.
final class CompiledField {
  let owned: OwnedField
  let writer: ValueWriter
  /// The path of `owned`, by which merged items are remembered.
  let pathText: String

  init(owned: OwnedField, writer: ValueWriter) {
    self.owned = owned
    self.writer = writer
    pathText = owned.path.description
  }
}

struct CompiledDocument {
  var tree: [DocumentTree.Entry] = []
  var fields: [CompiledField] = []
  /// Where each field's value stands in the mapping; beside ``fields``, as plans never ask for it.
  var positions: [Position] = []
}

/// Compiles the `document:` of a rule.
struct DocumentCompiler {
  private let expressions: ExpressionCompiler
  private let scope: Scope
  private var result = CompiledDocument()

  init(_ expressions: ExpressionCompiler, _ scope: Scope) {
    self.expressions = expressions
    self.scope = scope
  }

  static func compile(
    _ node: Node, _ expressions: ExpressionCompiler, _ scope: Scope
  ) -> CompiledDocument {
    var compiler = DocumentCompiler(expressions, scope)
    compiler.compileRoot(node)
    return compiler.result
  }

  private mutating func compileRoot(_ node: Node) {
    guard let entries = node.entries else {
      return expressions.report("'document' must be a map", at: node.position)
    }
    for reserved in ["_id", "name"] {
      if let entry = entries.first(where: { $0.name == reserved }) {
        expressions.report(
          "'\(reserved)' is not written here", at: entry.key.position,
          hint: reserved == "name" ? "the rule's 'name:' gives the document's name" : nil)
      }
    }
    if let marker = node["data"]?.entries?.first(where: { $0.name == "kitsu" }) {
      expressions.report(
        "'data.kitsu' holds the link to Kitsu and is not for mappings", at: marker.key.position)
    }
    guard node["data"]?.entries != nil else {
      return expressions.report("'document' needs a map 'data'", at: node.position)
    }
    var tree: [DocumentTree.Entry] = []
    for entry in entries {
      tree.append(DocumentTree.Entry(name: FieldName(entry.name), tree: compile(entry, at: [])))
    }
    // The link in `data` names what the merged lists hold, so these are written before it.
    result.tree = tree.filter { $0.name != "data" } + tree.filter { $0.name == "data" }
  }

  private mutating func compile(_ entry: Node.Entry, at parent: FieldPath) -> DocumentTree {
    let name = FieldName(entry.name)
    expressions.checkFieldName(entry)
    let path = parent.appending(name)
    if let entries = entry.value.entries, !entries.contains(where: { $0.name.hasPrefix("$") }) {
      return .map(
        entries.map {
          DocumentTree.Entry(name: FieldName($0.name), tree: compile($0, at: path))
        })
    }
    return field(entry.value, path)
  }

  private mutating func field(_ node: Node, _ path: FieldPath) -> DocumentTree {
    let field: CompiledField
    switch directive(node) {
    case ("$seed", let value)?:
      checkKeys(node, "$seed")
      field = CompiledField(
        owned: OwnedField(path: path, ownership: .seed), writer: writer(value))
    case ("$merge", let value)?: field = merge(node, value, path)
    default:
      field = CompiledField(
        owned: OwnedField(path: path, ownership: .own), writer: writer(node))
    }
    result.fields.append(field)
    result.positions.append(node.position)
    return .field(result.fields.count - 1)
  }

  private func merge(_ node: Node, _ value: Node, _ path: FieldPath) -> CompiledField {
    checkKeys(node, "$merge")
    let by = node["by"].flatMap(\.text)
    guard let each = directive(value), each.name == "$each" else {
      expressions.report("'$merge' needs '$each'", at: value.position)
      return CompiledField(
        owned: OwnedField(path: path, ownership: .own), writer: ValueWriter())
    }
    return CompiledField(
      owned: OwnedField(path: path, ownership: .merge(by: by.map { FieldName($0) })),
      writer: self.each(value, each.value, by: by, isMerged: true))
  }

  // MARK: Values

  /// The directive that a map is, with its value.
  private func directive(_ node: Node) -> (name: String, value: Node)? {
    guard let entry = node.entries?.first(where: { $0.name.hasPrefix("$") }) else { return nil }
    return (entry.name, entry.value)
  }

  private func writer(_ node: Node) -> ValueWriter {
    if let (name, value) = directive(node) { return writer(directive: name, value, node) }
    if let entries = node.entries {
      for entry in entries { expressions.checkFieldName(entry) }
      let fields = entries.map { (FieldName($0.name), writer($0.value)) }
      return RecordMapWriter(of: fields) ?? MapWriter(fields)
    }
    if let items = node.items { return ListWriter(items.map(writer)) }
    let value = expressions.template(node, scope)
    expressions.checkStorable(value)
    return ExpressionWriter(value.evaluator)
  }

  private func writer(directive name: String, _ value: Node, _ node: Node) -> ValueWriter {
    guard Directive.names.contains(name) else {
      expressions.report(
        "there is no directive '\(name)'", at: node.position,
        hint: Suggestion.hint(for: name, in: Directive.names))
      return ValueWriter()
    }
    checkKeys(node, name)
    switch name {
    case "$ref": return reference(value)
    case "$each": return each(node, value, by: nil, isMerged: false)
    case "$if": return choice(node, value)
    case "$switch": return cases(node, value)
    case "$literal": return LiteralWriter(expressions.literal(value))
    default:
      expressions.report(
        "'\(name)' stands at a field of the document, not inside a list or another value",
        at: node.position)
      return ValueWriter()
    }
  }

  private func reference(_ value: Node) -> ValueWriter {
    if value.entries != nil { return ruleReference(value) }
    let target = expressions.bare(value, scope)
    checkEntity(target, value)
    return ReferenceWriter(DocumentTarget(main: target.evaluator), value.position)
  }

  private func checkEntity(_ target: ExpressionCompiler.Compiled, _ node: Node) {
    switch target.type {
    case .record(let type) where type.kind != nil || type == .project || type == .entity: break
    case .unknown, .null: break
    default:
      expressions.report("'$ref' needs an entity, not \(target.type)", at: node.position)
    }
  }

  /// `{rule: season, key: …, of: …}`.
  private func ruleReference(_ value: Node) -> ValueWriter {
    checkKeys(value, known: ["rule", "key", "of"])
    guard let rule = value["rule"], let name = rule.text else {
      expressions.report("'$ref' needs 'rule' here", at: value.position)
      return ValueWriter()
    }
    let entity = value["of"].map { node in
      let entity = expressions.bare(node, scope)
      checkEntity(entity, node)
      return entity
    }
    let target = expressions.target(
      rule: name, key: value["key"].map { expressions.key($0, scope) }, of: entity, scope,
      rule.position)
    return target.map { ReferenceWriter($0, value.position) } ?? ValueWriter()
  }

  private func choice(_ node: Node, _ value: Node) -> ValueWriter {
    let test = expressions.bare(value, scope)
    expressions.check(test, .bool, "'$if'", value.position)
    guard let then = node["then"] else {
      expressions.report("'$if' needs 'then'", at: node.position)
      return ValueWriter()
    }
    return ChoiceWriter(
      test: test.evaluator, then: writer(then), otherwise: node["else"].map(writer))
  }

  private func cases(_ node: Node, _ value: Node) -> ValueWriter {
    let subject = expressions.bare(value, scope)
    guard let cases = node["cases"]?.entries else {
      expressions.report("'$switch' needs a map 'cases'", at: node.position)
      return ValueWriter()
    }
    return SwitchWriter(
      subject: subject.evaluator,
      cases: Dictionary(cases.map { ($0.name, writer($0.value)) }) { first, _ in first },
      otherwise: node["default"].map(writer))
  }

  private func each(_ node: Node, _ source: Node, by: String?, isMerged: Bool) -> ValueWriter {
    checkKeys(node, "$each")
    guard let name = node["as"]?.text, let value = node["value"] else {
      expressions.report(
        "'$each' needs 'as' and 'value'", at: node.position,
        hint: "{$each: shot.tasks, as: task, value: '${task.type.name}'}")
      return ValueWriter()
    }
    let list = expressions.bare(source, scope)
    expressions.check(list, .list(.unknown), "'$each'", source.position)
    let slot = expressions.newSlot()
    var inner = scope
    inner.locals[name] = Scope.Local(slot: slot, type: list.type.item)
    let compiler = DocumentCompiler(expressions, inner)
    let written = compiler.writer(value)
    if let key = node["key"] {
      return EachMapWriter(
        source: list.evaluator, local: slot, key: expressions.key(key, inner).evaluator,
        value: written)
    }
    var key: Evaluator?
    if let by {
      key = value[by].map { expressions.template($0, inner).evaluator }
      if key == nil {
        expressions.report("the items have no field '\(by)'", at: value.position)
      }
    } else if isMerged || isTrue(node["unique"]) {
      if value.text == nil {
        expressions.report(
          "items that are maps are told apart by a field", at: value.position,
          hint: "add 'by: name' beside '$merge'")
      }
      key = (written as? ExpressionWriter)?.evaluator
    }
    return EachListWriter(
      source: list.evaluator, local: slot, value: written, key: key,
      by: by.map { FieldName($0) })
  }

  private func isTrue(_ node: Node?) -> Bool {
    guard let node, case .scalar(let scalar) = node.content else { return false }
    if case .bool(let flag) = scalar.value { return flag }
    expressions.report("expected true or false", at: node.position)
    return false
  }

  private func checkKeys(_ node: Node, _ directive: String) {
    checkKeys(node, known: Directive.keys(of: directive))
  }

  private func checkKeys(_ node: Node, known: [String]) {
    for entry in node.entries ?? [] where !known.contains(entry.name) {
      expressions.report(
        "'\(entry.name)' means nothing beside '\(known[0])'", at: entry.key.position,
        hint: known.count > 1 ? Suggestion.hint(for: entry.name, in: known) : nil)
    }
  }
}
