internal import BSON
internal import Identity
internal import Synchronization

/// A production, indexed: every record by its id, so that a join costs one look-up.
///
/// `@unchecked Sendable`: nothing but the lists that are kept changes while threads share it, which is
/// while documents are written; ``update(_:_:)`` is called between evaluations.
final class World: @unchecked Sendable {
  private(set) var production: Production
  let project: Record
  let projectID: EntityID
  /// Casting, nil when it was not read.
  let links: Links?
  private var entities: [EntityID: Record] = [:]
  /// What changes from one evaluation to the next; nil where none follows.
  private var changes: WorldChanges?
  private var studio: [EntityID: Record] = [:]
  /// The place of a task type among the project's, for a stable order of tasks.
  private var ranks: [EntityID: Int] = [:]
  /// The task types of the project in their order.
  private(set) var taskTypes: [Record] = []
  private var allTaskTypes: [Record] = []
  /// The lists that were asked for: a mapping may ask for one in each of thousands of documents.
  private let sorted = Mutex<[RecordType: [Record]]>([:])

  init?(_ production: Production) {
    guard let id = EntityID(production.project.element(.id)) else { return nil }
    self.production = production
    projectID = id
    project = Record(type: .project, document: production.project)
    links = production.links.map(Links.init)
    indexEntities()
    indexStudio()
    orderTaskTypes()
  }

  private func indexEntities() {
    entities.reserveCapacity(production.entities.values.reduce(0) { $0 + $1.count })
    for (kind, documents) in production.entities {
      let type = RecordType(kind)
      for document in documents {
        guard let id = EntityID(document.element(.id)) else { continue }
        entities[id] = Record(type: type, document: document)
      }
    }
  }

  private func indexStudio() {
    let lists: [(RecordType, [Document])] = [
      (.taskType, production.studio.taskTypes), (.taskStatus, production.studio.taskStatuses),
      (.assetType, production.studio.entityTypes), (.department, production.studio.departments),
      (.person, production.studio.persons),
    ]
    for (type, documents) in lists {
      for document in documents {
        guard let id = EntityID(document.element(.id)) else { continue }
        studio[id] = Record(type: type, document: document)
      }
    }
  }

  /// The project's own task types by its own priorities; all of the studio's where it names none.
  private func orderTaskTypes() {
    let listed = production.project.element(.taskTypes)?.array?.compactMap { EntityID($0) } ?? []
    let own = listed.compactMap { studio[$0] }.filter { $0.type == .taskType }
    let all = production.studio.taskTypes.map { Record(type: .taskType, document: $0) }
    let priorities = production.project.element(.taskTypesPriority)?.document
    func key(_ record: Record) -> (Int, String, String) {
      let id = record.document.element(.id)?.string ?? ""
      let priority = priorities?[FieldName(id)]?.int ?? record.document["priority"]?.int ?? Int.max
      return (priority, record.name ?? "", id)
    }
    taskTypes = (own.isEmpty ? all : own).sorted { key($0) < key($1) }
    allTaskTypes = all.sorted { key($0) < key($1) }
    for record in taskTypes + allTaskTypes {
      guard let id = record.id, ranks[id] == nil else { continue }
      ranks[id] = ranks.count
    }
  }

  /// The entities of a kind by name, then id; nil where they were not read.
  func entities(_ kind: EntityKind) -> [Record]? {
    production.entities[kind].map { records(RecordType(kind), $0) }
  }

  func studioList(_ type: RecordType) -> [Record] {
    switch type {
    case .taskType: allTaskTypes
    case .taskStatus: records(type, production.studio.taskStatuses)
    case .assetType:
      records(type, production.studio.entityTypes).filter { !World.isKind($0.name) }
    case .department: records(type, production.studio.departments)
    case .person: records(type, production.studio.persons)
    default: []
    }
  }

  func projectList(_ type: RecordType) -> [Record] {
    if type == .taskType { return taskTypes }
    guard let field = World.projectLists[type] else { return [] }
    let listed = production.project.element(field)?.array?.compactMap { EntityID($0) } ?? []
    let own = Set(listed)
    let all = studioList(type)
    return own.isEmpty ? all : all.filter { $0.id.map(own.contains) ?? false }
  }

  private static let projectLists: [RecordType: FieldName] = [
    .taskStatus: "task_statuses", .assetType: "asset_types", .person: "team",
  ]

  /// Types that stand for the other kinds in Zou's one list of entity types (zou.md, part a).
  private static func isKind(_ name: String?) -> Bool {
    guard let name else { return false }
    return ["Shot", "Scene", "Sequence", "Episode", "Edit", "Concept", "ConceptFolder"]
      .contains(name)
  }

  private func records(_ type: RecordType, _ documents: [Document]) -> [Record] {
    if let known = sorted.withLock({ $0[type] }) { return known }
    let keyed = documents.map { Record(type: type, document: $0) }.map { ($0.sortKey, $0) }
    let records = keyed.sorted { $0.0 < $1.0 }.map(\.1)
    sorted.withLock { $0[type] = records }
    return records
  }

  // MARK: From one reading to the next

  /// Makes it ready for ``update(_:_:)``.
  /// - Returns: whether it can be: every entity has an id of its own.
  func prepareForChanges() -> Bool {
    let count = production.entities.values.reduce(0) { $0 + $1.count }
    guard entities.count == count, entities[projectID] == nil else { return false }
    changes = WorldChanges(production) { World.parentInTitle(of: $0) }
    return true
  }

  /// Takes a reading in which some entities are others, new or gone, and nothing else differs.
  /// - Returns: what is concerned beside what reads these entities' records: the kinds that they are
  ///   of, and all that is shown below an entity whose name or place is another.
  func update(
    _ production: Production, _ changed: Set<EntityID>
  ) -> (kinds: Set<EntityKind>, below: Set<EntityID>) {
    self.production = production
    let found = changes?.find(changed, in: production) ?? [:]
    var kinds: Set<EntityKind> = []
    var moved: Set<EntityID> = []
    for id in changed {
      let (old, new) = (entities[id], found[id])
      for record in [old, new] { if let kind = record?.type.kind { kinds.insert(kind) } }
      let (before, after) = (
        old.flatMap { World.parentInTitle(of: $0) }, new.flatMap { World.parentInTitle(of: $0) }
      )
      if before != after || old?.name != new?.name { moved.insert(id) }
      changes?.move(id, from: before, to: after)
      entities[id] = new
    }
    sorted.withLock { lists in for kind in kinds { lists[RecordType(kind)] = nil } }
    return (kinds, changes?.below(moved) ?? [])
  }

  func entity(_ id: EntityID) -> Record? { entities[id] }

  func studioRecord(_ id: EntityID) -> Record? { studio[id] }

  /// An entity's tasks in the order of the project's task types, then by id: Kitsu's own order is
  /// not stable.
  func tasks(of record: Record) -> [Record] {
    guard let list = record.document.element(.tasks)?.array else { return [] }
    var ranked: [(rank: Int, record: Record)] = []
    for element in list {
      guard let document = element.document else { continue }
      let type = EntityID(document.element(.taskTypeID))
      let rank = type.flatMap { ranks[$0] } ?? Int.max
      ranked.append((rank, Record(type: .task, document: document)))
    }
    ranked.sort { left, right in
      left.rank != right.rank
        ? left.rank < right.rank
        : (left.record.document.element(.id)?.string ?? "")
          < (right.record.document.element(.id)?.string ?? "")
    }
    return ranked.map(\.record)
  }

  /// Where people find an entity in Kitsu: `EP01 / SQ010 / SH0100`.
  func title(of record: Record) -> String {
    var names = [record.name ?? "?"]
    var current = record
    while let parent = parent(of: current), names.count < 8 {
      names.append(parent.name ?? "?")
      current = parent
    }
    return names.reversed().joined(separator: " / ")
  }

  /// The entity that another belongs to: a shot's sequence, a sequence's, edit's or asset's episode.
  private func parent(of record: Record) -> Record? {
    World.parentInTitle(of: record).flatMap { entities[$0] }
  }

  private static func parentInTitle(of record: Record) -> EntityID? {
    switch record.type {
    case .shot, .sequence, .asset, .edit: parentID(of: record)
    default: nil
    }
  }

  static func parentID(of record: Record) -> EntityID? {
    EntityID(record.document.element(parentField(of: record.type)))
  }

  /// Boards name the parent differently: `shots/with-tasks` and `edits/with-tasks` give
  /// `parent_id`, `sequences/with-tasks` and `assets/with-tasks` give `episode_id`.
  private static func parentField(of type: RecordType) -> FieldName {
    switch type {
    case .sequence, .asset: .episodeID
    default: .parentID
    }
  }
}

extension Record {
  /// The order of lists that Kitsu gives in none: by priority where there is one, name and id.
  fileprivate var sortKey: (Int, String, String) {
    (
      document.element(.priority)?.value.int ?? 0, name ?? "",
      document.element(.id)?.string ?? ""
    )
  }
}
