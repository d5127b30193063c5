internal import Avalon
internal import BSON
internal import Identity
internal import Planning

/// What the controller's database knows of a project while it is planned. Where what was applied cannot
/// be read, the plan is the same but for its reasons, and it is said.
struct ProjectMemory {
  private let place: (journal: Journal, scope: JournalScope)?
  private let mapping: String
  private let state: ProjectState?
  /// The pause that counts in this run.
  let pause: ProjectState.Pause?
  /// Why nothing is known.
  private var caution: String?

  /// - Throws: where it cannot be told whether the project is paused. Without a right to read it nothing
  ///   was ever written down.
  init(_ journal: Journal?, _ scope: JournalScope?, mapping: String) async throws(AvalonError) {
    self.mapping = mapping
    guard let journal, let scope else {
      place = nil
      state = nil
      pause = nil
      return
    }
    place = (journal, scope)
    do throws(AvalonError) {
      state = try await journal.state(of: scope)
      pause = state?.pause(at: journal.run.time)
    } catch {
      guard error.code == .notAuthorised else { throw error }
      state = nil
      pause = nil
      caution = ProjectMemory.caution(error)
    }
  }

  private static func caution(_ error: AvalonError) -> String {
    "the controller's database cannot be read, so that drift is not told from change: \(error)"
  }

  /// All that was last applied, where the mapping changed since: only then a plan needs it.
  mutating func lastApplied(in store: any AvalonStore) async -> LastApplied? {
    guard let known = state?.mapping, known != mapping else { return nil }
    return await read(nil, store)
  }

  /// The plan as the journal explains it, with what else it knows.
  mutating func explain(
    _ planned: ProjectPlan, in place: ProjectPlace, in store: any AvalonStore
  ) async throws -> ProjectPlan {
    let plan = await explain(planned.plan, in: store)
    let recreated = try await recreated(beside: place.collection, in: store)
    return planned.with(plan, self, cautions: [caution, recreated].compactMap(\.self))
  }

  /// The plan with reasons that tell an edit in Avalon from one in Kitsu. The journal is read only
  /// where there is something to explain, so that a project at rest costs nothing.
  private mutating func explain(_ plan: Plan, in store: any AvalonStore) async -> Plan {
    let ids = plan.changes.filter { !$0.fields.isEmpty }.map(\.id)
    guard state != nil, !ids.isEmpty, let applied = await read(Set(ids), store) else { return plan }
    return plan.explained(by: applied)
  }

  private mutating func read(
    _ ids: Set<ObjectID>?, _ store: any AvalonStore
  ) async -> LastApplied? {
    guard let place else { return nil }
    do {
      return try await place.journal.lastApplied(
        place.scope, only: ids, mapping: mapping, in: store)
    } catch {
      caution = ProjectMemory.caution(error)
      return nil
    }
  }

  /// What is told where the collection that the project had before is there again: the session of an
  /// artist that was open during the rename writes into it.
  private func recreated(beside collection: String, in store: any AvalonStore) async throws
    -> String?
  {
    guard let former = state?.former, former != collection,
      try await store.collections().contains(former),
      try await store.projects(collection: former).isEmpty
    else { return nil }
    return
      "the collection '\(former)', which this project had before, is there again: a session that "
      + "was open during the rename writes into it. It is not touched; 'avalon-sync audit --collection "
      + "\(former)' shows it"
  }

  /// What folders are named after that a run which was cut off did not come to.
  var foldersBehind: [Identity: FolderValues] {
    guard let state, let place else { return [:] }
    return state.foldersBehind(in: place.scope.project)
  }

  /// Why nothing may be written, where the project is paused.
  var hold: HeldItem? {
    guard let pause, let state else { return nil }
    return HeldItem(
      scope: .project, identity: nil, kind: "project", title: state.title, name: nil,
      reason: pause.description,
      remedy: "avalon-sync resume '\(state.title)'")
  }
}
