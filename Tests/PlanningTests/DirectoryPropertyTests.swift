import Identity
import Planning
import TestSupport
import Testing

/// Whatever changes at once: afterwards every document's folder stands where its values say.
@Suite("Directory renames: after all of them")
struct DirectoryPropertyTests {
  @Test(
    "In generated projects, whose documents lie in each other", arguments: 0..<1500 as Range<UInt64>
  )
  func nested(seed: UInt64) throws {
    var random = SeededRandom(seed)
    let world = World(&random)
    var disk = ModelDisk()
    for document in world.documents {
      disk.make(world.path(document.old, in: world.oldProject), of: document.identity)
    }
    let plan = world.plan()
    #expect(plan.refused == [])
    #expect(plan.renames.count <= 2 * world.documents.count + 1)
    for rename in plan.renames { try disk.rename(rename) }
    for document in world.documents {
      let path = world.path(document.new, in: world.newProject)
      #expect(disk.owners[path] == .some(.some(document.identity)), "\(path)")
    }
    #expect(!disk.owners.keys.contains { "\($0)".contains("moving_") })
  }

  @Test("The order of the documents says nothing")
  func order() {
    var random = SeededRandom(7)
    for _ in 0..<100 {
      let world = World(&random)
      #expect(world.plan(world.documents.shuffled(using: &random)).renames == world.plan().renames)
    }
  }

  /// A chain in which each waits for the next, as long as a big project.
  @Test("Ten thousand in one circle")
  func circle() throws {
    let count = 10_000
    let documents = (0..<count).map { number in
      FolderChange(
        identity: identity(number + 1), title: "",
        old: FolderValues(name: "a\(number)", silo: "assets", parents: []),
        new: FolderValues(name: "a\((number + 1) % count)", silo: "assets", parents: []))
    }
    let plan = DirectoryPlanner.plan(
      template: "{root}/{project}/{silo}/{asset}",
      project: ProjectFolderChange(identity: identity(0), title: "", old: "p", new: "p"),
      documents: documents)
    #expect(plan.renames.count == count + 1)
    var places = Dictionary(
      uniqueKeysWithValues: documents.map { ("p/assets/\($0.old.name)", $0.identity) })
    for rename in plan.renames {
      let found = places.removeValue(forKey: rename.from)
      let folder = try #require(found)
      #expect(places.updateValue(folder, forKey: rename.to) == nil)
    }
    for document in documents {
      #expect(places["p/assets/\(document.new.name)"] == document.identity)
    }
  }
}

/// A project whose documents are renamed and moved into each other at will.
private struct World {
  let documents: [FolderChange]
  let oldProject = "p"
  let newProject: String
  private let template: String

  init(_ random: inout SeededRandom) {
    let count = 1 + random.below(9)
    newProject = random.chance(25) ? "q" : "p"
    template =
      random.chance(80)
      ? "{root}/{project}/{hierarchy}/{asset}/work"
      : "{root}/{project}/x/{silo}/{asset}"
    let oldNames = (0..<count).map { "d\($0)" }
    var newNames = oldNames
    let moving = (0..<count).filter { _ in random.chance(60) }
    for (index, other) in zip(moving, moving.shuffled(using: &random)) {
      newNames[index] = random.chance(20) ? "e\(index)" : oldNames[other]
    }
    let oldParents = World.forest(count, &random)
    let newParents = random.chance(30) ? oldParents : World.forest(count, &random)
    let silos = ["assets", "shots"]
    documents = (0..<count).map { index in
      let silo = random.pick(silos)
      return FolderChange(
        identity: identity(index + 1), title: oldNames[index],
        old: FolderValues(
          name: oldNames[index], silo: silo, parents: World.names(oldParents, oldNames, index)),
        new: FolderValues(
          name: newNames[index], silo: random.chance(80) ? silo : random.pick(silos),
          parents: World.names(newParents, newNames, index)))
    }
  }

  /// The parent of each, if any; no circles.
  private static func forest(_ count: Int, _ random: inout SeededRandom) -> [Int?] {
    let order = Array(0..<count).shuffled(using: &random)
    var parents = [Int?](repeating: nil, count: count)
    for (place, index) in order.enumerated() where place > 0 && random.chance(65) {
      parents[index] = order[random.below(place)]
    }
    return parents
  }

  private static func names(_ parents: [Int?], _ names: [String], _ index: Int) -> [String] {
    var result: [String] = []
    var next = parents[index]
    while let parent = next {
      result.insert(names[parent], at: 0)
      next = parents[parent]
    }
    return result
  }

  func plan(_ documents: [FolderChange]? = nil) -> DirectoryPlan {
    DirectoryPlanner.plan(
      template: template,
      project: ProjectFolderChange(
        identity: Identity(project: show, entity: show), title: "P", old: oldProject,
        new: newProject), documents: documents ?? self.documents)
  }

  /// Told without the planner.
  func path(_ values: FolderValues, in project: String) -> FolderPath {
    let above = template.contains("{silo}") ? ["x", values.silo ?? ""] : values.parents
    return FolderPath(([project] + above + [values.name]).joined(separator: "/"))
  }
}

/// Folders as a disk has them: with all above, and no two of one path.
private struct ModelDisk {
  /// Whose each folder is; nil for one between.
  private(set) var owners: [FolderPath: Identity?] = [:]

  mutating func make(_ path: FolderPath, of owner: Identity?) {
    for ancestor in path.ancestors where owners[ancestor] == nil {
      owners[ancestor] = .some(nil)
    }
    owners[path] = .some(owner)
  }

  mutating func rename(_ rename: DirectoryRename) throws {
    let (from, to) = (FolderPath(rename.from), FolderPath(rename.to))
    let owner = try #require(owners[from], "\(from) is not there")
    #expect(rename.identity == nil || owner == nil || owner == rename.identity)
    try #require(owners[to] == nil, "\(to) is there already")
    try #require(!to.isInside(from), "\(to) lies in \(from)")
    let moved = owners.filter { $0.key.isInside(from) }
    for path in moved.keys { owners[path] = nil }
    make(to, of: owner)
    for (path, owner) in moved { owners[path.moved(from: from, to: to)] = .some(owner) }
  }
}
