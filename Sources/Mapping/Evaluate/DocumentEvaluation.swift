internal import BSON
internal import Dispatch
internal import Identity
internal import Synchronization

/// Writes the desired documents of some of the candidates.
///
/// Names are settled before, so that no document waits for another: the candidates are cut into
/// portions, and all cores write.
final class DocumentEvaluation {
  private let names: NameResolver
  private let owner: String
  private let writer: DocumentWriter
  private let context: DocumentContext
  private var drafts: [Draft] = []
  private var held: [HeldEntity] = []
  private var failed: [Int: String] = [:]

  /// All of an ``EvaluatedDocument`` but the document, which exists when all are written.
  private struct Draft {
    let candidate: Candidate
    let name: String
    let nameHold: NameHold?
    let heldFields: [HeldField]
    let notes: [String]
    let references: [ObjectID]
    let items: [String: [String]]
    let protection: FixedName?
    let heldTasks: [HeldTask]
    /// The document where it is that of Avalon, byte for byte.
    let there: Document?

    func made(_ document: Document, _ world: World) -> EvaluatedDocument {
      EvaluatedDocument(
        identity: candidate.identity, rule: candidate.rule.name, document: document,
        id: candidate.id, name: name, heldFields: heldFields, nameHold: nameHold,
        protection: protection, heldTasks: heldTasks, notes: notes, references: references,
        items: items, record: candidate.record, world: world)
    }
  }

  /// What became of the candidates of one portion, in their order.
  private struct Portion: Sendable {
    let documents: [EvaluatedDocument]
    let held: [HeldEntity]
    /// Candidates whose document cannot be made, with the reason.
    let failed: [Int: String]
    let notes: ReadLog.Notes?
  }

  /// Candidates to a portion: enough to be worth a thread.
  private static let portionSize = 500

  /// A document that cannot be made holds those that stand on it: names are settled anew without
  /// it, until all that have a name have a document.
  ///
  /// - Parameter names: resolved.
  static func run(_ names: NameResolver, owner: String) -> Evaluation {
    while true {
      let written = write(Array(names.candidates.indices), names, owner: owner)
      guard written.failed.isEmpty else {
        names.hold(written.failed)
        continue
      }
      return Evaluation(
        documents: written.documents, held: names.refused + written.held, skipped: names.skipped,
        failure: names.failure, warnings: MetadataCheck.warnings(names.mapping, names.world))
    }
  }

  /// Writes the documents of some candidates.
  static func write(
    _ indices: [Int], _ names: NameResolver, owner: String
  ) -> (documents: [EvaluatedDocument], held: [HeldEntity], failed: [Int: String]) {
    let count = (indices.count + portionSize - 1) / portionSize
    let written = Mutex([Portion?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { number in
      let first = number * portionSize
      let part = indices[first..<min(first + portionSize, indices.count)]
      let portion = DocumentEvaluation(names, owner: owner, count: part.count).run(part)
      written.withLock { $0[number] = portion }
    }
    let portions = written.withLock { $0 }.compactMap(\.self)
    for case let notes? in portions.map(\.notes) { names.context.reads?.merge(notes) }
    return (
      portions.flatMap(\.documents), portions.flatMap(\.held),
      portions.reduce(into: [:]) { $0.merge($1.failed) { first, _ in first } }
    )
  }

  private init(_ names: NameResolver, owner: String, count: Int) {
    self.names = names
    self.owner = owner
    writer = DocumentWriter(capacity: count * 1024 + 1024)
    context = DocumentContext(names.newContext())
  }

  private func run(_ indices: ArraySlice<Int>) -> Portion {
    for index in indices {
      let candidate = names.candidates[index]
      switch names.state(of: index) {
      case .named(let name, let hold): write(index, candidate, name, hold)
      case .held(let why): hold(candidate, why)
      case .pending, .computing: hold(candidate, FixedName("its name was not computed"))
      }
    }
    var written = writer.finish().makeIterator()
    let documents = drafts.compactMap { draft in
      (draft.there ?? written.next()).map { draft.made($0, names.world) }
    }
    return Portion(
      documents: documents, held: held, failed: failed,
      notes: context.context.reads?.notes)
  }

  private func hold(_ candidate: Candidate, _ why: FixedName) {
    held.append(
      HeldEntity(
        identity: candidate.identity, kind: candidate.kind,
        title: candidate.title(in: names.world), name: candidate.known?.name,
        reason: why.reason, remedy: why.remedy))
  }

  // MARK: One document

  private func write(
    _ index: Int, _ candidate: Candidate, _ name: String, _ hold: NameHold?
  ) {
    let start = writer.mark()
    context.start = writer.byteCount
    candidate.enter(context.context)
    context.context.references.removeAll(keepingCapacity: true)
    context.notes.removeAll(keepingCapacity: true)
    var state = FieldState(hasDocument: candidate.known != nil)
    writer.beginRoot()
    writer.append(.documentID, .objectID(candidate.id))
    writer.append(.name, name)
    do {
      for entry in candidate.rule.document.tree {
        try write(entry.tree, entry.name, candidate, &state)
      }
    } catch {
      writer.rollBack(to: start)
      failed[index] = error.told
      return
    }
    writer.end()
    let there = candidate.known?.document.flatMap {
      writer.hasWritten($0, since: start) ? $0 : nil
    }
    if there != nil { writer.rollBack(to: start) }
    drafts.append(
      Draft(
        candidate: candidate, name: name, nameHold: hold, heldFields: state.held,
        notes: context.notes, references: context.context.references, items: state.items,
        protection: names.protection(of: candidate), heldTasks: state.heldTasks, there: there))
  }

  private struct FieldState {
    let hasDocument: Bool
    var held: [HeldField] = []
    var items: [String: [String]] = [:]
    var taskTypes: [String: EntityID] = [:]
    var heldTasks: [HeldTask] = []
  }

  private func write(
    _ tree: DocumentTree, _ name: FieldName, _ candidate: Candidate,
    _ state: inout FieldState, depth: Int = 0
  ) throws(EvaluationError) {
    switch tree {
    case .field(let index):
      try write(candidate.rule.document.fields[index], name, &state)
    case .map(let entries):
      let mark = writer.mark()
      let isData = depth == 0 && name == .data
      writer.beginDocument(name)
      let empty = writer.byteCount
      for entry in entries {
        try write(entry.tree, entry.name, candidate, &state, depth: depth + 1)
      }
      if isData { writeLink(candidate, state) }
      if writer.byteCount == empty { writer.rollBack(to: mark) } else { writer.end() }
    }
  }

  /// A failed field is held and the rest goes on; a failed reference holds an entity that has no
  /// document yet, as it would stand nowhere.
  private func write(
    _ field: CompiledField, _ name: FieldName, _ state: inout FieldState
  ) throws(EvaluationError) {
    let mark = writer.mark()
    context.items.removeAll(keepingCapacity: true)
    context.taskTypes.removeAll(keepingCapacity: true)
    context.heldTasks.removeAll(keepingCapacity: true)
    do {
      _ = try field.writer.write(.name(name), to: writer, context)
      if case .merge = field.owned.ownership {
        state.items[field.pathText] = context.items
        state.taskTypes.merge(context.taskTypes) { first, _ in first }
        state.heldTasks += context.heldTasks.map {
          HeldTask(path: field.owned.path, wanted: $0.wanted, name: $0.name)
        }
      }
    } catch {
      writer.rollBack(to: mark)
      if field.writer.isReference, !state.hasDocument { throw error }
      state.held.append(HeldField(path: field.owned.path, reason: error.told))
    }
  }

  private func writeLink(_ candidate: Candidate, _ state: FieldState) {
    let link = Link(
      entity: candidate.identity.entity, facet: candidate.identity.facet,
      kind: candidate.rule.kind, owner: owner, items: state.items, taskTypes: state.taskTypes)
    writer.beginDocument(Link.field)
    for field in link.fields { writer.append(field.name, field.text) }
    writer.end()
  }
}
