internal import Avalon
internal import BSON
internal import Planning

/// What the controller's database knows of a project while it is planned. Where it cannot be read,
/// the plan is the same but for its reasons, and it is said.
struct ProjectMemory {
  private let place: (journal: Journal, scope: JournalScope)?
  private let mapping: String
  private let state: ProjectState?
  /// Why nothing is known.
  private var caution: String?

  init(_ journal: Journal?, _ scope: JournalScope?, mapping: String) async {
    self.mapping = mapping
    guard let journal, let scope else {
      place = nil
      state = nil
      return
    }
    place = (journal, scope)
    do {
      state = try await journal.state(of: scope)
    } catch {
      state = nil
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

  /// The plan as the journal explains it.
  mutating func explain(_ planned: ProjectPlan, in store: any AvalonStore) async -> ProjectPlan {
    let plan = await explain(planned.plan, in: store)
    return planned.with(plan, hold: hold, caution: caution)
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

  /// Why nothing may be written, where the project is paused.
  private var hold: HeldItem? {
    guard let pause = state?.pause, let state else { return nil }
    return HeldItem(
      scope: .project, identity: nil, kind: "project", title: state.title, name: nil,
      reason: "paused by \(pause.user) on \(pause.host) since \(UTCTime.text(pause.time)): "
        + pause.why,
      remedy: "avalon-sync resume '\(state.title)'")
  }
}
