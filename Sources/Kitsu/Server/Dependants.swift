internal import BSON
internal import Identity
internal import Mapping

/// What hangs on records that changed.
extension ProductionDraft {
  /// Rows that hold what changed in other records, from `before` to now.
  func dependants(since before: Production) -> RowSelection {
    var rows = RowSelection()
    let isRenamed = before.project.element(.name)?.value != production.project.element(.name)?.value
    if isRenamed || !renamedEpisodes.isEmpty { rows.boards.insert(.edit) }
    if isRenamed { rows.boards.insert(.concept) }
    if isRenamed, has(.shot, .projectName) { rows.boards.insert(.shot) }
    addShots(&rows)
    addAssets(&rows, since: before)
    if isAnyConceptOfGone { rows.boards.insert(.concept) }
    return rows
  }

  /// Rows of one board all have the same columns.
  func has(_ kind: EntityKind, _ columns: FieldName...) -> Bool {
    guard let row = production.entities[kind]?.first else { return false }
    return columns.contains { row.element($0) != nil }
  }

  private func addShots(_ rows: inout RowSelection) {
    guard has(.shot, .sequenceName, .episodeName, .episodeID) else { return }
    let inRenamed = production.entities[.sequence]?.lazy
      .filter { names(renamedEpisodes, $0, .episodeID) }
      .compactMap { EntityID($0.element(.id)) }
    let sequences = movedSequences.union(inRenamed.map(Array.init) ?? [])
    guard !sequences.isEmpty else { return }
    guard has(.shot, .sequenceID) else { return rows.insert(board: .shot) }
    rows.insert(.shot, where: { names(sequences, $0, .sequenceID) }, in: production)
  }

  private func addAssets(_ rows: inout RowSelection, since before: Production) {
    let types = ProductionDraft.renamed(before.studio.entityTypes, production.studio.entityTypes)
    if !types.isEmpty, has(.asset, .assetTypeName) {
      guard has(.asset, .assetTypeID) else { return rows.insert(board: .asset) }
      rows.insert(.asset, where: { names(types, $0, .assetTypeID) }, in: production)
    }
    guard has(.asset, .castingEpisodes) else { return }
    // The episodes of an asset are in the order of their names.
    let episodes = renamedEpisodes.union(gone)
    if !episodes.isEmpty {
      rows.insert(.asset, where: { lists(episodes, $0, .castingEpisodes) }, in: production)
    }
    rows.insert(.asset, ids: recast(since: before))
  }

  /// Assets of which a link to an episode is new, gone or another.
  private func recast(since before: Production) -> Set<EntityID> {
    guard before.links != production.links else { return [] }
    let (old, new) = (Set(linksToEpisodes(before)), Set(linksToEpisodes(production)))
    return Set(old.symmetricDifference(new).map(\.asset))
  }

  private struct EpisodeLink: Hashable {
    let asset: EntityID
    let episode: EntityID
  }

  private func linksToEpisodes(_ production: Production) -> [EpisodeLink] {
    let episodes = Set(
      production.entities[.episode]?.compactMap { EntityID($0.element(.id)) } ?? [])
    return production.links?.compactMap { link in
      guard let episode = EntityID(link.element(.linkIn)), episodes.contains(episode),
        let asset = EntityID(link.element(.linkOut))
      else { return nil }
      return EpisodeLink(asset: asset, episode: episode)
    } ?? []
  }

  private var isAnyConceptOfGone: Bool {
    !gone.isEmpty
      && production.entities[.concept]?.contains { lists(gone, $0, .conceptLinks) } == true
  }

  private func names(_ ids: Set<EntityID>, _ row: Document, _ field: FieldName) -> Bool {
    EntityID(row.element(field)).map { ids.contains($0) } ?? false
  }

  private func lists(_ ids: Set<EntityID>, _ row: Document, _ field: FieldName) -> Bool {
    row.element(field)?.array?.contains { EntityID($0).map { ids.contains($0) } ?? false } ?? false
  }

  private static func renamed(_ old: [Document], _ new: [Document]) -> Set<EntityID> {
    func names(_ list: [Document]) -> [EntityID: Value] {
      Dictionary(
        list.compactMap { item in
          EntityID(item.element(.id)).map { ($0, item.element(.name)?.value ?? .null) }
        }, uniquingKeysWith: { first, _ in first })
    }
    let before = names(old)
    return Set(names(new).filter { id, name in before[id].map { $0 != name } ?? false }.keys)
  }
}

extension FieldName {
  static let id: FieldName = "id"
  static let name: FieldName = "name"
  static let projectName: FieldName = "project_name"
  static let sequenceID: FieldName = "sequence_id"
  static let sequenceName: FieldName = "sequence_name"
  static let episodeID: FieldName = "episode_id"
  static let episodeName: FieldName = "episode_name"
  static let assetTypeID: FieldName = "asset_type_id"
  static let assetTypeName: FieldName = "asset_type_name"
  static let castingEpisodes: FieldName = "casting_episode_ids"
  static let conceptLinks: FieldName = "entity_concept_links"
  static let linkIn: FieldName = "entity_in_id"
  static let linkOut: FieldName = "entity_out_id"
}
