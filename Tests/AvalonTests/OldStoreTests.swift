import BSON
import Foundation
import Identity
import TestSupport
import Testing

@testable import Avalon

/// The old Avalon Sync's files: what is read, and what one bad file costs. Projects are numbered
/// from 100.
@Suite struct OldStoreTests {
  @Test func aStoreIsReadFromEitherFolder() async throws {
    let files = try OldFiles()
    try files.entity(1, of: 100, document: 11)
    try files.entity(2, of: 100, document: 12)
    try files.project(100, document: 10, collection: "hulk")
    try files.write(100, ".lock", [])
    try files.entity(3, of: 101, document: 21)
    for path in [files.path, files.path + "/data", files.path + "/data/"] {
      let store = try await OldStore.read(path)
      #expect(store.problems.isEmpty && store.warnings.isEmpty)
      #expect(store.projects.map(\.id) == [kitsu(100), kitsu(101)])
      let hulk = try #require(store.projects.first)
      #expect(hulk.collection == "hulk" && hulk.document == id(10))
      #expect(hulk.entities == [kitsu(1): id(11), kitsu(2): id(12)])
      #expect(hulk.problems.isEmpty && hulk.warnings.isEmpty)
      let bare = try #require(store.projects.last)
      #expect(bare.collection == nil && bare.document == nil)
      #expect(bare.entities == [kitsu(3): id(21)] && bare.problems.isEmpty)
    }
  }

  @Test func whatIsNoStoreIsRefused() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", to: "file")
    for path in ["", "a\u{0}b", folder.url.path + "/none", file, folder.url.path] {
      let error = await #expect(throws: AvalonError.self) { try await OldStore.read(path) }
      #expect(error?.code == .invalidAddress)
      #expect(
        error?.cause.hasSuffix("give the DATA_PATH of the old Avalon Sync, or its folder 'data'")
          == true)
    }
    _ = try folder.folder("data")
    #expect(try await OldStore.read(folder.url.path).projects.isEmpty)
  }

  @Test(arguments: [
    ("", "it has 0 bytes"), ("5d5f9f1e8c7f3b0001a1b2c", "it has 23 bytes"),
    ("5d5f9f1e8c7f3b0001a1b2c3\n", "it has 25 bytes"),
    ("5d5f9f1e8c7f3b0001a1b2c35d5f9f1e8c7f3b0001a1b2c3", "it has 48 bytes"),
    ("5d5f9f1e8c7f3b0001a1b2cg", "no hexadecimal digit, at byte 23"),
    ("\u{0}5d5f9f1e8c7f3b0001a1b2c", "no hexadecimal digit, at byte 0"),
    // Full-width digits are digits to Unicode, and none of an id.
    ("５５５５５５５５", "no hexadecimal digit, at byte 0"),
    (String(repeating: "5", count: 5000), "it has 5000 bytes, where 4096 are more than enough"),
  ])
  func aBadFileOfAnEntityCostsThatEntity(_ content: String, _ reason: String) async throws {
    let files = try OldFiles()
    try files.project(100, document: 10, collection: "hulk")
    try files.entity(2, of: 100, document: 12)
    try files.write(100, kitsu(1).description, content.utf8)
    let project = try await files.readOne()
    #expect(project.entities == [kitsu(2): id(12)] && project.collection == "hulk")
    try #require(project.problems.count == 1)
    #expect(project.problems[0].code == .damaged)
    #expect(project.problems[0].subject == files.path(100, "\(kitsu(1))"))
    #expect(project.problems[0].cause.contains(reason), "\(project.problems[0])")
  }

  @Test func aBadFileOfAProjectCostsItsCollectionOnly() async throws {
    let files = try OldFiles()
    try files.entity(2, of: 100, document: 12)
    try files.write(100, kitsu(100).description, pickle(id(10), "hulk").dropLast())
    let project = try await files.readOne()
    #expect(project.entities == [kitsu(2): id(12)])
    #expect(project.collection == nil && project.document == nil)
    #expect(
      project.problems.map(\.description) == [
        "cannot read \(files.path(100, "\(kitsu(100))")): an entry of 71 bytes is announced, and 70 "
          + "follow, at byte 0; restore it from a backup, or delete it"
      ])
  }

  /// What a link points to is never read, and nothing waits for a pipe's writer.
  @Test(.timeLimit(.minutes(1))) func onlyRegularFilesAreRead() async throws {
    let files = try OldFiles()
    try files.entity(1, of: 100, document: 11)
    let secret = files.path + "/secret"
    try Data(id(66).description.utf8).write(to: URL(fileURLWithPath: secret))
    let link = files.path(100, "\(kitsu(2))")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: secret)
    #expect(mkfifo(files.path(100, "\(kitsu(3))"), 0o600) == 0)
    try FileManager.default.createDirectory(
      atPath: files.path(100, "\(kitsu(4))"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: files.path(100, "\(kitsu(100))"), withDestinationPath: "/dev/zero")
    let project = try await files.readOne()
    #expect(project.entities == [kitsu(1): id(11)] && project.collection == nil)
    #expect(
      project.problems.map(\.subject)
        == [2, 3, 4, 100].map { files.path(100, "\(kitsu($0))") })
    #expect(
      Set(project.problems.map(\.cause)) == [
        "it is a link or no regular file; restore it from a backup, or delete it"
      ])
  }

  @Test func aFolderThatIsALinkIsNotEntered() async throws {
    let files = try OldFiles()
    try files.entity(1, of: 100, document: 11)
    try FileManager.default.createSymbolicLink(
      atPath: files.path(101), withDestinationPath: files.path(100))
    try Data().write(to: URL(fileURLWithPath: files.path(102)))
    let store = try await files.read()
    #expect(store.projects.map(\.id) == [kitsu(100)])
    #expect(store.problems.map(\.subject) == [files.path(101), files.path(102)])
    #expect(
      Set(store.problems.map(\.cause)) == [
        "it is no folder, or a link; restore it from a backup, or delete it"
      ])
  }

  /// A name in capitals is another file for the same id.
  @Test func unknownNamesAreToldAndNoErrors() async throws {
    let files = try OldFiles()
    try files.entity(1, of: 100, document: 11)
    for name in ["notes.txt", ".hidden", "a\u{1B}[2J", "b", kitsu(10).description.uppercased()] {
      try files.write(100, name, id(99).description.utf8)
    }
    try Data().write(to: URL(fileURLWithPath: files.path + "/data/README"))
    let store = try await files.read()
    #expect(
      store.warnings == ["\(files.path)/data: not the old tool's, and not looked at: \"README\""])
    let project = try #require(store.projects.first)
    #expect(project.entities == [kitsu(1): id(11)] && project.problems.isEmpty)
    #expect(
      project.warnings == [
        "\(files.path(100)): not the old tool's, and not looked at: \".hidden\", "
          + "\"\(kitsu(10).description.uppercased())\", \"a\\u{1B}[2J\" and 2 more"
      ])
  }

  @Test func aDocumentThatTwoClaimIsNobodys() async throws {
    let files = try OldFiles()
    try files.project(100, document: 10, collection: "hulk")
    for (entity, document) in [(1, 11), (2, 12), (3, 12), (4, 10)] {
      try files.entity(entity, of: 100, document: document)
    }
    let project = try await files.readOne()
    #expect(project.entities == [kitsu(1): id(11)] && project.document == id(10))
    #expect(
      project.problems.map(\.cause) == [
        "the document \(id(10)) is named for \(kitsu(4)), and the project document is it too: "
          + "none of them gets it; delete the files that are wrong",
        "the document \(id(12)) is named for \(kitsu(2)), \(kitsu(3)): "
          + "none of them gets it; delete the files that are wrong",
      ])
  }

  @Test func aFolderWithTooManyFilesIsRefused() throws {
    let files = try OldFiles()
    for entity in 1...5 { try files.entity(entity, of: 100, document: entity) }
    let folder = try #require(try OldFolder.open(files.path(100)))
    #expect(try folder.names(limit: 5).count == 5)
    let error = #expect(throws: AvalonError.self) { try folder.names(limit: 4) }
    #expect(error?.code == .tooLarge && error?.subject == files.path(100))
  }
}
