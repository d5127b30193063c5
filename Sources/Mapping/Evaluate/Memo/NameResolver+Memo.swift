internal import BSON
internal import Identity

/// What a memo does with names beyond settling all of them.
extension NameResolver {
  /// Chooses the rules of one entity anew.
  /// - Parameter old: the candidates that it had.
  /// - Returns: the new ones, whose names are still to be computed; nil where it is not known which
  ///   folders there are.
  func select(
    _ id: EntityID, instead old: [Int]
  ) -> (selection: CandidateSelection, indices: [Int])? {
    isSelecting = true
    defer { isSelecting = false }
    var selection = CandidateSelection(mapping, world, facts, context)
    if id == world.projectID {
      selection.select(world.project)
    } else if let record = world.entity(id) {
      selection.select(record)
    }
    guard !selection.hasRefusedFolders else { return nil }
    refusedIdentities.subtract(refusedByEntity[id] ?? [])
    refusedByEntity[id] = selection.refused.isEmpty ? nil : Array(selection.refused.keys)
    refusedIdentities.formUnion(selection.refused.keys)
    let free = Dictionary(uniqueKeysWithValues: old.map { (candidates[$0].identity, $0) })
    for identity in free.keys { setIndex(nil, of: identity) }
    let indices = selection.candidates.map { candidate in
      let index = free[candidate.identity] ?? candidates.count
      if index == candidates.count {
        candidates.append(candidate)
        states.append(.pending)
      } else {
        candidates[index] = candidate
        states[index] = .pending
      }
      setIndex(index, of: candidate.identity)
      return index
    }
    return (selection, indices)
  }

  private func setIndex(_ index: Int?, of identity: Identity) {
    if identity.facet.isEmpty {
      indices[identity.entity] = index
    } else {
      facetIndices[identity] = index
    }
  }

  /// The name that a candidate's document has or gets; nil where it is held.
  func effectiveName(_ index: Int) -> String? {
    if case .named(let name, _) = states[index] { name } else { nil }
  }

  /// Whether it takes over a document of others, or may do so by its name.
  func mayAdopt(_ index: Int) -> Bool {
    let candidate = candidates[index]
    return facts.unlinked[candidate.id] != nil
      || candidate.known == nil && !facts.adoptable.isEmpty
  }

  /// The name by which it can collide: the project's own document is no asset.
  func bears(_ index: Int) -> String? {
    candidates[index].rule.isProject ? nil : effectiveName(index)
  }

  /// The name of a document of ours that nothing is wanted of.
  func leftBehind(_ identity: Identity) -> String? {
    guard let known = facts.documents[identity], !known.isArchived, !identity.isProject,
      index(of: identity) == nil
    else { return nil }
    return known.name
  }

  /// Names of documents of others that nobody may take.
  var foreignNames: [String] {
    var names = facts.taken
    for candidate in candidates {
      if let name = facts.unlinked[candidate.id] { names[name] = nil }
    }
    return Array(names.keys)
  }
}
