import Foundation
import Identity
import Planning
import TestSupport
import Testing

@testable import Avalon

/// The renames of a plan, one after the other on the real disk.
@Suite("Directory renames: all of a plan")
struct DirectoryRunTests {
  private func texts(_ outcomes: [DirectoryOutcome]) -> [String] { outcomes.map(\.text) }

  /// A swap of `a` and `b`, as the planner gives it.
  private func swap() throws -> [DirectoryRename] {
    [
      try directoryRename("hulk/b", "hulk/moving_2", owner: nil),
      try directoryRename("hulk/a", "hulk/b", owner: 1),
      try directoryRename("hulk/moving_2", "hulk/a", owner: 2),
    ]
  }

  @Test("A project and what it holds; the plan's check foresees each")
  func nested() async throws {
    let root = try ProjectsRoot("hulk/sq01/sh010", "hulk/sq01/sh020", "hulk/bob")
    let renames = [
      try directoryRename("hulk", "she_hulk"),
      try directoryRename("she_hulk/sq01", "she_hulk/sq02"),
      try directoryRename("she_hulk/sq02/sh010", "she_hulk/new/sq03/sh010"),
      try directoryRename("she_hulk/bob", "she_hulk/new/bob"),
      try directoryRename("she_hulk/alice", "she_hulk/sq02/sh010"),
    ]
    let forecast = await root.tree.check(all: renames)
    let outcomes = await root.tree.rename(all: renames)
    #expect(
      texts(outcomes) == ["renamed 0", "renamed 0", "renamed 2", "renamed 0", "nothing there"])
    #expect(texts(forecast) == texts(outcomes))
    #expect(
      try root.state() == [
        "hulk/sq01/sh010 → she_hulk/new/sq03/sh010", "hulk/sq01/sh020 → she_hulk/sq02/sh020",
        "hulk/bob → she_hulk/new/bob",
      ])
  }

  @Test("A swap")
  func swapped() async throws {
    let root = try ProjectsRoot("hulk/a", "hulk/b")
    let forecast = await root.tree.check(all: try swap())
    let outcomes = await root.tree.rename(all: try swap())
    #expect(texts(outcomes) == ["renamed 0", "renamed 0", "renamed 0"])
    #expect(texts(forecast) == texts(outcomes))
    #expect(try root.state() == ["hulk/a → hulk/b", "hulk/b → hulk/a"])
  }

  @Test("One that fails stops no other, but those that wait for it")
  func independent() async throws {
    let root = try ProjectsRoot("hulk/a", "hulk/b/x", "hulk/taken", "hulk/c", "hulk/d")
    let renames = [
      try directoryRename("hulk/b", "hulk/taken"), try directoryRename("hulk/a", "hulk/b/a"),
      try directoryRename("hulk/taken/x", "hulk/taken/y"), try directoryRename("hulk/c", "hulk/e"),
      try directoryRename("hulk/d", "hulk/taken/d"),
    ]
    let before = try root.state()
    let forecast = await root.tree.check(all: renames)
    #expect(try root.state() == before)
    let outcomes = await root.tree.rename(all: renames)
    #expect(texts(forecast) == texts(outcomes))
    #expect(
      texts(outcomes) == [
        "'hulk/taken' is there already; bring the two together by hand, or move that one away",
        "the rename that it waits for, at 'hulk/b', failed; mend that one first",
        "the rename that it waits for, at 'hulk/taken', failed; mend that one first", "renamed 0",
        "the rename that it waits for, at 'hulk/taken', failed; mend that one first",
      ])
    #expect(try root.state() == before.subtracting(["hulk/c → hulk/c"]).union(["hulk/c → hulk/e"]))
  }

  @Test("A swap that cannot be ended is put back whole", arguments: [0, 1, 2])
  func putBack(failing: Int) async throws {
    let root = try ProjectsRoot("hulk/a", "hulk/b")
    let renames = try swap()
    try await failure(of: failing, renames, root)
    let expected: Set = ["hulk/a → hulk/a", "hulk/b → hulk/b"]
    #expect(try root.state().filter { !$0.hasPrefix("→") } == expected)
  }

  /// Makes one of the steps fail, by what somebody puts at its target.
  private func failure(
    of failing: Int, _ renames: [DirectoryRename], _ root: ProjectsRoot
  ) async throws {
    let places = ["hulk/moving_2", "hulk/b", "hulk/a"].map { root.folder.file($0) }
    if failing == 0 { _ = try root.folder.folder("hulk/moving_2") }
    let told = Told()
    let outcomes = await root.tree.rename(all: renames) { index, outcome in
      await told.add(index, outcome)
      // Somebody makes a folder at the place of the next step, in this very moment.
      if index + 1 == failing, case .renamed = outcome {
        try? FileManager.default.createDirectory(
          at: places[failing], withIntermediateDirectories: false)
      }
      // And takes it away again, before what was renamed is put back.
      if index == failing, outcome.error != nil { try? remove(places[failing]) }
    }
    #expect(outcomes.allSatisfy { $0.error != nil }, "\(texts(outcomes))")
    #expect(outcomes[failing].text.contains("is there already"))
    #expect(await told.last == texts(outcomes))
    if failing == 2 {
      #expect(
        outcomes[1].text == "it was put back, as hulk/moving_2 could not be renamed")
    }
  }

  @Test("What cannot be put back is told with its place")
  func stranded() async throws {
    let root = try ProjectsRoot("hulk/a", "hulk/b")
    let foreign = root.folder.file("hulk/a")
    let outcomes = await root.tree.rename(all: try swap()) { index, _ in
      if index == 1 {
        try? FileManager.default.createDirectory(at: foreign, withIntermediateDirectories: false)
      }
    }
    #expect(outcomes[2].text.contains("is there already"))
    #expect(outcomes[1].text.hasPrefix("it is now 'hulk/b' and could not be put back: 'hulk/a'"))
    #expect(outcomes[0].text.hasPrefix("it is now 'hulk/moving_2' and could not be put back"))
    #expect(
      try root.state() == ["hulk/a → hulk/b", "hulk/b → hulk/moving_2", "→ hulk/a"])
  }

  /// A journal knows the outcomes up to a point; the rename after it may or may not have been made.
  @Test("A run that was interrupted goes on", arguments: 0...3, [false, true])
  func interrupted(known: Int, isOneMoreMade: Bool) async throws {
    let root = try ProjectsRoot("hulk/a", "hulk/b")
    let renames = try swap()
    let done = await root.tree.rename(all: Array(renames.prefix(known)))
    if isOneMoreMade, known < renames.count {
      #expect(await root.tree.rename(renames[known]).text == "renamed 0")
    }
    let outcomes = await root.tree.rename(all: renames, done: done)
    #expect(outcomes.count == 3 && outcomes.allSatisfy { $0.error == nil }, "\(texts(outcomes))")
    #expect(try root.state() == ["hulk/a → hulk/b", "hulk/b → hulk/a"])
  }

  /// As the planner orders them, on folders of which some were never made.
  @Test("Generated plans: what is foreseen comes true", arguments: 0..<40 as Range<UInt64>)
  func generated(seed: UInt64) async throws {
    var random = SeededRandom(seed)
    let root = try ProjectsRoot()
    let names = (0..<6).map { "d\($0)" }
    let (old, new) = (names.shuffled(using: &random), names.shuffled(using: &random))
    let project = try #require(EntityID("00000000-0000-4000-8000-000000000000"))
    let documents = names.indices.map { index in
      FolderChange(
        identity: Identity(project: project, entity: project, facet: "\(index)"), title: "",
        old: FolderValues(name: old[index], silo: nil, parents: random.chance(30) ? ["x"] : []),
        new: FolderValues(name: new[index], silo: nil, parents: random.chance(30) ? ["x"] : []))
    }
    let plan = DirectoryPlanner.plan(
      template: "{root}/{project}/{hierarchy}/{asset}",
      project: ProjectFolderChange(
        identity: Identity(project: project, entity: project), title: "", old: "p", new: "q"),
      documents: documents)
    #expect(plan.refused == [])
    func path(_ values: FolderValues, _ project: String) -> String {
      ([project] + values.parents + [values.name]).joined(separator: "/")
    }
    var expected: Set<String> = []
    for document in documents where random.chance(70) {
      try root.make(path(document.old, "p"))
      expected.insert("\(path(document.old, "p")) → \(path(document.new, "q"))")
    }
    let forecast = await root.tree.check(all: plan.renames)
    let outcomes = await root.tree.rename(all: plan.renames)
    #expect(texts(forecast) == texts(outcomes))
    #expect(outcomes.allSatisfy { $0.error == nil }, "\(texts(outcomes))")
    #expect(try root.state().filter { !$0.hasPrefix("→") } == expected)
  }
}

private func remove(_ url: URL) throws { try FileManager.default.removeItem(at: url) }

/// What was reported, the last word for each.
private actor Told {
  private var texts: [Int: String] = [:]

  var last: [String] { texts.keys.sorted().compactMap { texts[$0] } }

  func add(_ index: Int, _ outcome: DirectoryOutcome) { texts[index] = outcome.text }
}
