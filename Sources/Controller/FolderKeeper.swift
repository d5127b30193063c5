internal import Avalon
internal import BSON
internal import Identity
internal import Planning

/// Lets folders on disk follow their documents: looked at while a plan is made, renamed after it was
/// applied (`FILESYS_RENAME`).
struct FolderKeeper {
  let tree: DirectoryTree

  static let remedy =
    "mend the folder, then plan again; FILESYS_RENAME=0 leaves folders as they are"

  // MARK: While a plan is made

  enum Verdict {
    /// The plan with the folders that will follow, and what is told of those that an earlier run left
    /// behind and that still cannot.
    case follows(Plan, warnings: [String])
    /// Names and places that have to stay.
    case holds([Identity: Hold])
  }

  /// - Parameter held: whose names and places stay already.
  func judge(
    _ plan: Plan, _ observed: ObservedState, behind: [Identity: FolderValues],
    held: Set<Identity>
  ) async -> Verdict {
    guard var folders = ProjectFolders(plan, observed, behind: behind) else {
      return .follows(plan, warnings: [])
    }
    let changing = Set(plan.changes.map(\.identity))
      .union(plan.collectionRename == nil ? [] : [plan.project.identity])
    var warnings: [String] = []
    while true {
      let planned = folders.plan
      let outcomes = await tree.check(all: planned.renames)
      let failures = FolderKeeper.failures(planned, outcomes)
      guard !failures.isEmpty else {
        let coming = zip(planned.renames, outcomes).compactMap { rename, outcome in
          if case .renamed = outcome { rename } else { nil }
        }
        return .follows(plan.with(folders, coming), warnings: warnings)
      }
      let left = Set(folders.behind.keys).subtracting(changing)
      let holds = FolderKeeper.holds(
        failures.filter { !($0.identity.map(left.contains) ?? false) },
        folders.movers.intersection(changing)
      )
      .filter { !held.contains($0.key) }
      if !holds.isEmpty { return .holds(holds) }
      // Nothing of the plan is wrong: what cannot follow was left behind before.
      warnings += failures.map { "the folder of \($0.title) cannot follow: \($0.reason)" }
      let stuck = Set(failures.compactMap(\.identity))
      let rest = stuck.isEmpty ? [] : folders.movers.subtracting(stuck)
      folders = folders.only(rest.count < folders.movers.count ? rest : [])
    }
  }

  private static func failures(
    _ planned: DirectoryPlan, _ outcomes: [DirectoryOutcome]
  ) -> [RefusedDirectory] {
    planned.refused
      + zip(planned.renames, outcomes).compactMap { rename, outcome in
        outcome.error.map { error in
          RefusedDirectory(
            identity: rename.identity, title: rename.title,
            reason: "its folder '\(rename.from)' cannot follow: \(error.cause)")
        }
      }
  }

  /// Where what stands in the way is not itself renamed by the plan, all that moves stays.
  private static func holds(
    _ failures: [RefusedDirectory], _ movers: Set<Identity>
  ) -> [Identity: Hold] {
    var holds: [Identity: Hold] = [:]
    for failure in failures {
      let own = movers.intersection(failure.identity.map { [$0] } ?? [])
      for identity in own.isEmpty ? movers : own where holds[identity] == nil {
        holds[identity] = Hold(failure.reason, remedy: remedy)
      }
    }
    return holds
  }

  // MARK: After it was applied

  /// Renames the folders of what was applied. Where one cannot follow, its document gets its old name
  /// and place back, with what stands below it and has no folder of its own to follow.
  func follow(
    _ applied: AppliedPlan, in store: any AvalonStore, _ journal: (any ChangeJournal)?,
    gate: WriteGate? = nil
  ) async -> (AppliedPlan, behind: [Identity: FolderValues]) {
    guard let folders = applied.plan.folders else { return (applied, [:]) }
    let changing = Set(applied.plan.changes.map(\.identity))
    let isMoved = applied.plan.collectionRename == nil || applied.outcomes.contains(.applied)
    let done = folders.movers.subtracting(changing).subtracting(
      isMoved ? [] : [applied.plan.project.identity]
    ).union(applied.applied)
    let renames = folders.only(done).plan.renames
    let failures = zip(renames, await tree.rename(all: renames)).compactMap { rename, outcome in
      outcome.error.map {
        RefusedDirectory(
          identity: rename.identity, title: rename.title,
          reason: "'\(rename.from)' was not renamed to '\(rename.to)': \($0.cause)")
      }
    }
    // A project whose document was not written yet follows with the next run.
    let waiting = folders.movers.intersection([applied.plan.project.identity]).subtracting(
      isMoved ? done : folders.movers)
    // What stood in the way of an earlier run may still do so.
    func others(_ stuck: Set<Identity>) -> [Identity: FolderValues] {
      let followed = folders.movers.intersection(done).subtracting(stuck)
      return folders.behind.filter { !followed.contains($0.key) }
    }
    guard !failures.isEmpty else {
      return (applied, behind: others([]).merging(folders.values(of: waiting)) { $1 })
    }
    let failed = Set(failures.compactMap(\.identity))
    let below = folders.below(failed).intersection(done).subtracting(
      renames.compactMap(\.identity))
    let stuck = failed.union(below)
    let reversal = applied.reversal(of: stuck)
    var put: Set<Identity> = []
    if let collection = reversal.project.collection, !reversal.isEmpty {
      put = await Applier(
        store: store, plan: reversal, collection: collection, journal: journal, gate: gate
      ).apply().applied
    }
    let told = failures.map { failure in
      failure.identity.map(put.contains) == false ? failure.withNewName : failure
    }
    return (
      applied.with(told),
      behind: others(stuck).merging(folders.values(of: stuck.subtracting(put).union(waiting))) {
        $1
      }
    )
  }
}

extension RefusedDirectory {
  /// The same where its document could not get its old name back.
  fileprivate var withNewName: RefusedDirectory {
    RefusedDirectory(
      identity: identity, title: title,
      reason: "\(reason); its document has the new name, and the next run tries the folder again")
  }
}

extension FolderKeeper {
  /// A plan that nothing of can be held, such as an undo: all of its folders follow, or it waits.
  func whole(
    _ plan: Plan, _ observed: ObservedState, behind: [Identity: FolderValues]
  ) async -> Plan {
    switch await judge(plan, observed, behind: behind, held: []) {
    case .follows(let plan, _): return plan
    case .holds(let holds):
      let first = holds.sorted { $0.key < $1.key }.first?.value
      return .held(plan.project, first?.reason ?? "its folders cannot follow", remedy: Self.remedy)
    }
  }
}

extension PlannedProject {
  fileprivate var identity: Identity { Identity(project: id, entity: id) }
}
