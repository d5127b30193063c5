internal import BSON
package import Planning

extension DirectoryTree {
  /// Renames all folders of a plan, in its order. One that fails stops no other, but those that
  /// wait for it: what would go into its place, or come out of it.
  ///
  /// Where a folder stepped aside and then cannot go on to its place, all that was renamed since
  /// it stepped aside is put back: they stand in each other's old places.
  ///
  /// - Parameters:
  ///   - done: the outcomes of the first renames, where a run was interrupted after them. The one
  ///     that was being made is tried again: if it was made, there is nothing there any more.
  ///   - report: gets each outcome with its index as soon as it is known, and again where it is put
  ///     back.
  /// - Returns: an outcome for each rename; a document whose folder has failed should keep its name.
  package func rename(
    all renames: [DirectoryRename], done: [DirectoryOutcome] = [],
    report: @Sendable (Int, DirectoryOutcome) async -> Void = { _, _ in }
  ) async -> [DirectoryOutcome] {
    var run = DirectoryRun(renames, done)
    while let (index, rename) = run.next {
      let obstacle = run.blocked.obstacle(to: rename)
      let outcome: DirectoryOutcome =
        if let obstacle { .failed(obstacle) } else { await self.rename(rename) }
      run.add(outcome)
      await report(index, outcome)
      for earlier in outcome.error == nil ? [] : run.dependents(of: index) {
        let outcome = await putBack(renames[earlier], run.outcomes[earlier], failed: rename)
        run.replace(earlier, outcome)
        await report(earlier, outcome)
      }
    }
    return run.outcomes
  }

  private func putBack(
    _ rename: DirectoryRename, _ outcome: DirectoryOutcome, failed: DirectoryRename
  ) async -> DirectoryOutcome {
    guard case .renamed(let parentsMade) = outcome else { return outcome }
    let failure = DirectoryFailure(subject: FolderPath(rename.from))
    do throws(AvalonError) {
      try await undo(rename, parentsMade: parentsMade)
      return .failed(failure.error("it was put back, as \(failed.from) could not be renamed"))
    } catch {
      return .failed(
        failure.error("it is now '\(rename.to)' and could not be put back: \(error.cause)"))
    }
  }
}

/// How far a list of renames has come.
private struct DirectoryRun {
  private let renames: [DirectoryRename]
  private(set) var outcomes: [DirectoryOutcome] = []
  private(set) var blocked = BlockedPlaces()

  init(_ renames: [DirectoryRename], _ done: [DirectoryOutcome]) {
    self.renames = renames
    for outcome in done.prefix(renames.count) { add(outcome) }
  }

  var next: (index: Int, DirectoryRename)? {
    outcomes.count < renames.count ? (outcomes.count, renames[outcomes.count]) : nil
  }

  mutating func add(_ outcome: DirectoryOutcome) {
    if outcome.error != nil { blocked.add(renames[outcomes.count]) }
    outcomes.append(outcome)
  }

  mutating func replace(_ index: Int, _ outcome: DirectoryOutcome) {
    outcomes[index] = outcome
    if outcome.error != nil { blocked.add(renames[index]) }
  }

  /// What was renamed since the folder of this one stepped aside, the last one first; none where it
  /// did not. A temporary name is nobody else's, also where the folder above it has moved.
  func dependents(of index: Int) -> [Int] {
    let name = FolderPath(renames[index].from).parts.last
    let opening = renames[..<index].lastIndex {
      $0.identity == nil && FolderPath($0.to).parts.last == name
    }
    guard let opening else { return [] }
    return (opening..<index).reversed().filter {
      if case .renamed = outcomes[$0] { true } else { false }
    }
  }
}
