internal import BSON
internal import Identity
internal import YAML

/// What an evaluator may look at: the production, the entity at hand, local values, and the names
/// that documents have in Avalon. Made for one evaluation; not shared.
final class Context {
  let world: World
  let names: any NameSource
  /// The entity that a rule is being evaluated for.
  var current: Record {
    didSet {
      currentTasks = nil
      generation &+= 1
    }
  }
  /// Tells named values of one entity from those of the next.
  private(set) var generation = 0
  /// Values of `$each … as` and `define`, by slot.
  var locals: [Datum]
  /// Values of `let`, by slot, with the generation that they are of.
  var lets: [(generation: Int, value: Result<Datum, EvaluationError>)?]
  /// The documents that the one at hand stands on.
  var references: [ObjectID] = []
  /// Results of pure text filters by filter and text: studios have few names and many tasks.
  var memo: [[String: Datum]]
  /// The names of task types that stay.
  var taskNames: [EntityID: String] = [:]
  /// The people of the task that was asked last: mappings ask for their ids, names and logins.
  var assignees: (task: Document, persons: [Datum])?
  /// Notes what is read, where somebody asks; nil in every plan.
  var trace: Trace?
  /// Notes what documents are made of, where they are remembered.
  var reads: ReadLog?
  private var reader: (generation: Int, id: EntityID?)?
  private var currentTasks: [Datum]?

  init(world: World, names: any NameSource, sizes: ContextSizes) {
    self.world = world
    self.names = names
    current = world.project
    locals = Array(repeating: .null, count: sizes.locals)
    lets = Array(repeating: nil, count: sizes.lets)
    memo = Array(repeating: [:], count: sizes.memos)
  }

  /// To be called where ``reads`` is set only.
  func note(_ read: Read) {
    if reader?.generation != generation { reader = (generation, current.id) }
    guard let id = reader?.id else { return }
    switch read {
    case .record(id), .documents(id), .record(world.projectID), .documents(world.projectID): return
    default: reads?.note(read, by: id)
    }
  }

  /// The tasks of the entity at hand are asked for several times.
  func tasks(of record: Record) -> [Datum] {
    guard record.document.isIdentical(to: current.document) else {
      return world.tasks(of: record).map(Datum.record)
    }
    if let currentTasks { return currentTasks }
    let tasks = world.tasks(of: record).map(Datum.record)
    currentTasks = tasks
    return tasks
  }
}

/// How much a context has room for.
struct ContextSizes: Sendable {
  let locals: Int
  let lets: Int
  let memos: Int
}

/// Tells the name and id that a document of an entity has, or will have, in Avalon. The facet is
/// empty for the main one.
protocol NameSource: AnyObject {
  /// The effective name; null where the mapping makes no such document.
  /// - Throws: where the document is held, or names depend on each other in a circle.
  func name(
    of record: Record, facet: String, _ context: Context, at position: Position
  ) throws(EvaluationError) -> Datum
  /// The document's id; null where the mapping makes no such document.
  func documentID(
    of record: Record, facet: String, _ context: Context, at position: Position
  ) throws(EvaluationError) -> Datum
}

/// A compiled expression.
class Evaluator {
  let position: Position

  init(_ position: Position) { self.position = position }

  func evaluate(_ context: Context) throws(EvaluationError) -> Datum { .null }

  /// Writes its value; a null writes nothing.
  /// - Returns: whether something was written.
  func write(
    _ slot: Slot, to writer: DocumentWriter, _ context: Context
  ) throws(EvaluationError) -> Bool {
    try DatumWriter.write(try evaluate(context), slot, to: writer, for: self)
  }

  /// Where its value stands, as people write it (`shot.data.fps`); nil for what is computed.
  func source(_ context: Context) -> String? { nil }

  /// Whether it reads the same as another, as far as that is easily told.
  func isSame(as other: Evaluator) -> Bool { false }

  final func fail(_ message: String) -> EvaluationError { EvaluationError(message, position) }
}
