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
}

final class ProjectEvaluator: Evaluator {
  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    .record(context.world.project)
  }
}

final class LocalEvaluator: Evaluator {
  private let slot: Int

  init(slot: Int, _ position: Position) {
    self.slot = slot
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    context.locals[slot]
  }
}

/// A field of one of Kitsu's records.
final class FieldEvaluator: Evaluator {
  private let base: Evaluator
  private let access: FieldAccess

  init(_ base: Evaluator, _ access: FieldAccess, _ position: Position) {
    self.base = base
    self.access = access
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    guard case .record(let record) = try base.evaluate(context) else { return .null }
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
    case .projectTaskTypes: return .list(context.world.taskTypes.map(Datum.record))
    case .avalon: return .record(Record(type: record.type, document: record.document))
    case .avalonName: return try context.names.name(of: record, context, at: position)
    }
  }

  private func raw(_ record: Record, _ name: FieldName) throws(EvaluationError) -> Datum {
    guard let element = record.document.element(name) else { return .null }
    if let flaw = element.flaw {
      throw fail("Kitsu's '\(name)' of \(record.type.rawValue) cannot be used: \(flaw)")
    }
    return Datum(element: element)
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
    guard let id = context.world.parentID(of: record, kind) else { return .null }
    guard let target = context.world.entity(id) else {
      throw dangling(record, RecordType(kind), id)
    }
    guard target.type == RecordType(kind) else { return .null }
    return .record(target)
  }

  private func assignees(_ record: Record, _ context: Context) throws(EvaluationError) -> Datum {
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
    return .list(persons)
  }

  private func dangling(_ record: Record, _ type: RecordType, _ id: EntityID) -> EvaluationError {
    EvaluationError(
      "the \(record.type.rawValue) names the \(type.rawValue) \(id), which Kitsu did not give",
      position, cause: .dangling(type, id.description))
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
    guard let element = map.element(name) else { return .null }
    if let flaw = element.flaw { throw fail("Kitsu's '\(name)' cannot be used: \(flaw)") }
    return Datum(element: element)
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
    let base = try base.evaluate(context)
    switch (base, try index.evaluate(context)) {
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
