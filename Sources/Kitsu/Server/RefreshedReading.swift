package import Identity

/// A reading that was made before, with what changed since read again.
package struct RefreshedReading: Sendable {
  /// With the changed records replaced, added and taken out.
  package internal(set) var reading: ProjectReading
  /// Entities whose record is another one, new or gone.
  package let changed: Set<EntityID>
  /// Whether the lists that all projects share differ from before.
  package let isStudioChanged: Bool
  /// Whether the project's record or its metadata columns do.
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
