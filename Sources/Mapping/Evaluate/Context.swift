internal import BSON
internal import Identity
internal import YAML

/// What an evaluator may look at: the production, the entity at hand, local values, and the names
/// that documents have in Avalon. Made for one evaluation; not shared.
final class Context {
  let world: World
  let names: any NameSource
  /// The entity that a rule is being evaluated for.
  var current: Record { didSet { currentTasks = nil } }
  /// Values of `$each … as`, `define` and `let`, by slot.
  var locals: [Datum]
  /// The documents that the one at hand stands on.
  var references: [ObjectID] = []
  /// Results of pure text filters by filter and text: studios have few names and many tasks.
  var memo: [[String: Datum]]
  private var currentTasks: [Datum]?

  init(world: World, names: any NameSource, slots: Int, memos: Int) {
    self.world = world
    self.names = names
    current = world.project
    locals = Array(repeating: .null, count: slots)
    memo = Array(repeating: [:], count: memos)
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

/// Tells the name and id that an entity's main document has, or will have, in Avalon.
protocol NameSource: AnyObject {
  /// The effective name; null where the entity is not mapped.
  /// - Throws: where the entity's document is held, or names depend on each other in a circle.
  func name(of record: Record, _ context: Context, at position: Position) throws(EvaluationError)
    -> Datum
  /// The document's id; null where the entity is not mapped.
  func documentID(of record: Record, at position: Position) throws(EvaluationError) -> Datum
}

/// A compiled expression.
class Evaluator {
  let position: Position

  init(_ position: Position) { self.position = position }

  func evaluate(_ context: Context) throws(EvaluationError) -> Datum { .null }

  final func fail(_ message: String) -> EvaluationError { EvaluationError(message, position) }
}
