package import BSON
package import Identity

/// A kind of entity that Kitsu tracks inside a project.
package enum EntityKind: String, CaseIterable, Sendable, Comparable {
  case episode, sequence, shot, asset, edit, concept

  package static func < (left: EntityKind, right: EntityKind) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// All that Kitsu says of one project at one moment: what a mapping is evaluated over.
///
/// Documents have the fields of Kitsu's own answers (`*/with-tasks` for entities, with `tasks`
/// inside).
package struct Production: Sendable {
  /// `/data/projects/{id}`.
  package var project: Document
  /// By kind. A kind that is missing was not read: it is not known, which is not the same as empty.
  package var entities: [EntityKind: [Document]]
  /// Casting, as `/data/projects/{id}/entity-links` gives it; nil when it was not read.
  package var links: [Document]?
  /// The project's metadata columns.
  package var descriptors: [Document]
  package var studio: Studio

  package init(
    project: Document, entities: [EntityKind: [Document]], links: [Document]?,
    descriptors: [Document], studio: Studio
  ) {
    self.project = project
    self.entities = entities
    self.links = links
    self.descriptors = descriptors
    self.studio = studio
  }
}

extension Production {
  /// Zou sets it when a task is begun.
  static let startField: FieldName = "real_start_date"

  /// The entities with a task that somebody began. Empty where the field was not read.
  package var startedEntities: Set<EntityID> {
    var started: Set<EntityID> = []
    for document in entities.values.joined() {
      let tasks = document.element(.tasks)?.array?.lazy.compactMap(\.document)
      let isStarted = tasks?.contains { task in
        task.element(Production.startField)?.string.map { !$0.isEmpty && $0 != "None" } ?? false
      }
      if isStarted == true, let id = EntityID(document.element(.id)) { started.insert(id) }
    }
    return started
  }
}

/// Kitsu's lists that all projects share.
package struct Studio: Sendable {
  package var taskTypes: [Document]
  package var taskStatuses: [Document]
  /// Asset types and the types of the other kinds in one list.
  package var entityTypes: [Document]
  package var departments: [Document]
  package var persons: [Document]

  package init(
    taskTypes: [Document] = [], taskStatuses: [Document] = [], entityTypes: [Document] = [],
    departments: [Document] = [], persons: [Document] = []
  ) {
    self.taskTypes = taskTypes
    self.taskStatuses = taskStatuses
    self.entityTypes = entityTypes
    self.departments = departments
    self.persons = persons
  }
}

/// What a mapping needs to be read; what it does not need is not asked for, or not kept.
package struct SourceNeeds: Sendable, Equatable {
  package var kinds: Set<EntityKind>
  package var casting: Bool
  /// The fields that are read of boards; nil for all.
  package var fields: SourceFields?

  package init(kinds: Set<EntityKind>, casting: Bool, fields: SourceFields? = nil) {
    self.kinds = kinds
    self.casting = casting
    self.fields = fields
  }

  package static let everything = SourceNeeds(
    kinds: Set(EntityKind.allCases), casting: true)
}

/// Fields of Kitsu's boards by their own names.
package struct SourceFields: Sendable, Equatable {
  package var entity: Set<FieldName>
  package var task: Set<FieldName>

  package init(entity: Set<FieldName>, task: Set<FieldName>) {
    self.entity = entity
    self.task = task
  }
}
