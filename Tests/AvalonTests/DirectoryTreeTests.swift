import Foundation
import Planning
import TestSupport
import Testing

@testable import Avalon

/// One folder, renamed on the real disk. What is refused is foreseen by the plan's check, in the same
/// words.
@Suite("Directory renames: one folder")
struct DirectoryTreeTests {
  /// Checks, then renames: both must say the same, and a refusal leaves all as it was.
  private func rename(
    _ from: String, _ to: String, in root: ProjectsRoot
  ) async throws -> DirectoryOutcome {
    let rename = try directoryRename(from, to)
    let before = try root.state()
    let forecast = await root.tree.check(all: [rename])
    #expect(try root.state() == before, "a check writes nothing")
    let outcome = await root.tree.rename(rename)
    #expect(forecast.map(\.text) == [outcome.text])
    if case .renamed = outcome {} else { #expect(try root.state() == before) }
    return outcome
  }

  private func expectRefusal(
    _ from: String, _ to: String, in root: ProjectsRoot, _ cause: String
  ) async throws {
    let error = try #require(try await rename(from, to, in: root).error)
    #expect(error.code == .directory)
    #expect(error.subject == from)
    #expect(error.cause == cause)
  }

  @Test("A folder moves with all that it holds; missing folders above are made")
  func renamed() async throws {
    let root = try ProjectsRoot("hulk/assets/bob", "hulk/assets/bob/deep/er")
    #expect(try await rename("hulk/assets/bob", "hulk/assets/bobby", in: root).text == "renamed 0")
    #expect(
      try await rename("hulk/assets/bobby", "hulk/a/b/c", in: root).text == "renamed 2")
    #expect(
      try root.state() == [
        "hulk/assets/bob → hulk/a/b/c", "hulk/assets/bob/deep/er → hulk/a/b/c/deep/er",
        "→ hulk/assets",
      ])
  }

  @Test("A project's folder, right below the root")
  func project() async throws {
    let root = try ProjectsRoot("hulk/assets/bob")
    #expect(try await rename("hulk", "she_hulk", in: root).text == "renamed 0")
    #expect(try root.state() == ["hulk/assets/bob → she_hulk/assets/bob"])
  }

  @Test("A folder that nobody has made yet is no error")
  func nothingThere() async throws {
    let root = try ProjectsRoot("hulk/assets/bob")
    for from in ["hulk/assets/alice", "hulk/shots/sh010", "gulls"] {
      #expect(try await rename(from, "hulk/assets/x", in: root).text == "nothing there")
    }
  }

  @Test("Nothing is replaced: no folder, not even an empty one, no file, no link")
  func targetExists() async throws {
    let root = try ProjectsRoot("hulk/assets/bob", "hulk/assets/full")
    _ = try root.folder.folder("hulk/assets/empty")
    _ = try root.folder.write("text", to: "hulk/assets/file")
    try root.link("hulk/assets/link", to: "/nowhere")
    for name in ["full", "empty", "file", "link"] {
      try await expectRefusal(
        "hulk/assets/bob", "hulk/assets/\(name)", in: root,
        "'hulk/assets/\(name)' is there already; bring the two together by hand, or move that one away"
      )
    }
  }

  @Test("A link is never followed, wherever it stands and leads")
  func links() async throws {
    let elsewhere = try ProjectsRoot("assets/bob")
    let root = try ProjectsRoot("hulk/assets/bob")
    try root.link("away", to: elsewhere.folder.url.path)
    try root.link("hulk/here", to: "assets")
    try root.link("hulk/assets/bob_link", to: "bob")
    for (from, to, link) in [
      ("away/assets/bob", "away/assets/bobby", "away"),
      ("hulk/assets/bob", "away/assets/bobby", "away"),
      ("hulk/here/bob", "hulk/here/bobby", "hulk/here"),
      ("hulk/assets/bob", "hulk/here/new/bobby", "hulk/here"),
      ("hulk/assets/bob_link", "hulk/assets/bobby", "hulk/assets/bob_link"),
      ("away", "gone", "away"),
    ] {
      try await expectRefusal(
        from, to, in: root,
        "'\(link)' is a link, which is never followed here; rename by hand what it leads to")
    }
    #expect(try elsewhere.state() == ["assets/bob → assets/bob"])
  }

  @Test("A file is no folder")
  func files() async throws {
    let root = try ProjectsRoot("hulk/assets/bob")
    for (from, to) in [
      ("hulk/assets/bob/work", "hulk/assets/x"), ("hulk/assets/bob/work/x", "hulk/assets/x"),
      ("hulk/assets/bob", "hulk/assets/bob2/../x"),
    ] {
      #expect(try await rename(from, to, in: root).error != nil)
    }
    _ = try root.folder.write("text", to: "hulk/file")
    try await expectRefusal(
      "hulk/assets/bob", "hulk/file/bob", in: root,
      "'hulk/file' is no folder; look what it is, and move it away")
  }

  @Test("A name that would travel goes nowhere")
  func travel() async throws {
    let root = try ProjectsRoot("hulk/assets/bob")
    let outside = root.folder.url.deletingLastPathComponent().lastPathComponent
    for path in [
      "../\(outside)/bob", "hulk/../../bob", "/tmp/bob", "hulk//bob", "", "hulk/./bob", "hulk/.bob",
      "hulk/assets/bob\u{0}x", "hulk/..", "..",
    ] {
      for (from, to) in [("hulk/assets/bob", path), (path, "hulk/assets/bobby")] {
        let error = try await rename(from, to, in: root).error
        #expect(error?.cause.contains("give it another name in Kitsu") == true, "\(from) \(to)")
      }
    }
    try await expectRefusal(
      "hulk/assets/bob", "hulk/assets/bob/bob", in: root,
      "'hulk/assets/bob/bob' lies in it; rename it by hand in two steps")
  }

  /// Nothing is copied from disk to disk. `/` is the root, so that both are below it.
  @Test(
    "From one mount to another", .enabled(if: Mounts.areTwo, "/tmp and /dev/shm are one mount"))
  func mounts() async throws {
    let (disk, memory) = (Mounts.unique("/tmp"), Mounts.unique("/dev/shm"))
    defer {
      for path in [disk, memory] { try? FileManager.default.removeItem(atPath: "/" + path) }
    }
    let tree = DirectoryTree(root: "/")
    for (from, to) in [(disk + "/bob", memory + "/bob"), (memory + "/b", disk + "/new/b")] {
      try FileManager.default.createDirectory(
        atPath: "/" + from, withIntermediateDirectories: true)
      let rename = try directoryRename(from, to)
      let outcomes = [await tree.check(all: [rename])[0], await tree.rename(rename)]
      for outcome in outcomes {
        #expect(
          outcome.text
            == "'\(from)' and '\(to)' are on different mounts, and nothing is copied; move it by hand"
        )
      }
      #expect(FileManager.default.fileExists(atPath: "/" + from))
      #expect(!FileManager.default.fileExists(atPath: "/\(disk)/new"))
    }
    let mount = try directoryRename("dev/shm", "dev/\(memory.split(separator: "/").last ?? "x")")
    #expect(
      await tree.rename(mount).text
        == "it is a mount of its own; mount it under its new name by hand")
  }

  @Test("A root that is not mounted is told for each, and may be tried again")
  func noRoot() async throws {
    let tree = DirectoryTree(root: "/nonexistent/projects")
    let rename = try directoryRename("hulk/a", "hulk/b")
    for outcome in [await tree.rename(rename), await tree.check(all: [rename])[0]] {
      let error = try #require(outcome.error)
      #expect(error.isRetryable)
      #expect(
        error.description
          == "cannot rename the folder hulk/a: the root of all projects '/nonexistent/projects' "
          + "cannot be opened: No such file or directory; is it mounted, and AVALON_PROJECTS right?"
      )
    }
  }

  @Test("A root that is itself a link is the choice of who set it up")
  func linkedRoot() async throws {
    let root = try ProjectsRoot("real/hulk/bob")
    try root.link("root", to: "real")
    let tree = DirectoryTree(root: root.folder.file("root").path)
    #expect(await tree.rename(try directoryRename("hulk/bob", "hulk/x")).text == "renamed 0")
  }

  /// Root may do all on a disk, but not among the kernel's own folders.
  @Test("No right to rename")
  func noRight() async throws {
    let outcome = await DirectoryTree(root: "/sys").rename(
      try directoryRename("kernel", "kernel2"))
    let cause = try #require(outcome.error?.cause)
    #expect(
      cause.contains("give the account that runs avalon-sync the right")
        || cause.contains("read only"), "\(cause)")
  }

  @Test("No right to write", .enabled(if: getuid() != 0, "root may write everywhere"))
  func readOnlyFolder() async throws {
    let root = try ProjectsRoot("hulk/assets/bob")
    chmod(root.folder.file("hulk/assets").path, 0o500)
    let outcome = await root.tree.rename(
      try directoryRename("hulk/assets/bob", "hulk/assets/bobby"))
    chmod(root.folder.file("hulk/assets").path, 0o700)
    #expect(outcome.text.contains("give the account that runs avalon-sync the right"))
    #expect(try root.state() == ["hulk/assets/bob → hulk/assets/bob"])
  }

  /// The name is too long for the disk, which shows only once the folders above it are made.
  @Test("A disk that refuses half-way: what was made is removed")
  func halfWay() async throws {
    let root = try ProjectsRoot("hulk/assets/bob", "hulk/here/x")
    let to = "hulk/here/a/b/" + String(repeating: "x", count: 256)
    let outcome = await root.tree.rename(try directoryRename("hulk/assets/bob", to))
    #expect(
      outcome.text == "'\(to)': File name too long; give it a shorter name in Kitsu")
    #expect(
      try root.state() == ["hulk/assets/bob → hulk/assets/bob", "hulk/here/x → hulk/here/x"])
  }

  @Test("What a full or failing disk says")
  func systemErrors() {
    let failure = DirectoryFailure(subject: FolderPath("hulk/a"))
    let place = FolderPath("hulk/b")
    #expect(failure.system(ENOSPC, at: place).cause.contains("free some space"))
    #expect(failure.system(ENOSPC, at: place).isRetryable)
    #expect(failure.system(EIO, at: place).isRetryable)
    #expect(failure.system(EROFS, at: place).cause.contains("read only"))
    #expect(failure.system(EXDEV, at: place).cause.contains("different mounts"))
    #expect(failure.system(ENOTEMPTY, at: place).cause.contains("is there already"))
  }

  /// NFS refuses the flag that forbids to replace.
  @Test("A file system that cannot promise to replace nothing: it is looked at before")
  func withoutTheFlag() throws {
    let root = try ProjectsRoot("a", "b")
    let handle = try DirectoryHandle.open(root: root.folder.url.path)
    #expect(throws: DirectoryHandle.Failure(number: EEXIST)) {
      try handle.renameAfterLook("a", to: "b", in: handle)
    }
    try handle.renameAfterLook("a", to: "c", in: handle)
    #expect(try root.state() == ["a → c", "b → b"])
  }

  @Test("Undone: back in its place, and what was made above its new one is gone")
  func undo() async throws {
    let root = try ProjectsRoot("hulk/assets/bob")
    let rename = try directoryRename("hulk/assets/bob", "hulk/x/y/bob")
    #expect(await root.tree.rename(rename).text == "renamed 2")
    try await root.tree.undo(rename, parentsMade: 2)
    #expect(try root.state() == ["hulk/assets/bob → hulk/assets/bob"])
    await #expect(throws: AvalonError.self) { try await root.tree.undo(rename, parentsMade: 2) }
  }

  @Test("Undone: a folder into which somebody has put something stays")
  func undoKeepsOthers() async throws {
    let root = try ProjectsRoot("hulk/assets/bob")
    let rename = try directoryRename("hulk/assets/bob", "hulk/x/y/bob")
    _ = await root.tree.rename(rename)
    try root.make("hulk/x/alice")
    try await root.tree.undo(rename, parentsMade: 2)
    #expect(
      try root.state() == ["hulk/assets/bob → hulk/assets/bob", "hulk/x/alice → hulk/x/alice"])
    try root.make("hulk/x/y/bob")
    try await root.tree.undo(try directoryRename("hulk/z", "hulk/x/y/bob"), parentsMade: 0)
    try root.make("hulk/x/y/bob")
    await #expect(throws: AvalonError.self) {
      try await root.tree.undo(try directoryRename("hulk/z", "hulk/x/y/bob"), parentsMade: 0)
    }
  }
}

/// Two file systems that most machines have.
private enum Mounts {
  static var areTwo: Bool {
    guard let disk = device("/tmp"), let memory = device("/dev/shm") else { return false }
    return disk != memory && device("/dev") != memory
  }

  private static func device(_ path: String) -> dev_t? {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? status.st_dev : nil
  }

  /// Relative to `/`.
  static func unique(_ path: String) -> String {
    path.dropFirst() + "/avalon-sync-test-" + UUID().uuidString
  }
}
