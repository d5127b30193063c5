import BSON
import Foundation
import Mapping
import Planning
import TestSupport
import Testing

@testable import Avalon
@testable import Controller

/// Folders that follow, where the disk is not what it was when the plan was made.
@Suite("Folders follow their documents")
struct FolderTests {
  private func exists(_ path: String, _ folder: TemporaryFolder) -> Bool {
    FileManager.default.fileExists(atPath: folder.file(path).path)
  }

  @Test("A folder that cannot follow any more: its document gets its old name and place back")
  func putBack() async throws {
    let folder = try TemporaryFolder()
    let tree = DirectoryTree(root: folder.url.path)
    for name in ["ep01_sq010_sh010", "ep01_sq010_sh020"] {
      _ = try folder.folder("gulls/shots/\(name)")
    }
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let before = try #require(try studio.document(3))
      // The two change places, and nobody may be in between.
      let swapped = Show.small.with {
        $0.items[2].name = "SH020"
        $0.items[3].name = "SH010"
        $0.items[4].name = "Gull"
      }
      _ = try folder.folder("gulls/assets/heron")
      var site = try studio.site([swapped])
      site.directories = tree
      let plan = try await site.onlyPlan()
      #expect(plan.directories.count == 4)
      // Somebody makes the folder that the asset is to get.
      _ = try folder.folder("gulls/assets/gull")
      let applied = await site.apply(plan)
      #expect(!applied.isComplete && applied.outcomes.allSatisfy { $0 == .applied })
      #expect(applied.folderFailures.map(\.title) == ["Gull"])
      let reason = applied.folderFailures[0].reason
      #expect(reason.hasPrefix("'gulls/assets/heron' was not renamed to 'gulls/assets/gull': "))
      #expect(try studio.document(5)?["name"] == .string("heron"))
      #expect(exists("gulls/assets/heron", folder))
      #expect(try studio.document(3)?["name"] == .string("ep01_sq010_sh020"))
      #expect(try studio.document(3)?["_id"] == before["_id"])
      // The next plan says what is wrong.
      let next = try await site.onlyPlan()
      #expect(next.isEmpty && next.held.map(\.scope) == [.name])
      #expect(next.held[0].reason.contains("its folder 'gulls/assets/heron' cannot follow"))
    }
    await tree.close()
  }

  @Test("A chain of folders that cannot follow gives all of its documents their names back")
  func chainPutBack() async throws {
    let folder = try TemporaryFolder()
    let tree = DirectoryTree(root: folder.url.path)
    for name in ["heron", "gull"] { _ = try folder.folder("gulls/assets/\(name)") }
    try await DiskStudio.with { (studio) async throws in
      let show = Show.small.with {
        $0.items.append(Show.Item(number: 6, kind: .asset, name: "Gull"))
      }
      try await studio.sync(show)
      // Somebody publishes of one: it goes back all the same, as it was published of before.
      try studio.publish(6)
      let mapping = try Site.overlay("rules: {asset: {protect: follow}}")
      let moved = show.with {
        $0.items[4].name = "Gull"
        $0.items[5].name = "Tern"
      }
      var site = try studio.site([moved], mapping: mapping)
      site.directories = tree
      let plan = try await site.onlyPlan()
      #expect(plan.directories.count == 2)
      _ = try folder.folder("gulls/assets/tern")
      let applied = await site.apply(plan)
      #expect(applied.folderFailures.count == 2, "\(applied.folderFailures)")
      #expect(try studio.document(5)?["name"] == .string("heron"))
      #expect(try studio.document(6)?["name"] == .string("gull"))
      #expect(exists("gulls/assets/heron", folder) && exists("gulls/assets/gull", folder))
    }
    await tree.close()
  }

  @Test("A project that is paused between plan and apply keeps its folders, too")
  func pausedMeanwhile() async throws {
    let folder = try TemporaryFolder()
    let tree = DirectoryTree(root: folder.url.path)
    _ = try folder.folder("gulls/assets/heron")
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let journal = Journal(
        records: try DumpRecords(
          directory: studio.directory, database: "sync", avalon: "avalon"),
        run: JournalRun(
          id: .run(at: 1, chance: 1), user: "anna", host: "ws1", time: 1, why: "apply")
      ) { Issue.record("\($0)") }
      var site = try studio.site([Show.small.with { $0.items[4].name = "Gull" }])
      site.directories = tree
      site.journal = TargetJournal(journal, database: "avalon")
      let plan = try await site.onlyPlan()
      #expect(plan.directories.count == 1)
      try await journal.pause(
        JournalScope(database: "avalon", owner: Site.owner, project: plan.project.id),
        title: "Gulls",
        ProjectState.Pause(user: "anna", host: "ws1", time: 1, why: "we move house"))
      let applied = await site.apply(plan)
      #expect(!applied.isComplete && applied.count("failed") == plan.changes.count)
      #expect(applied.folderFailures.count == 1)
      #expect(applied.folderFailures[0].reason.contains("we move house"))
      #expect(try studio.document(5)?["name"] == .string("heron"))
      #expect(exists("gulls/assets/heron", folder))
      await journal.records.close()
    }
    await tree.close()
  }

  @Test("The folder of a document that was not written stays")
  func conflicted() async throws {
    let folder = try TemporaryFolder()
    let tree = DirectoryTree(root: folder.url.path)
    _ = try folder.folder("gulls/assets/heron")
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      var site = try studio.site([Show.small.with { $0.items[4].name = "Gull" }])
      site.directories = tree
      let plan = try await site.onlyPlan()
      #expect(plan.directories.map(\.to) == ["gulls/assets/gull"])
      try studio.edit(5) { ArtistEdits.setting(["name"], to: .string("by_hand"), in: $0) }
      let applied = await site.apply(plan)
      #expect(applied.count("conflicted") == 1 && applied.folderFailures.isEmpty)
      #expect(exists("gulls/assets/heron", folder) && !exists("gulls/assets/gull", folder))
    }
    await tree.close()
  }

  @Test("Without a template, names that make folders stay, and it is said")
  func noTemplate() async throws {
    let folder = try TemporaryFolder()
    let tree = DirectoryTree(root: folder.url.path)
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let id = try #require(
        try studio.documents().first { $0["type"] == .string("project") }?["_id"])
      try studio.write(
        try studio.documents().map {
          $0["_id"] == id
            ? ArtistEdits.setting(["config", "template"], to: .document(.empty), in: $0) : $0
        })
      var site = try studio.site([Show.small.with { $0.items[4].name = "Gull" }])
      site.directories = tree
      let plan = try await site.onlyPlan()
      #expect(plan.held.map(\.scope) == [.name])
      #expect(plan.held[0].reason.contains("the project has no config.template.work"))
      #expect(plan.written["heron"] == ["data.label"])
    }
    await tree.close()
  }
}
