package import Identity
package import Mapping

/// A reading that was brought up to date where a hint said that something changed.
package struct RefreshedReading: Sendable {
  /// What a whole reading would have given now, but for the order of its lists.
  package let reading: ProjectReading
  /// Entities that are new, gone or different.
  package let changed: Set<EntityID>
  /// One of the lists that all projects share.
  package let isStudioChanged: Bool
  /// The project's record or its metadata columns.
  package let isProjectChanged: Bool
  package let isCastingChanged: Bool

  package init(
    reading: ProjectReading, changed: Set<EntityID>, isStudioChanged: Bool = false,
    isProjectChanged: Bool = false, isCastingChanged: Bool = false
  ) {
    self.reading = reading
    self.changed = changed
    self.isStudioChanged = isStudioChanged
    self.isProjectChanged = isProjectChanged
    self.isCastingChanged = isCastingChanged
  }
}

extension KitsuSource {
  /// Sources that cannot tell what changed are read as a whole.
  package func refresh(
    _ reading: ProjectReading, of project: EntityID, by hint: ChangeHint, needs: SourceNeeds
  ) async throws(KitsuError) -> RefreshedReading? { nil }
}
