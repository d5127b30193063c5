package import BSON
internal import Identity
package import YAML

/// A condition over one project, `${project.data.avalon == 'yes'}`, by which the settings choose
/// projects. It sees what Kitsu's list of projects holds: the project's own fields and its metadata.
///
/// `@unchecked Sendable`: nothing in it changes after compilation.
package struct ProjectCondition: @unchecked Sendable {
  private let evaluator: Evaluator
  private let sizes: ContextSizes

  /// - Parameter node: a text that is exactly one `${…}`.
  /// - Throws: every mistake in it, with its place.
  package static func compile(_ node: Node) throws(Diagnostics) -> ProjectCondition {
    let compiler = ExpressionCompiler()
    var scope = Scope(current: nil)
    scope.isCondition = true
    // What is no expression at all the compiler tells.
    if let text = node.text, let expression = try? TemplateParser.parse(text) {
      if case .template = expression.form {
        throw Diagnostics([
          Diagnostic(
            "a condition is one expression, without text around it", at: node.position,
            hint: "write: ${project.data.avalon == 'yes'}")
        ])
      }
      refuseUnlisted(expression, node, compiler)
    }
    let compiled = compiler.template(node, scope)
    compiler.check(compiled, .bool, "a condition", node.position)
    guard compiler.diagnostics.isEmpty else { throw Diagnostics(compiler.diagnostics) }
    return ProjectCondition(
      evaluator: compiled.evaluator,
      sizes: ContextSizes(
        locals: compiler.slotCount, lets: compiler.letCount, memos: compiler.memoCount))
  }

  /// Lists that only a whole reading of the project has would be taken for empty.
  private static func refuseUnlisted(
    _ expression: Expression, _ node: Node, _ compiler: ExpressionCompiler
  ) {
    let listed = RecordType.project.fields.filter { $0.value.access.isListed }
    let position = node.position(ofTextByte: expression.offset)
    switch expression.form {
    case .name("studio"):
      compiler.report(
        "'studio' is not known before a project is read", at: position,
        hint: "a project is chosen by its own fields and metadata")
    case .field(let base, let name):
      if case .name("project") = base.form, RecordType.project.fields[name] != nil,
        listed[name] == nil
      {
        compiler.report(
          "'project.\(name)' is not known before the project is read", at: position,
          hint: "known are \(listed.keys.sorted().joined(separator: ", "))")
      }
    default: break
    }
    for child in expression.children { refuseUnlisted(child, node, compiler) }
  }

  /// - Parameters:
  ///   - project: an item of `/data/projects/all`.
  ///   - status: its status's name, which Kitsu puts into the list for admins only.
  /// - Throws: where it fails for this project.
  package func holds(
    for project: Document, status: String?
  ) throws(ProjectConditionError) -> Bool {
    let field: FieldName = "project_status_name"
    let known = DocumentWriter.document { writer in
      for element in project where !element.hasName(field) { writer.append(element) }
      if let status { writer.append(field, status) }
    }
    let production = Production(
      project: known, entities: [:], links: nil, descriptors: [], studio: Studio())
    guard let world = World(production) else {
      throw ProjectConditionError(reason: "the project has no id")
    }
    do {
      return try evaluator.condition(Context(world: world, names: NoNames(), sizes: sizes))
    } catch {
      throw ProjectConditionError(reason: error.told)
    }
  }

  /// Projects are chosen before anything has a name in Avalon.
  private final class NoNames: NameSource {
    func name(
      of record: Record, facet: String, _ context: Context, at position: Position
    ) throws(EvaluationError) -> Datum {
      throw EvaluationError("names in Avalon are not known in a condition", position)
    }

    func documentID(
      of record: Record, facet: String, _ context: Context, at position: Position
    ) throws(EvaluationError) -> Datum {
      throw EvaluationError("documents in Avalon are not known in a condition", position)
    }
  }
}

/// Why a condition failed for a project, with its place.
package struct ProjectConditionError: Error, Sendable {
  package let reason: String
}

extension FieldAccess {
  /// Whether Kitsu's list of projects holds it.
  fileprivate var isListed: Bool {
    switch self {
    case .raw, .metadata: true
    default: false
    }
  }
}

extension Expression {
  fileprivate var children: [Expression] {
    switch form {
    case .null, .bool, .integer, .number, .text, .name: []
    case .list(let items): items
    case .field(let base, _): [base]
    case .index(let base, let index): [base, index]
    case .call(_, let arguments): arguments
    case .filter(let input, _, let arguments): [input] + arguments
    case .coalesce(let left, let right), .binary(_, let left, let right): [left, right]
    case .negate(let operand), .not(let operand): [operand]
    case .choice(let condition, let then, let otherwise): [condition, then, otherwise]
    case .template(let parts):
      parts.compactMap { if case .expression(let inner) = $0 { inner } else { nil } }
    }
  }
}
