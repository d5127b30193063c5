internal import BSON
internal import Identity
internal import Mapping

extension Show {
  /// The show as Kitsu would tell it.
  var production: Production {
    var entities: [EntityKind: [Document]] = [:]
    for kind in EntityKind.allCases {
      entities[kind] = self.entities.filter { $0.kind == kind }.map(board)
    }
    let links = self.entities.flatMap(links)
    return Production(
      project: projectDocument, entities: entities, links: links,
      descriptors: descriptors.enumerated().map(record),
      studio: Studio(
        taskTypes: records(.taskTypes), taskStatuses: records(.taskStatuses),
        entityTypes: EntityKind.allCases.filter { $0 != .asset }.map(entityType)
          + records(.assetTypes),
        departments: records(.departments), persons: records(.persons)))
  }

  var facts: AvalonFacts {
    var facts = AvalonFacts()
    for document in documents {
      if let identity = document.identity {
        facts.documents[identity] = AvalonFacts.Known(
          id: identity.derivedID, name: document.name)
      } else {
        facts.taken[document.name] = "a document that is not ours"
      }
    }
    return facts
  }

  // MARK: The project and its lists

  private var projectDocument: Document {
    var values = project
    values["id"] = .string(Show.projectID)
    values["data"] = Show.map(projectData)
    if values["production_type"] == nil, entities.contains(where: { $0.kind == .episode }) {
      values["production_type"] = .string("tvshow")
    }
    for (list, records) in studio {
      guard let field = list.projectField, values[field] == nil else { continue }
      values[field] = .list(records.map(\.id))
    }
    let types = values["task_types"]?.array?.compactMap(\.string) ?? []
    values["task_types_priority"] = Show.map(
      types.enumerated().map { ($1, priority(ofTaskType: $1) ?? .int($0 + 1)) })
    return Shape.project.record(values)
  }

  private func priority(ofTaskType id: String) -> Value? {
    studio[.taskTypes]?.first { $0.id == id }?.values["priority"]
  }

  private func records(_ list: StudioList) -> [Document] {
    studio[list]?.map { list.shape.record($0.values) } ?? []
  }

  private func record(_ position: Int, _ descriptor: Descriptor) -> Document {
    Shape.descriptor.record([
      "id": .string(descriptor.id), "project_id": .string(Show.projectID),
      "entity_type": .string(descriptor.kind.kitsuName), "name": .string(descriptor.name),
      "field_name": .string(descriptor.name), "position": .int(position),
    ])
  }

  private static func entityTypeID(_ kind: EntityKind) -> String {
    StableID.of("kind/\(kind.rawValue)")
  }

  private func entityType(_ kind: EntityKind) -> Document {
    Shape.entityType.record([
      "id": .string(Show.entityTypeID(kind)), "name": .string(kind.kitsuName),
    ])
  }

  static func map(_ fields: [Datum]) -> Value {
    .document(
      DocumentWriter.document { writer in
        for field in fields { writer.append(FieldName(field.name), field.value) }
      })
  }

  // MARK: Entities

  /// The entity as its board shows it.
  private func board(_ entity: Entity) -> Document {
    var values = entity.values
    values["id"] = .string(entity.id)
    values["name"] = Value(text: entity.name)
    values["project_id"] = .string(Show.projectID)
    values["project_name"] = project["name"]
    values["entity_type_id"] = .string(Show.entityTypeID(entity.kind))
    values["data"] = Show.map(entity.data)
    values["tasks"] = .list(entity.tasks)
    for datum in entity.data where ["frame_in", "frame_out", "fps"].contains(datum.name) {
      values[FieldName(datum.name)] = datum.value
    }
    if let type = entity.type, let record = first(.assetTypes, called: type) {
      values["asset_type_id"] = .string(record.id)
      values["asset_type_name"] = record.values["name"]
    }
    values["entity_concept_links"] = .list(entity.subjects)
    if let number = entity.parent { addParent(entities[number], of: entity, to: &values) }
    return Shape.entity(entity.kind).record(values)
  }

  /// Boards name the parent differently: a sequence's and an asset's in `episode_id`, a shot's and
  /// an edit's in `parent_id`.
  private func addParent(
    _ parent: Entity, of entity: Entity, to values: inout [FieldName: Value]
  ) {
    values["parent_id"] = .string(parent.id)
    let episode: Entity?
    if entity.kind == .shot {
      values["sequence_id"] = .string(parent.id)
      values["sequence_name"] = Value(text: parent.name)
      episode = parent.parent.map { entities[$0] }
    } else {
      episode = parent
    }
    guard let episode else { return }
    values["episode_id"] = .string(episode.id)
    values["episode_name"] = Value(text: episode.name)
    values["casting_episode_ids"] = .list([episode.id])
  }

  private func links(_ entity: Entity) -> [Document] {
    entity.casting.enumerated().map { number, cast in
      var values = cast.values
      values["id"] = .string(StableID.of("\(entity.id)/casting/\(number)"))
      values["entity_in_id"] = .string(entity.id)
      values["entity_out_id"] = .string(cast.asset)
      return Shape.link.record(values)
    }
  }
}
