internal import BSON
internal import Identity
internal import Mapping

/// Finds entities of any kind by their ids.
struct EntityLookup: Sendable {
  struct Found: Sendable {
    /// Nil for scenes and concept folders, which no mapping sees.
    let kind: EntityKind?
    let document: Document
  }

  let reader: ProjectReader

  /// Those that the project has; nil where the account is not shown what is there. The list of types is
  /// read again where it lacks one.
  func find(
    _ ids: Set<EntityID>, _ draft: inout ProductionDraft
  ) async throws(KitsuError) -> [EntityID: Found]? {
    guard !ids.isEmpty else { return [:] }
    let documents = try await reader.client.list("/data/entities?id", of: ids).filter {
      EntityID($0.element("project_id")) == reader.project
    }
    if documents.count < ids.count, try await !reader.seesEntities() { return nil }
    var types = EntityLookup.types(draft)
    let isKnown = documents.allSatisfy { document in
      EntityID(document.element("entity_type_id")).map { types[$0] != nil } ?? true
    }
    if !isKnown {
      var parts = ProjectParts()
      parts.lists[Route.entityTypes.name] = try await reader.client.list(Route.entityTypes.path)
      draft.take(parts)
      types = EntityLookup.types(draft)
    }
    var found: [EntityID: Found] = [:]
    for document in documents {
      guard let id = EntityID(document.element(.id)) else { continue }
      let type = EntityID(document.element("entity_type_id")).flatMap { types[$0] }
      found[id] = Found(kind: EntityLookup.kind(type), document: document)
    }
    return found
  }

  private static func types(_ draft: ProductionDraft) -> [EntityID: String] {
    Dictionary(
      draft.production.studio.entityTypes.compactMap { type in
        EntityID(type.element(.id)).map { ($0, type["name"]?.string ?? "") }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What is none of Zou's own types is an asset type.
  private static func kind(_ type: String?) -> EntityKind? {
    switch type {
    case nil, "Scene", "ConceptFolder": nil
    case "Episode": .episode
    case "Sequence": .sequence
    case "Shot": .shot
    case "Edit": .edit
    case "Concept": .concept
    default: .asset
    }
  }
}
