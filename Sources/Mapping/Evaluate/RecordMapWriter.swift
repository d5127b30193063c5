internal import BSON

/// A map of one record's fields, such as `{id: '${task.type.id}', name: '${task.type.name}'}`.
///
/// There are few task types, statuses and people, and many tasks: of one of the studio's records
/// the map is written once, and then copied.
final class RecordMapWriter: MapWriter {
  /// What a copy is of.
  struct Copy: Hashable {
    let writer: ObjectIdentifier
    let record: Document.Place
  }

  private let record: Evaluator

  /// - Returns: nil for a map of anything else.
  init?(of fields: [(name: FieldName, value: ValueWriter)]) {
    let records = fields.map { field in
      ((field.value as? ExpressionWriter)?.evaluator as? FieldEvaluator)?.recordOfRaw
    }
    guard case let record?? = records.first,
      records.allSatisfy({ $0.map(record.isSame) ?? false })
    else { return nil }
    self.record = record
    super.init(fields)
  }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    guard context.context.trace == nil,
      case .record(let record) = try record.evaluate(context.context), record.type.isOfStudio
    else { return try super.write(slot, to: writer, context) }
    let key = Copy(writer: ObjectIdentifier(self), record: record.document.place)
    if let copy = context.copies[key] {
      writer.append(slot, .document(copy))
    } else {
      let copy = try written(context)
      context.copies[key] = copy
      writer.append(slot, .document(copy))
    }
    try context.checkSize(writer, self.record)
    return true
  }

  private func written(_ context: DocumentContext) throws(EvaluationError) -> Document {
    let writer = DocumentWriter(capacity: 256)
    writer.beginRoot()
    try writeFields(to: writer, context)
    writer.end()
    return writer.finish()[0]
  }
}
