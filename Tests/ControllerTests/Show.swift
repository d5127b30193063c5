import BSON
import Identity
import Mapping
import TestSupport

/// An invented production that can be edited as people edit Kitsu.
struct Show {
  struct Item: Equatable {
    let number: Int
    let kind: EntityKind
    var name: String
    /// The number of a shot's sequence, a sequence's or asset's episode.
    var parent: Int?
    var isCancelled = false
    var description = ""
    var metadata: [String: Value] = [:]
    var frames = 100
    /// An asset's.
    var assetType = 0
    var tasks: [Job] = []
  }

  struct Job: Equatable {
    let number: Int
    let type: Int
    var status = 0
    var assignees: [Int] = []
    var priority = 0
    var isBegun = false
  }

  var projectNumber = 0
  var name = "Gulls"
  var fps = "24"
  var resolution: String? = "1920x1080"
  var taskTypes = [0, 1, 2, 3, 4]
  var isOpen = true
  var items: [Item] = []
  /// What Kitsu does not answer with any more; it can come back.
  var deleted: [Item] = []
  var nextNumber = 1
  /// How many names there are besides those that collide or are invalid.
  var nameCount = 0

  /// Two of them are the same in Avalon.
  static let taskTypeNames = ["Layout", "Animation", "FX", "fx", "Compositing"]
  static let assetTypeNames = ["Prop", "Character"]
  static let statuses = ["todo", "wip", "done"]
  static let personCount = 4

  static func uuid(_ block: Int, _ number: Int) -> String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    return "\(padded(block, 8))-0000-4000-8000-\(padded(number, 12))"
  }

  var projectID: String { Show.uuid(1, projectNumber) }

  func item(_ number: Int) -> Item? { items.first { $0.number == number } }

  func indices(_ kinds: EntityKind...) -> [Int] {
    items.indices.filter { kinds.contains(items[$0].kind) }
  }

  // MARK: As Kitsu answers

  /// - Parameter random: the order of every list.
  func production(_ random: inout SeededRandom) -> Production {
    var entities: [EntityKind: [Document]] = [
      .episode: [], .sequence: [], .shot: [], .asset: [], .edit: [], .concept: [],
    ]
    for item in items.shuffled(using: &random) {
      let jobs = item.tasks.shuffled(using: &random)
      entities[item.kind, default: []].append(Show.document(item, jobs))
    }
    let studio = Studio(
      taskTypes: Show.taskTypeNames.enumerated().map { index, name in
        Show.record(2, index, ["name": .string(name), "priority": .int32(Int32(index))])
      }.shuffled(using: &random),
      taskStatuses: Show.statuses.enumerated().map { index, name in
        Show.record(3, index, ["name": .string(name), "short_name": .string(name)])
      }.shuffled(using: &random),
      entityTypes: Show.assetTypeNames.enumerated().map { index, name in
        Show.record(4, index, ["name": .string(name)])
      },
      persons: (0..<Show.personCount).map { index in
        Show.record(5, index, ["desktop_login": .string("login\(index)")])
      }.shuffled(using: &random))
    return Production(
      project: project, entities: entities, links: nil, descriptors: [], studio: studio)
  }

  private var project: Document {
    DocumentWriter.document { writer in
      writer.append("id", projectID)
      writer.append("name", name)
      writer.append("code", "GUL")
      writer.append("fps", fps)
      writer.append("resolution", resolution.map(Value.string) ?? .null)
      writer.append("data", .document(.empty))
      writer.append("project_status_name", isOpen ? "Open" : "Closed")
      writer.appendArray("task_types", taskTypes.map { .string(Show.uuid(2, $0)) })
    }
  }

  private static func record(_ block: Int, _ number: Int, _ fields: [String: Value]) -> Document {
    DocumentWriter.document { writer in
      writer.append("id", uuid(block, number))
      for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
        writer.append(FieldName(name), value)
      }
    }
  }

  private static func document(_ item: Item, _ jobs: [Job]) -> Document {
    DocumentWriter.document { writer in
      writer.append("id", uuid(9, item.number))
      writer.append("name", item.name)
      writer.append("description", item.description)
      writer.append("canceled", .bool(item.isCancelled))
      // Zou writes "None" for an episode that is missing.
      let parent = item.parent.map { uuid(9, $0) }
      switch item.kind {
      case .shot:
        writer.append("parent_id", parent ?? "")
        writer.append("nb_frames", .int(item.frames))
      case .sequence: writer.append("episode_id", parent ?? "None")
      case .asset:
        writer.append("episode_id", parent ?? "None")
        writer.append("asset_type_id", uuid(4, item.assetType))
      default: break
      }
      writer.beginDocument("data")
      for (name, value) in item.metadata.sorted(by: { $0.key < $1.key }) {
        writer.append(FieldName(name), value)
      }
      writer.end()
      writer.appendArray("tasks", jobs.map { .document(task($0)) })
    }
  }

  private static func task(_ job: Job) -> Document {
    DocumentWriter.document { writer in
      writer.append("id", uuid(8, job.number))
      writer.append("task_type_id", uuid(2, job.type))
      writer.append("task_status_id", uuid(3, job.status))
      writer.append("priority", .int(job.priority))
      if job.isBegun { writer.append("real_start_date", "2026-01-05") }
      writer.appendArray("assignees", job.assignees.map { .string(uuid(5, $0)) })
    }
  }
}
