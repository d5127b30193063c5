import BSON
import Foundation
import Mapping
import TestSupport

/// Changes a production through Zou's API in every way that a mapping could see, at random.
struct RandomEdits {
  let studio: KitsuStudio
  let project: String
  private(set) var random: SeededRandom
  private var episodes: [String]
  private var sequences: [String]
  private var shots: [String]
  private var assets: [String]
  private var others: [String]
  private var tasks: [String] = []
  private var links: [String] = []
  private var descriptors: [String] = []
  private let types: [String]
  private let people: [String]

  static func make(seed: UInt64) async throws -> RandomEdits {
    let studio = try await KitsuStudio.shared.value
    let project = try await studio.createProject("Random", kind: "tvshow")
    var assetTypes: [String] = []
    for name in ["Creature", "Vehicle"] {
      assetTypes.append(
        try await studio.create("/data/entity-types", ["name": KitsuStudio.unique(name)]))
    }
    var edits = RandomEdits(
      studio: studio, project: project, random: SeededRandom(seed), episodes: [], sequences: [],
      shots: [], assets: [], others: [], types: assetTypes,
      people: [
        try await studio.createPerson(role: "user", team: project).id,
        try await studio.createPerson(role: "user", team: project).id,
      ])
    for name in ["E02", "E03"] {
      edits.episodes.append(try await studio.createEpisode(name, project: project))
    }
    for _ in 0..<3 { try await edits.addSequence() }
    for _ in 0..<6 { try await edits.addShot() }
    for _ in 0..<5 { try await edits.addAsset() }
    for type in ["Edit", "Concept", "Concept"] {
      edits.others.append(
        try await studio.createEntity(
          edits.name(), type: type, project: project,
          parent: type == "Edit" ? edits.episodes[0] : nil))
    }
    for _ in 0..<4 { try await edits.addTask() }
    return edits
  }

  private init(
    studio: KitsuStudio, project: String, random: SeededRandom, episodes: [String],
    sequences: [String], shots: [String], assets: [String], others: [String], types: [String],
    people: [String]
  ) {
    self.studio = studio
    self.project = project
    self.random = random
    self.episodes = episodes
    self.sequences = sequences
    self.shots = shots
    self.assets = assets
    self.others = others
    self.types = types
    self.people = people
  }

  /// What the project's own asset types are called in a reading.
  func typeNames(_ production: Production) -> [String] {
    production.studio.entityTypes
      .filter { type in type["id"]?.string.map { types.contains($0) } ?? false }
      .compactMap { $0["name"]?.string }.sorted()
  }

  private mutating func name() -> String { "N\(random.below(1_000_000))" }

  private mutating func addSequence() async throws {
    let episode = random.chance(80) ? random.pick(episodes) : nil
    sequences.append(
      try await studio.createSequence(name(), project: project, episode: episode))
  }

  private mutating func addShot() async throws {
    let sequence = random.chance(75) ? random.pick(sequences) : nil
    shots.append(
      try await studio.createShot(
        name(), project: project, sequence: sequence,
        fields: ["data": ["frame_in": random.below(1000)]]))
  }

  private mutating func addAsset() async throws {
    var fields: KitsuStudio.Fields = [
      "name": name(), "project_id": project, "entity_type_id": random.pick(types),
    ]
    if random.chance(40) { fields["source_id"] = random.pick(episodes) }
    assets.append(try await studio.create("/data/entities", fields))
  }

  /// Of a type that Zou takes for the entity's kind.
  private mutating func addTask() async throws {
    let isShot = random.chance(50)
    let type = random.pick(isShot ? ["Animation", "Layout"] : ["Modeling", "Shading"])
    tasks.append(
      try await studio.createTask(
        type, entity: random.pick(isShot ? shots : assets), project: project,
        assignees: random.chance(50) ? [random.pick(people)] : [], name: name()))
  }

  /// Makes one change; gives what it was.
  mutating func step() async throws -> String {
    let all = episodes + sequences + shots + assets + others
    switch random.below(21) {
    case 0:
      try await studio.updateEntity(random.pick(all), ["name": name()])
      return "rename an entity"
    case 1:
      let data: KitsuStudio.Fields = ["frame_out": random.below(2000), "mood": name()]
      try await studio.updateEntity(random.pick(all), ["data": data])
      return "set data"
    case 2:
      try await studio.updateEntity(random.pick(shots), ["parent_id": random.pick(sequences)])
      return "move a shot"
    case 3:
      try await studio.updateEntity(random.pick(sequences), ["parent_id": random.pick(episodes)])
      return "move a sequence"
    case 4:
      try await studio.updateEntity(random.pick(episodes), ["name": name()])
      return "rename an episode"
    case 5:
      try await addShot()
      return "add a shot"
    case 6:
      try await addAsset()
      return "add an asset"
    case 7 where shots.count > 3:
      let shot = shots.remove(at: random.below(shots.count))
      try await studio.delete("/data/shots/\(shot)?force=true")
      return "delete a shot"
    case 8 where assets.count > 3:
      let asset = assets.remove(at: random.below(assets.count))
      try await studio.delete("/data/assets/\(asset)?force=true")
      return "delete an asset"
    case 9:
      try await studio.updateEntity(random.pick(all), ["canceled": random.chance(50)])
      return "cancel or restore"
    case 10:
      try await addTask()
      return "add a task"
    case 11 where !tasks.isEmpty:
      let task = tasks.remove(at: random.below(tasks.count))
      try await studio.delete("/data/tasks/\(task)?force=true")
      return "delete a task"
    default: return try await otherStep()
    }
  }

  private mutating func otherStep() async throws -> String {
    switch random.below(12) {
    case 0, 1:
      var casting: [String: Int] = [:]
      for _ in 0..<random.below(4) { casting[random.pick(assets)] = 1 + random.below(3) }
      let entity = random.pick(shots + assets.filter { casting[$0] == nil } + episodes)
      try await studio.setCasting(casting, in: entity, project: project)
      return "set casting"
    case 2:
      let episode = random.pick(episodes)
      let fields: KitsuStudio.Fields = [
        "entity_in_id": episode, "entity_out_id": random.pick(assets), "label": name(),
      ]
      links.append(try await studio.create("/data/entity-links", fields))
      return "link by the generic route"
    case 3:
      try await studio.put("/data/projects/\(project)", ["name": KitsuStudio.unique("Random")])
      return "rename the project"
    case 4:
      descriptors.append(
        try await studio.createDescriptor(KitsuStudio.unique("Column"), project: project))
      return "add a column"
    case 5 where !descriptors.isEmpty:
      try await studio.delete(
        "/data/metadata-descriptors/\(descriptors.removeLast())?force=true")
      return "delete a column"
    case 6:
      try await studio.put(
        "/data/entity-types/\(random.pick(types))", ["name": KitsuStudio.unique("Type")])
      return "rename an asset type"
    case 7:
      try await studio.updateEntity(random.pick(assets), ["entity_type_id": random.pick(types)])
      return "change an asset's type"
    case 8 where !tasks.isEmpty:
      let (person, task) = (random.pick(people), random.pick(tasks))
      if random.chance(60) {
        try await studio.assign(person, task: task)
      } else {
        try await studio.unassign(person, task: task)
      }
      return "assign or unassign"
    case 9 where !tasks.isEmpty:
      try await studio.comment(random.pick(tasks), status: random.pick(studio.taskStatusNames))
      return "comment with a status"
    default:
      guard !tasks.isEmpty else { return "nothing" }
      try await studio.updateTask(random.pick(tasks), ["priority": random.below(4)])
      return "set a priority"
    }
  }
}
