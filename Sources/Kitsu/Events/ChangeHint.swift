package import Identity

/// What is known to have changed in a project. It says where to look and nothing more: a reading
/// that follows it must be the one that a whole reading would have given.
package struct ChangeHint: Sendable, Hashable {
  /// Episodes, sequences, shots, assets, edits and concepts that are new, gone or different, or of
  /// which a task, a status or an assignment is.
  package var entities: Set<EntityID>
  /// Tasks whose entity is not known yet: Kitsu's events of tasks name the task alone.
  package var tasks: Set<EntityID>
  /// Something in the project's casting.
  package var casting: Bool
  /// The project's own record or its metadata columns.
  package var project: Bool
  /// A list that all projects share: task types, statuses, asset types, departments, persons.
  package var studio: Bool
  /// When the last of that was heard: what was read from then on, by whichever project, has it. Nil where
  /// it is not known, and then nothing has.
  package var studioSince: ContinuousClock.Instant?
  /// What changed is not known: the project is read as a whole.
  package var isWhole: Bool

  package init(
    entities: Set<EntityID> = [], tasks: Set<EntityID> = [], casting: Bool = false,
    project: Bool = false, studio: Bool = false, isWhole: Bool = false
  ) {
    self.entities = entities
    self.tasks = tasks
    self.casting = casting
    self.project = project
    self.studio = studio
    self.isWhole = isWhole
  }

  /// Everything may have changed.
  package static let whole = ChangeHint(isWhole: true)

  package var isEmpty: Bool { self == ChangeHint() }

  package mutating func formUnion(_ other: ChangeHint) {
    entities.formUnion(other.entities)
    tasks.formUnion(other.tasks)
    casting = casting || other.casting
    project = project || other.project
    studioSince =
      switch (studio, other.studio) {
      case (true, true):
        if let since = studioSince, let later = other.studioSince { max(since, later) } else { nil }
      case (true, false): studioSince
      default: other.studioSince
      }
    studio = studio || other.studio
    isWhole = isWhole || other.isWhole
  }
}
