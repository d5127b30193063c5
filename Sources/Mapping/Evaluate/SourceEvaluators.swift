internal import BSON
internal import Identity
internal import YAML

final class ConstantEvaluator: Evaluator {
  let datum: Datum

  init(_ datum: Datum, _ position: Position) {
    self.datum = datum
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum { datum }
}

final class CurrentEvaluator: Evaluator {
  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    .record(context.current)
  }

  override func source(_ context: Context) -> String? { context.current.type.rawValue }
}

final class ProjectEvaluator: Evaluator {
  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    .record(context.world.project)
  }

  override func source(_ context: Context) -> String? { "project" }
}

/// The root `studio`, whose fields are lists.
final class StudioEvaluator: Evaluator {
  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    .record(Record(type: .studio, document: context.world.project.document))
  }

  override func source(_ context: Context) -> String? { "studio" }
}

final class LocalEvaluator: Evaluator {
  private let slot: Int
  /// As the mapping calls it; nil for the `value` of a filter, which is no source.
  private let name: String?

  init(slot: Int, name: String?, _ position: Position) {
    self.slot = slot
    self.name = name
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = context.locals[slot]
    if context.trace != nil { context.note(value, of: self) }
    return value
  }

  override func source(_ context: Context) -> String? { name }

  override func isSame(as other: Evaluator) -> Bool {
    (other as? LocalEvaluator)?.slot == slot
  }
}

/// A field of one of Kitsu's records.
final class FieldEvaluator: Evaluator {
  private let base: Evaluator
  private let access: FieldAccess
  private let name: String

  init(_ base: Evaluator, _ access: FieldAccess, name: String, _ position: Position) {
    self.base = base
    self.access = access
    self.name = name
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    guard case .record(let record) = try base.evaluate(context) else { return .null }
    let value = try read(record, context)
    if context.trace != nil { context.note(value, of: self) }
    return value
  }

  /// The record that it is of, where it stands there as Kitsu has it.
  var recordOfRaw: Evaluator? { if case .raw = access { base } else { nil } }

  override func isSame(as other: Evaluator) -> Bool {
    guard let other = other as? FieldEvaluator else { return false }
    return name == other.name && base.isSame(as: other.base)
  }

  override func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: Context
  ) throws(EvaluationError) -> Bool {
    guard case .raw(let name) = access, context.trace == nil else {
      return try super.write(slot, to: writer, context)
    }
    guard case .record(let record) = try base.evaluate(context),
      let element = try element(record, name)
    else { return false }
    return try copy(element, slot, to: writer)
  }

  override func source(_ context: Context) -> String? {
    let isAncestor =
      base is CurrentEvaluator && Scope.ancestors[context.current.type]?.contains(name) == true
    return isAncestor ? name : base.source(context).map { "\($0).\(name)" }
  }

  @inline(__always)
  private func read(
    _ record: Record, _ context: Context
  ) throws(EvaluationError) -> Datum {
    switch access {
    case .raw(let name): return try raw(record, name)
    case .metadata: return try raw(record, .data)
    case .link(let name): return try link(record, name, context)
    case .parent(let kind): return try parent(record, kind, context)
    case .episodeOfShot:
      guard case .record(let sequence) = try parent(record, .sequence, context) else {
        return .null
      }
      return try parent(sequence, .episode, context)
    case .tasks: return .list(context.tasks(of: record))
    case .assignees: return try assignees(record, context)
    case .projectList(let type): return .list(context.world.projectList(type).map(Datum.record))
    case .studioList(let type): return .list(context.world.studioList(type).map(Datum.record))
    case .entities(let kind): return try entities(kind, context)
    case .casting: return try casting(record, context.world.links?.casting)
    case .castIn: return try casting(record, context.world.links?.castIn)
    case .linked(let name): return linked(record.document.element(name), context)
    case .linkedList(let name):
      let list = record.document.element(name)?.array?.map { linked($0, context) } ?? []
      return .list(list.filter { !$0.isNull })
    case .avalon: return .record(Record(type: record.type, document: record.document))
    case .avalonName:
      return
        try context.names.name(of: record, facet: "", context, at: position)
    }
  }

  private func raw(_ record: Record, _ name: FieldName) throws(EvaluationError) -> Datum {
    try element(record, name).map { Datum(element: $0) } ?? .null
  }

  private func element(
    _ record: Record, _ name: FieldName
  ) throws(EvaluationError) -> Element? {
    guard let element = record.document.element(name) else { return nil }
    if let flaw = element.flaw {
      throw fail("Kitsu's '\(name)' of \(record.type.rawValue) cannot be used: \(flaw)")
    }
    return element
  }

  private func link(
    _ record: Record, _ name: FieldName, _ context: Context
  ) throws(EvaluationError) -> Datum {
    guard let id = EntityID(record.document.element(name)) else { return .null }
    guard let target = context.world.studioRecord(id) else {
      let kind = name.text.hasSuffix("_id") ? String(name.text.dropLast(3)) : name.text
      throw dangling(record, RecordType(rawValue: kind) ?? .taskType, id)
    }
    return .record(target)
  }

  private func parent(
    _ record: Record, _ kind: EntityKind, _ context: Context
  ) throws(EvaluationError) -> Datum {
    guard let id = World.parentID(of: record) else { return .null }
    if context.reads != nil { context.note(.record(id)) }
    guard let target = context.world.entity(id) else {
      throw dangling(record, RecordType(kind), id)
    }
    guard target.type == RecordType(kind) else { return .null }
    return .record(target)
  }

  private func entities(
    _ kind: EntityKind, _ context: Context
  ) throws(EvaluationError) -> Datum {
    if context.reads != nil { context.note(.list(kind)) }
    guard let entities = context.world.entities(kind) else {
      throw fail("the project's \(kind.rawValue)s were not read: may this account see them?")
    }
    return .list(entities.map(Datum.record))
  }

  private func casting(
    _ record: Record, _ links: [EntityID: [Record]]?
  ) throws(EvaluationError) -> Datum {
    guard let links else { throw fail("casting was not read: may this account see it?") }
    return .list(record.id.flatMap { links[$0] }?.map(Datum.record) ?? [])
  }

  /// Assets are shared between projects: one of another project has no record here.
  private func linked(_ element: Element?, _ context: Context) -> Datum {
    guard let id = EntityID(element) else { return .null }
    if context.reads != nil { context.note(.record(id)) }
    return context.world.entity(id).map(Datum.record) ?? .null
  }

  private func assignees(_ record: Record, _ context: Context) throws(EvaluationError) -> Datum {
    if let known = context.assignees, known.task.isIdentical(to: record.document) {
      return .list(known.persons)
    }
    guard let list = record.document.element(.assignees)?.array else { return .null }
    var ids = list.compactMap { EntityID($0) }
    ids.sort()
    var persons: [Datum] = []
    for id in ids {
      guard let person = context.world.studioRecord(id) else {
        throw dangling(record, .person, id)
      }
      persons.append(.record(person))
    }
    context.assignees = (record.document, persons)
    return .list(persons)
  }

  private func dangling(_ record: Record, _ type: RecordType, _ id: EntityID) -> EvaluationError {
    EvaluationError(
      "the \(record.type.rawValue) names the \(type.rawValue) \(id), which Kitsu did not give",
      position, cause: .dangling(type, id.description))
  }
}

extension Evaluator {
  /// Writes a value as it stands in Kitsu's answer; a text without reading it.
  fileprivate func copy(
    _ element: Element, _ slot: Slot, to writer: DocumentWriter
  ) throws(EvaluationError) -> Bool {
    guard element.type == .string else {
      return try DatumWriter.write(Datum(element: element), slot, to: writer, for: self)
    }
    guard !element.isBlank else { return false }
    writer.append(slot, element)
    return true
  }
}

/// A key of a map from Kitsu, such as metadata.
final class KeyEvaluator: Evaluator {
  private let base: Evaluator
  private let name: FieldName

  init(_ base: Evaluator, _ name: FieldName, _ position: Position) {
    self.base = base
    self.name = name
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let map: Document
    switch try base.evaluate(context) {
    case .null: return .null
    case .map(let document): map = document
    case let other: throw fail("'\(name)' is asked of \(other.shown), which has no fields")
    }
    let element = map.element(name)
    if let flaw = element?.flaw { throw fail("Kitsu's '\(name)' cannot be used: \(flaw)") }
    let value = element.map { Datum(element: $0) } ?? .null
    if context.trace != nil { context.note(value, of: self) }
    return value
  }

  override func source(_ context: Context) -> String? {
    base.source(context).map { "\($0).\(name)" }
  }
}

final class IndexEvaluator: Evaluator {
  private let base: Evaluator
  private let index: Evaluator

  init(_ base: Evaluator, _ index: Evaluator, _ position: Position) {
    self.base = base
    self.index = index
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = try item(try base.evaluate(context), try index.evaluate(context))
    if context.trace != nil { context.note(value, of: self) }
    return value
  }

  override func source(_ context: Context) -> String? {
    guard let base = base.source(context), let key = try? index.evaluate(context) else {
      return nil
    }
    return "\(base)[\(key.traced)]"
  }

  private func item(_ base: Datum, _ index: Datum) throws(EvaluationError) -> Datum {
    switch (base, index) {
    case (.null, _), (_, .null): return .null
    case (.map(let map), .text(let name)):
      guard let element = map.element(FieldName(name)) else { return .null }
      if let flaw = element.flaw { throw fail("Kitsu's '\(name)' cannot be used: \(flaw)") }
      return Datum(element: element)
    case (_, .int(let index)):
      guard let items = base.items else { throw fail("\(base.shown) has no items") }
      let position = index < 0 ? Int(index) + items.count : Int(index)
      return items.indices.contains(position) ? items[position] : .null
    case (_, let key): throw fail("\(key.shown) is no index of \(base.shown)")
    }
  }
}
