internal import BSON
internal import Identity
internal import Kitsu
internal import Mapping
internal import Planning

/// A project as it was seen last, with what was made of it. A class, so that a change of one document
/// copies no other.
final class CachedProject {
  let place: ProjectPlace
  private let settings: Reconciler.Settings
  private(set) var reading: ProjectReading
  private(set) var observed: ObservedState
  private(set) var byteCount: Int
  private var memo: ProjectMemo?
  /// What changed since the memo was made or brought up to date.
  private var changed: Set<EntityID> = []
  private var edited: Set<Identity> = []

  init(_ sight: Sight, _ settings: Reconciler.Settings) {
    place = sight.place
    reading = sight.reading
    observed = sight.observed
    self.settings = settings
    byteCount = CachedProject.byteCount(
      sight.reading.production.entities.values.joined(), sight.observed.documents.values)
  }

  /// Whether it was seen in the same place, and with the same settings.
  func isOf(_ place: ProjectPlace, _ settings: Reconciler.Settings) -> Bool {
    self.place.isSame(as: place) && self.settings.isSame(as: settings)
  }

  // MARK: What changed

  func take(_ refreshed: RefreshedReading) {
    reading = refreshed.reading
    changed.formUnion(refreshed.changed)
    if refreshed.isStudioChanged || refreshed.isProjectChanged || refreshed.isCastingChanged {
      memo = nil
    }
  }

  /// Takes documents as they are now.
  /// - Parameter ids: those that were read; one of them that is not among the documents is gone.
  /// - Returns: whether one of them is another than before.
  func take(_ documents: [Document], of ids: Set<ObjectID>, project: EntityID) -> Bool {
    var found: [ObjectID: Document] = [:]
    for document in documents {
      if let id = document.element(.documentID)?.value.objectID { found[id] = document }
    }
    let stale = ids.filter { observed.documents[$0] != found[$0] }
    byteCount += CachedProject.byteCount(
      [Document](), stale.compactMap { observed.documents[$0] == nil ? found[$0] : nil })
    var isUnclear = stale.count > CachedProject.many && stale.count > observed.count / 8
    if !isUnclear {
      for id in stale {
        guard let identity = observed.update(id, found[id]) else {
          isUnclear = true
          break
        }
        edited.insert(identity)
      }
    }
    if isUnclear {
      var all = observed.documents
      for id in stale { all[id] = found[id] }
      observed = ObservedState(
        Array(all.values) + observed.strange, project: project, owner: settings.owner,
        sources: settings.adoption.sources(of: project))
      memo = nil
    }
    return !stale.isEmpty
  }

  /// From here on all together is quicker than one by one.
  private static let many = 500

  // MARK: What is wanted

  /// Whether what is wanted is to be made anew, all of it.
  var isCold: Bool { memo == nil }

  /// - Returns: nil where the reading is of no project; and the documents to be looked at before the
  ///   plan is believed.
  func wanted(
    _ project: ProjectSummary, _ reconciler: Reconciler, _ lastApplied: LastApplied?
  ) -> (plan: WantedPlan, concerned: Set<ObjectID>)? {
    defer {
      changed = []
      edited = []
    }
    // What an older mapping wrote is looked for in every document.
    if lastApplied != nil
      || changed.count + edited.count > max(CachedProject.many, observed.count / 8)
    {
      memo = nil
    }
    if let memo, let update = memo.update(reading.production, changed, edited, observed) {
      let sight = sight(project)
      return (memo.plan(update, sight, reconciler), update.ids)
    }
    memo = nil
    var sight = sight(project)
    sight.lastApplied = lastApplied
    let made = MemoisedEvaluation.evaluate(
      settings.mapping, over: reading.production, facts: sight.facts, owner: settings.owner)
    guard let made else { return nil }
    let (plan, ledger) = reconciler.wanted(made.evaluation, sight)
    if let evaluation = made.memo, let ledger, lastApplied == nil, !reading.isTorn {
      memo = ProjectMemo(evaluation, ledger, project: made.evaluation.projectName)
    }
    return (plan, [])
  }

  /// - Parameter sight: what was seen, with what stands on documents.
  func wanted(standing sight: Sight, _ reconciler: Reconciler) -> WantedPlan? {
    if let memo {
      if let plan = memo.plan(standing: sight, reconciler) { return plan }
      self.memo = nil
    }
    return reconciler.wanted(sight)
  }

  func sight(_ project: ProjectSummary) -> Sight {
    Sight(project, in: place, reading, observed, settings, facts: memo?.facts)
  }

  // MARK: Memory

  /// What the indices over a document or an entity, and what was made of it, take beside it. So that the
  /// sum is what the service's resident memory grew by with 10,000 and with 60,000 documents.
  private static let overhead = 1700

  private static func byteCount(
    _ entities: some Sequence<Document>, _ documents: some Sequence<Document>
  ) -> Int {
    entities.reduce(0) { $0 + $1.byteCount + overhead }
      + documents.reduce(0) { $0 + $1.byteCount + overhead }
  }
}

extension Evaluation {
  /// The name that the project's document has or gets.
  fileprivate var projectName: String? { documents.first { $0.identity.isProject }?.name }
}

extension ProjectPlace {
  /// Whether a project in it is planned alike: that it holds the project by now changes nothing.
  fileprivate func isSame(as other: ProjectPlace) -> Bool {
    collection == other.collection && wantedName == other.wantedName && obstacle == other.obstacle
  }
}

extension Reconciler.Settings {
  fileprivate func isSame(as other: Reconciler.Settings) -> Bool {
    mapping === other.mapping && policy == other.policy && owner == other.owner
      && adoption == other.adoption && allowed == other.allowed
      && mappingDigest == other.mappingDigest && directories === other.directories
  }
}
