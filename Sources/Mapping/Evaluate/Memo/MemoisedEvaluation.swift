package import BSON
package import Identity

/// An evaluation that is kept, so that a change costs what it concerns: the entity, what is made of
/// its record, its name or its id, and the bucket of its name.
///
/// What comes out is what ``Evaluation/evaluate(_:over:facts:owner:)`` gives. Where that cannot be
/// said for sure, ``update(_:_:_:)`` says so, and all is evaluated anew:
/// - the project's record, what all projects share, casting or metadata columns changed;
/// - a folder of the project comes, goes, or gets another name;
/// - a name is, was or becomes that of two documents, or stands on such a one;
/// - a document cannot be made for want of another one, or can be made now;
/// - a name is wrong where the mapping says `fail`;
/// - a document that is not ours is taken over.
package final class MemoisedEvaluation {
  private let names: NameResolver
  private let owner: String
  private var reads: ReadIndex
  private var index: NameIndex
  /// Names that were in a dispute while names were settled.
  private let disputed: Set<String>
  /// The names that task types got where documents name tasks.
  private var taskNames: [EntityID: Set<String>]
  /// The documents of entities beside their main ones, as candidates.
  private var others: [EntityID: [Int]] = [:]

  /// What some entities' documents are now.
  package struct Update {
    /// Every identity that had a document, a hold or a reason to have none, or has one now.
    package let identities: Set<Identity>
    /// The `_id` of each document concerned.
    package let ids: Set<ObjectID>
    package let documents: [EvaluatedDocument]
    package let held: [HeldEntity]
    package let warnings: [String]
  }

  /// Evaluates all.
  /// - Returns: nil where the production's project has no id; the memo is nil where every change
  ///   needs the whole.
  package static func evaluate(
    _ mapping: CompiledMapping, over production: Production, facts: AvalonFacts, owner: String
  ) -> (evaluation: Evaluation, memo: MemoisedEvaluation?)? {
    guard let world = World(production) else { return nil }
    let log = ReadLog()
    let names = NameResolver(mapping, world, facts, reads: log)
    names.resolve()
    let evaluation = DocumentEvaluation.run(names, owner: owner)
    let isFit =
      evaluation.failure == nil && !names.hasRefusedFolders && !names.hasCircle
      && world.prepareForChanges()
    return (evaluation, isFit ? MemoisedEvaluation(names, log, owner: owner) : nil)
  }

  private init(_ names: NameResolver, _ log: ReadLog, owner: String) {
    self.names = names
    self.owner = owner
    reads = ReadIndex(log)
    taskNames = log.notes.taskNames
    disputed = names.collisions.disputed
    index = NameIndex(isCaseSensitive: names.mapping.isCaseSensitive)
    for candidate in names.candidates.indices { _ = index.set(candidate, names.bears(candidate)) }
    for (identity, candidate) in names.facetIndices {
      others[identity.entity, default: []].append(candidate)
    }
    for name in names.foreignNames { index.add(foreign: name) }
    for identity in names.facts.documents.keys {
      _ = index.set(gone: identity, names.leftBehind(identity))
    }
    names.context.reads = nil
  }

  /// What is in Avalon, as it was last told.
  package var facts: AvalonFacts { names.facts }

  // MARK: What changed

  /// - Parameters:
  ///   - production: the new reading.
  ///   - changed: the entities whose records are others, new or gone.
  ///   - documents: documents of ours that are others in Avalon, by identity; nil for one that is
  ///     gone.
  /// - Returns: nil where all has to be evaluated anew; nothing can be asked of the memo then.
  package func update(
    _ production: Production, _ changed: Set<EntityID>,
    _ documents: [Identity: AvalonFacts.Known?]
  ) -> Update? {
    for (identity, known) in documents { names.facts.documents[identity] = known }
    let (kinds, below) = names.world.update(production, changed)
    var pending = changed.union(below).union(documents.keys.map(\.entity))
    for id in changed { pending.formUnion(reads.readers(of: .record(id))) }
    for kind in kinds { pending.formUnion(reads.readers(of: .list(kind))) }
    return update(pending, besides: documents.keys)
  }

  /// Makes some entities' documents as they are with other things standing on documents.
  ///
  /// What stands on a document shows where its name or place would change, and nowhere else.
  ///
  /// - Parameters:
  ///   - standing: what stands on documents; none puts them back as they were.
  ///   - taskTypes: the names that task types have in Avalon.
  /// - Returns: nil where all has to be evaluated anew.
  package func update(
    _ entities: Set<EntityID>, standing: [ObjectID: AvalonFacts.Standing],
    taskTypes: [EntityID: String]
  ) -> Update? {
    guard names.facts.claimed.isEmpty, names.facts.claimedFacets.isEmpty,
      names.facts.adoptable.isEmpty,
      // Of two reasons to hold a name, what stands on the document is the one that is told.
      names.collisions.reasons.isEmpty, names.collisions.names.isEmpty,
      taskTypes.allSatisfy({
        (type, name) in
        taskNames[type]?.contains { $0 != name } != true
      })
    else { return nil }
    names.facts.standing = standing
    return update(entities, besides: [Identity]())
  }

  private func update(
    _ entities: Set<EntityID>, besides known: some Collection<Identity>
  ) -> Update? {
    let log = ReadLog()
    names.context.reads = log
    defer { names.context.reads = nil }
    var draft = MemoDraft(known)
    var pending = entities
    var roundsLeft = 20
    while !pending.isEmpty {
      roundsLeft -= 1
      guard roundsLeft > 0, let changed = settle(pending, &draft) else { return nil }
      draft.entities.formUnion(pending)
      var next: Set<EntityID> = []
      for id in changed { next.formUnion(reads.readers(of: .documents(id))) }
      // Those of this round saw each other as they are now.
      next.subtract(pending)
      reads.replace(pending, by: log)
      pending = next
    }
    guard isUndisputed(draft) else { return nil }
    let indices = draft.indices.filter { names.index(of: names.candidates[$0].identity) == $0 }
    let written = DocumentEvaluation.write(indices.sorted(), names, owner: owner)
    guard written.failed.isEmpty, names.failure == nil else { return nil }
    reads.replace(draft.entities, by: log)
    taskNames.merge(log.notes.taskNames) { $0.union($1) }
    return Update(
      identities: draft.identities, ids: draft.ids, documents: written.documents,
      held: draft.refused.values.sorted { $0.identity < $1.identity } + written.held,
      warnings: MetadataCheck.warnings(names.mapping, names.world))
  }

  /// Chooses rules and names of some entities anew.
  /// - Returns: the entities on whose documents others can see a difference; nil where all is to be
  ///   evaluated anew.
  private func settle(_ entities: Set<EntityID>, _ draft: inout MemoDraft) -> Set<EntityID>? {
    let before = entities.map { ($0, outside(of: $0)) }
    for id in entities {
      for candidate in candidates(of: id) { draft.note(candidate, names) }
      // One that was refused has no candidate, and a hold all the same.
      draft.note(names.refusedByEntity[id] ?? [])
      guard let new = names.select(id, instead: candidates(of: id)) else { return nil }
      draft.take(new.selection, of: id)
      others[id] = new.indices.filter { !names.candidates[$0].identity.facet.isEmpty }
      if others[id]?.isEmpty == true { others[id] = nil }
    }
    for id in entities {
      for candidate in candidates(of: id) {
        names.compute(candidate)
        draft.note(candidate, names)
      }
    }
    var changed: Set<EntityID> = []
    for (id, seen) in before where outside(of: id) != seen { changed.insert(id) }
    return names.hasCircle || changed.contains(names.world.projectID) ? nil : changed
  }

  private func candidates(of id: EntityID) -> [Int] {
    (names.indices[id].map { [$0] } ?? []) + (others[id] ?? [])
  }

  /// What others see of an entity's documents.
  private func outside(of id: EntityID) -> Set<Outside> {
    var found = Set(
      candidates(of: id).map { index in
        Outside(
          identity: names.candidates[index].identity, id: names.candidates[index].id,
          name: names.effectiveName(index))
      })
    for identity in names.refusedByEntity[id] ?? [] {
      found.insert(Outside(identity: identity, id: nil, name: nil))
    }
    return found
  }

  private struct Outside: Hashable {
    let identity: Identity
    /// Nil where it was refused.
    let id: ObjectID?
    /// Nil where it is held.
    let name: String?
  }

  // MARK: Names

  /// Whether names come out as they do where all are settled together: no name that is concerned is,
  /// was or would be that of another document.
  private func isUndisputed(_ draft: MemoDraft) -> Bool {
    var keys: [(old: String?, new: String?)] = []
    for candidate in draft.indices {
      let identity = names.candidates[candidate].identity
      let isWanted = names.index(of: identity) == candidate
      if names.isDisputed(candidate) || names.mayAdopt(candidate) { return false }
      keys.append(index.set(candidate, isWanted ? names.bears(candidate) : nil))
    }
    for identity in draft.identities {
      keys.append(index.set(gone: identity, names.leftBehind(identity)))
    }
    let isMoved = keys.contains { $0.old != $0.new }
    if isMoved, !names.collisions.names.isEmpty { return false }
    return keys.allSatisfy { old, new in
      [old, new].allSatisfy { key in
        key.map { !disputed.contains($0) && !index.isShared($0) } ?? true
      }
    }
  }
}

/// What an update concerns, while it is made.
struct MemoDraft {
  var entities: Set<EntityID> = []
  private(set) var indices: Set<Int> = []
  private(set) var identities: Set<Identity>
  private(set) var ids: Set<ObjectID> = []
  private(set) var refused: [Identity: HeldEntity] = [:]

  init(_ identities: some Collection<Identity>) { self.identities = Set(identities) }

  mutating func note(_ candidate: Int, _ names: NameResolver) {
    indices.insert(candidate)
    identities.insert(names.candidates[candidate].identity)
    ids.insert(names.candidates[candidate].id)
  }

  mutating func note(_ identities: [Identity]) { self.identities.formUnion(identities) }

  /// An entity may be chosen for more than once.
  mutating func take(_ selection: CandidateSelection, of entity: EntityID) {
    identities.formUnion(selection.skipped)
    identities.formUnion(selection.refused.keys)
    refused = refused.filter { $0.key.entity != entity }
    refused.merge(selection.refused) { $1 }
  }
}
