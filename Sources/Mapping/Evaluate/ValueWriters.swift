internal import BSON
internal import Identity
internal import YAML

/// Where a value is written: under a name, or as an item of a list.
enum Slot {
  case name(FieldName)
  case index(Int)
}

/// Writes the value of a field, or of a part of it, to a document.
class ValueWriter {
  /// - Returns: whether something was written; a null writes nothing.
  func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool { false }

  /// Stands on another document: see `$ref`.
  var isReference: Bool { false }
}

/// What is gathered while one document is written.
final class DocumentContext {
  let context: Context
  /// What of the merged field at hand is ours.
  var items: [String] = []
  var notes: [String] = []
  /// The task types that the items at hand stand for, by the items' names.
  var taskTypes: [String: EntityID] = [:]
  /// Names of task types that stay, with what they would be.
  var heldTasks: [(wanted: String, name: String)] = []
  /// Where the document starts in the writer.
  var start = 0
  /// See ``RecordMapWriter``.
  var copies: [RecordMapWriter.Copy: Document] = [:]

  /// MongoDB takes 16 MiB; the rest is for the link and for what others add.
  private static let maximumBytes = 12 << 20

  init(_ context: Context) { self.context = context }

  /// The name that an item's task type has in Avalon and keeps.
  func heldName(of item: Datum) -> String? {
    guard !context.taskNames.isEmpty, case .record(let record) = item else { return nil }
    return record.taskTypeID.flatMap { context.taskNames[$0] }
  }

  /// Remembers which task type a name stands for.
  func note(_ item: Datum, name: String, wanted: String) {
    if let reads = context.reads, case .record(let record) = item, let type = record.taskTypeID {
      reads.note(wanted, of: type)
    }
    guard case .record(let record) = item, record.type == .taskType, let id = record.id else {
      return
    }
    taskTypes[name] = id
    if name != wanted { heldTasks.append((wanted, name)) }
  }

  /// A few lists over each other make more than any memory holds.
  func checkSize(_ writer: DocumentWriter, _ value: Evaluator) throws(EvaluationError) {
    guard writer.byteCount - start <= DocumentContext.maximumBytes else {
      throw value.fail(
        "the document gets larger than \(DocumentContext.maximumBytes >> 20) MiB")
    }
  }
}

final class ExpressionWriter: ValueWriter {
  let evaluator: Evaluator

  init(_ evaluator: Evaluator) { self.evaluator = evaluator }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    let isWritten = try evaluator.write(slot, to: writer, context.context)
    try context.checkSize(writer, evaluator)
    return isWritten
  }
}

/// `$literal`: a value as it is, null included.
final class LiteralWriter: ValueWriter {
  private let value: Value

  init(_ value: Value) { self.value = value }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    writer.append(slot, value)
    return true
  }
}

class MapWriter: ValueWriter {
  /// A class, as threads that count copies of the same name wait for each other.
  private final class Field {
    let slot: Slot
    let value: ValueWriter

    init(_ name: FieldName, _ value: ValueWriter) {
      slot = .name(name)
      self.value = value
    }
  }

  private let fields: [Field]

  init(_ fields: [(name: FieldName, value: ValueWriter)]) {
    self.fields = fields.map { Field($0.name, $0.value) }
  }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    writer.begin(.document, slot)
    try writeFields(to: writer, context)
    writer.end()
    return true
  }

  func writeFields(
    to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) {
    for field in fields { _ = try field.value.write(field.slot, to: writer, context) }
  }

  /// Writes the map with another text in one of its fields.
  func write(
    _ slot: Slot, replacing name: FieldName, with text: String, to writer: DocumentWriter,
    _ context: DocumentContext
  ) throws(EvaluationError) {
    writer.begin(.document, slot)
    for field in fields {
      if case .name(name) = field.slot {
        writer.append(name, text)
      } else {
        _ = try field.value.write(field.slot, to: writer, context)
      }
    }
    writer.end()
  }
}

final class ListWriter: ValueWriter {
  private let values: [ValueWriter]

  init(_ values: [ValueWriter]) { self.values = values }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    writer.begin(.array, slot)
    var index = 0
    for value in values where try value.write(.index(index), to: writer, context) { index += 1 }
    writer.end()
    return true
  }
}

extension Evaluator {
  /// The items of a `$each`; nil for null.
  fileprivate func list(_ context: Context) throws(EvaluationError) -> [Datum]? {
    let list = try evaluate(context)
    if list.isNull { return nil }
    guard let items = list.items else { throw fail("'$each' needs a list, not \(list.shown)") }
    return items
  }
}

/// `$each` without `key`: a list with one item for each record; null items are left out.
final class EachListWriter: ValueWriter {
  let source: Evaluator
  let local: Int
  let value: ValueWriter
  /// What an item is known by, where items must differ: its own value, or one of its fields.
  let key: Evaluator?
  /// The field that the key is the value of, where items are maps.
  let by: FieldName?

  init(source: Evaluator, local: Int, value: ValueWriter, key: Evaluator?, by: FieldName?) {
    self.source = source
    self.local = local
    self.value = value
    self.key = key
    self.by = by
  }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    guard let items = try source.list(context.context) else { return false }
    writer.begin(.array, slot)
    var seen = DistinctTexts()
    var index = 0
    for item in items {
      context.context.locals[local] = item
      var held: String?
      if let key, let wanted = try key.evaluate(context.context).asText, !wanted.isEmpty {
        held = context.heldName(of: item)
        let text = held ?? wanted
        context.note(item, name: text, wanted: wanted)
        guard seen.insert(text) else {
          context.notes.append("more than one item is named '\(text)': merged into one")
          continue
        }
      }
      if try write(.index(index), held, to: writer, context) { index += 1 }
      try context.checkSize(writer, source)
    }
    writer.end()
    context.items = seen.all
    return true
  }

  private func write(
    _ slot: Slot, _ held: String?, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    guard let held else { return try value.write(slot, to: writer, context) }
    if let by, let map = value as? MapWriter {
      try map.write(slot, replacing: by, with: held, to: writer, context)
    } else {
      writer.append(slot, .string(held))
    }
    return true
  }
}

/// `$each` with `key`: a map with one entry for each record; the first of equal keys counts.
final class EachMapWriter: ValueWriter {
  let source: Evaluator
  let local: Int
  let key: Evaluator
  let value: ValueWriter

  init(source: Evaluator, local: Int, key: Evaluator, value: ValueWriter) {
    self.source = source
    self.local = local
    self.key = key
    self.value = value
  }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: DocumentContext
  ) throws(EvaluationError) -> Bool {
    guard let items = try source.list(context.context) else { return false }
    writer.begin(.document, slot)
    var seen = DistinctTexts()
    for item in items {
      context.context.locals[local] = item
      let found = try key.evaluate(context.context)
      if found.isNull { continue }
      guard let wanted = found.asText else { throw key.fail("\(found.shown) cannot be a key") }
      let text = context.heldName(of: item) ?? wanted
      context.note(item, name: text, wanted: wanted)
      let name = FieldName(text)
      guard name.isAddressable else {
        throw key.fail("'\(text)' cannot be a field's name in MongoDB")
      }
      guard seen.insert(text) else {
        context.notes.append("more than one item is named '\(text)': the first counts")
        continue
      }
      _ = try value.write(.name(name), to: writer, context)
      try context.checkSize(writer, source)
    }
    writer.end()
    context.items = seen.all
    return true
  }
}

/// Writes values as BSON.
enum DatumWriter {
  static func write(
    _ datum: Datum, _ slot: Slot, to writer: DocumentWriter, for source: Evaluator
  ) throws(EvaluationError) -> Bool {
    switch datum {
    case .null: return false
    case .bool(let flag): writer.append(slot, .bool(flag))
    case .int(let number): writer.append(slot, .int(Int(number)))
    case .double(let number): writer.append(slot, .double(number))
    case .text(let text): writer.append(slot, .string(text))
    case .id(let id): writer.append(slot, .objectID(id))
    case .map(let map):
      try check(map, isList: false, source)
      writer.append(slot, .document(map))
    case .rawList(let list):
      try check(list, isList: true, source)
      writer.append(slot, .array(list))
    case .list(let items):
      writer.begin(.array, slot)
      var index = 0
      for item in items where try write(item, .index(index), to: writer, for: source) { index += 1 }
      writer.end()
    case .record(let record):
      throw source.fail(
        "a whole \(record.type.rawValue) cannot be stored: name one of its fields, or use '$ref'")
    }
    return true
  }

  /// A map or list that is copied whole must be one that MongoDB and its drivers can store.
  private static func check(
    _ value: Document, isList: Bool, _ source: Evaluator
  ) throws(EvaluationError) {
    for element in value {
      if let flaw = element.flaw {
        throw source.fail("Kitsu's '\(element.name)' cannot be used: \(flaw)")
      }
      if !isList, !FieldName(element.name).isAddressable {
        throw source.fail("'\(element.name)' cannot be a field's name in MongoDB")
      }
      if let inner = element.document ?? element.array {
        try check(inner, isList: element.type == .array, source)
      }
    }
  }
}

extension DocumentWriter {
  func append(_ slot: Slot, _ element: Element) {
    switch slot {
    case .name(let name): append(name, element)
    case .index(let index): append(index: index, element)
    }
  }

  func append(_ slot: Slot, _ value: Value) {
    switch slot {
    case .name(let name): append(name, value)
    case .index(let index): append(index: index, value)
    }
  }

  func begin(_ type: ElementType, _ slot: Slot) {
    switch (slot, type) {
    case (.name(let name), .array): beginArray(name)
    case (.name(let name), _): beginDocument(name)
    case (.index(let index), .array): beginArray(index: index)
    case (.index(let index), _): beginDocument(index: index)
    }
  }
}
