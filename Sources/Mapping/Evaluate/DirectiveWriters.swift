internal import BSON
internal import YAML

/// `$ref`: the id of the document that stands for a record.
final class ReferenceWriter: ValueWriter {
  private let target: DocumentTarget
  private let position: Position

  init(_ target: DocumentTarget, _ position: Position) {
    self.target = target
    self.position = position
  }

  override var isReference: Bool { true }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    guard let (record, facet) = try target.find(context.context) else { return false }
    let id = try context.context.names.documentID(
      of: record, facet: facet, context.context, at: position)
    guard case .id(let id) = id else { return false }
    context.context.references.append(id)
    writer.append(slot, .objectID(id))
    return true
  }
}

/// `$if`: one of two values.
final class ChoiceWriter: ValueWriter {
  private let test: Evaluator
  private let then: ValueWriter
  private let otherwise: ValueWriter?

  init(test: Evaluator, then: ValueWriter, otherwise: ValueWriter?) {
    self.test = test
    self.then = then
    self.otherwise = otherwise
  }

  override var isReference: Bool { then.isReference || otherwise?.isReference == true }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    let chosen = try test.condition(context.context) ? then : otherwise
    return try chosen?.write(slot, to: writer, context) ?? false
  }
}

/// `$switch`: the value of the case that an expression is equal to as text.
final class SwitchWriter: ValueWriter {
  private let subject: Evaluator
  private let cases: [String: ValueWriter]
  private let otherwise: ValueWriter?

  init(subject: Evaluator, cases: [String: ValueWriter], otherwise: ValueWriter?) {
    self.subject = subject
    self.cases = cases
    self.otherwise = otherwise
  }

  override var isReference: Bool {
    cases.values.contains(where: \.isReference) || otherwise?.isReference == true
  }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    let value = try subject.evaluate(context.context)
    guard let text = value.asText else {
      throw subject.fail("\(value.shown) cannot be a case of '$switch'")
    }
    let chosen = value.isNull ? otherwise : cases[text] ?? otherwise
    return try chosen?.write(slot, to: writer, context) ?? false
  }
}
