import BSON
import Identity
import Kitsu
import Mapping

/// Generated answers in memory, parsed anew by every reading as those of a server are.
struct MemorySource: KitsuSource {
  private let project: [UInt8]
  private let boards: [EntityKind: (bytes: [UInt8], columns: FieldName?)]
  private let taskTypes: [UInt8]
  private let taskStatuses: [UInt8]
  private let entityTypes: [UInt8]
  private let departments: [UInt8]
  private let persons: [UInt8]

  init(_ production: GeneratedProduction) {
    project = production.project()
    boards = [
      .shot: (production.shots(), "shot_fields"), .asset: (production.assets(), "asset_fields"),
      .sequence: (production.sequences(), nil), .episode: (production.episodes(), nil),
    ]
    taskTypes = production.taskTypes()
    taskStatuses = production.taskStatuses()
    entityTypes = production.entityTypes()
    departments = production.departments()
    persons = production.persons()
  }

  /// All answers as they came.
  var answers: [[UInt8]] {
    [project] + boards.values.map(\.bytes)
      + [taskTypes, taskStatuses, entityTypes, departments, persons]
  }

  func describe() async throws(KitsuError) -> SourceDescription {
    SourceDescription(
      address: "memory", name: "Zou", version: "1.0.97", account: nil, role: nil)
  }

  func projects() async throws(KitsuError) -> [ProjectSummary] {
    let document = try parse(project, JSON.document)
    guard let id = EntityID(document.element("id")), let name = document["name"]?.string else {
      throw MemorySource.flaw("the generated project has no id or no name")
    }
    return [
      ProjectSummary(
        id: id, name: name, code: document["code"]?.string, statusName: "Open", isOpen: true,
        document: document)
    ]
  }

  func read(
    project: EntityID, needs: SourceNeeds, progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws(KitsuError) -> ProjectReading {
    var entities: [EntityKind: [Document]] = [:]
    for (kind, board) in boards where needs.kinds.contains(kind) {
      entities[kind] = try list(board.bytes, MemorySource.table(board.columns, needs.fields))
    }
    let studio = Studio(
      taskTypes: try list(taskTypes), taskStatuses: try list(taskStatuses),
      entityTypes: try list(entityTypes), departments: try list(departments),
      persons: try list(persons))
    return ProjectReading(
      production: Production(
        project: try parse(self.project, JSON.document), entities: entities, links: nil,
        descriptors: [], studio: studio))
  }

  func refresh(
    _ reading: ProjectReading, of project: EntityID, by hint: ChangeHint, needs: SourceNeeds
  ) async throws(KitsuError) -> RefreshedReading? { nil }

  func close() async {}

  private static func table(_ columns: FieldName?, _ fields: SourceFields?) -> JSONTable? {
    guard let columns else { return nil }
    let tasks = JSONTable.Nested(columns: "task_fields", keeps: fields?.task)
    return JSONTable(columns: columns, keeps: fields?.entity, nested: ["tasks": tasks])
  }

  private func list(
    _ bytes: [UInt8], _ table: JSONTable? = nil
  ) throws(KitsuError) -> [Document] {
    try parse(bytes) { (bytes) throws(JSONError) in try JSON.documents(bytes, table: table) }
  }

  private func parse<R>(
    _ bytes: [UInt8], _ read: (UnsafeRawBufferPointer) throws(JSONError) -> R
  ) throws(KitsuError) -> R {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONError) -> R in try read(buffer) }
    }
    do throws(JSONError) {
      return try result.get()
    } catch {
      throw MemorySource.flaw("the generated answer is no JSON: \(error.reason)")
    }
  }

  private static func flaw(_ cause: String) -> KitsuError {
    KitsuError(.invalidAnswer, operation: "read", subject: "the generated answers", cause: cause)
  }
}
