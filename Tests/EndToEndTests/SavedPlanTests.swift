import Foundation
import TestSupport
import Testing

/// `plan --out` and `apply FILE` through the program, on a dump.
@Suite("Saved plans", .timeLimit(.minutes(4)))
struct SavedPlanTests {
  /// A snapshot, a dump and a place for plans.
  private struct Desk {
    let folder: TemporaryFolder
    var site: Site

    init() throws {
      folder = try TemporaryFolder()
      site = Site(environment: [
        "GAZU_URL": "snapshot:\(folder.file("kitsu.json").path)",
        "AVALON_MONGO": "dump:\(folder.file("dump").path)", "AVALON_DB": "avalon",
      ])
      try snapshot { _ in }
    }

    func snapshot(_ change: (inout SnapshotText) -> Void) throws {
      var text = SnapshotText.production(shots: 3)
      change(&text)
      _ = try text.write(to: folder)
    }

    var plan: String { folder.file("saved.plan").path }
    /// What Avalon holds, byte for byte.
    var dump: [String: Data] {
      get throws {
        let files = try folder.files().filter { $0.hasSuffix(".bson") }
        return Dictionary(
          uniqueKeysWithValues: try files.map { ($0, try Data(contentsOf: folder.file($0))) })
      }
    }

    func save(_ location: SourceLocation = #_sourceLocation) async throws {
      let outcome = try await site.run("plan", "--out", plan)
      #expect(outcome.code == 0, "\(outcome.all)", sourceLocation: location)
    }

    func apply(_ site: Site? = nil) async throws -> Command.Outcome {
      try await (site ?? self.site).run("apply", plan, "--auto-approve")
    }

    func text() throws -> String { try String(contentsOfFile: plan, encoding: .utf8) }
    func replace(_ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: plan))
    }

    /// Applying is refused with these words, and nothing is written.
    func expectRefusal(
      _ words: String..., by site: Site? = nil, location: SourceLocation = #_sourceLocation
    ) async throws {
      let before = try dump
      let outcome = try await apply(site)
      #expect(outcome.code == 1, "\(outcome.all)", sourceLocation: location)
      for text in words {
        #expect(
          outcome.errors.contains(text), "no '\(text)' in: \(outcome.all)",
          sourceLocation: location)
      }
      #expect(try dump == before, sourceLocation: location)
    }
  }

  // MARK: Saving and applying

  @Test("What was saved is applied; the file is its owner's alone and the same each time")
  func happyPath() async throws {
    let desk = try Desk()
    try await desk.save()
    let text = try desk.text()
    let mode = try FileManager.default.attributesOfItem(atPath: desk.plan)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(try desk.dump.isEmpty)
    try await desk.save()
    #expect(try desk.text() == text)
    #expect(try desk.folder.files().allSatisfy { !$0.hasSuffix(".tmp") })
    let outcome = try await desk.apply()
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(outcome.output.contains("Apply: 5 applied."), "\(outcome.all)")
    _ = try await desk.site.plan(expecting: 0)
    // Applied a second time it is stale, as nothing of it is left to do.
    try await desk.expectRefusal("the plan is stale: 5 changes differ", "gone: create of shot")
  }

  @Test("What moved without altering a change is no reason to refuse")
  func unrelated() async throws {
    let desk = try Desk()
    try await desk.save()
    let text = try String(contentsOf: desk.folder.file("kitsu.json"), encoding: .utf8)
    _ = try desk.folder.write(text.replacing("1.0.97", with: "1.0.98"), to: "kitsu.json")
    let outcome = try await desk.apply()
    #expect(outcome.code == 0 && outcome.output.contains("1.0.98"), "\(outcome.all)")
  }

  @Test("Nobody to ask")
  func noTerminal() async throws {
    let desk = try Desk()
    try await desk.save()
    let outcome = try await desk.site.run("apply", desk.plan)
    #expect(outcome.code == 1 && outcome.errors.contains("--auto-approve"), "\(outcome.all)")
    #expect(try desk.dump.isEmpty)
  }

  @Test("A plan without changes is saved and applied as well")
  func empty() async throws {
    let desk = try Desk()
    _ = try await desk.site.apply()
    try await desk.save()
    let outcome = try await desk.apply()
    #expect(outcome.code == 0 && outcome.output.contains("No changes."), "\(outcome.all)")
  }

  // MARK: Stale

  @Test("A stale plan says what differs, and nothing is written")
  func stale() async throws {
    let desk = try Desk()
    _ = try await desk.site.apply()
    try desk.snapshot {
      $0.fps = "\"30\""
      $0.shots[0].replace("\"frame_in\":\"1001\"", with: "\"frame_in\":\"1005\"")
      $0.shots[1].replace("\"frame_in\":\"1001\"", with: "\"frame_in\":\"1007\"")
      $0.shots.append(SnapshotText.shot(6, sequence: 0))
    }
    try await desk.save()
    try desk.snapshot {
      $0.fps = "\"30\""
      $0.shots[0].replace("\"frame_in\":\"1001\"", with: "\"frame_in\":\"1009\"")
      $0.shots.append(SnapshotText.shot(7, sequence: 0))
    }
    try await desk.expectRefusal("the plan is stale", "different:", "gone:", "added:")
    let outcome = try await desk.apply()
    expectGolden(outcome.errors, "savedplan/stale.txt")
  }

  @Test("A policy that is another one is told")
  func policy() async throws {
    let desk = try Desk()
    try await desk.save()
    var site = desk.site
    site.arguments = ["--policy", "observe"]
    try await desk.expectRefusal(
      "its policy was upsert-only, and is observe now", by: site)
  }

  // MARK: Files that are refused

  @Test("A file that was cut off, changed or added to")
  func damaged() async throws {
    let desk = try Desk()
    try await desk.save()
    let text = try desk.text()
    for cut in [text.utf8.count - 1, text.utf8.count / 2, 60] {
      try desk.replace(String(text.prefix(cut)))
      try await desk.expectRefusal("cut off")
    }
    try desk.replace(text.replacing("sq0_sh1", with: "sq0_sh9"))
    try await desk.expectRefusal("was changed after it was made")
    try desk.replace(text + "{}")
    try await desk.expectRefusal("cut off, or something was added")
    try desk.replace(text.replacing("\"formatVersion\":1", with: "\"formatVersion\":2"))
    try await desk.expectRefusal("format version 2", "this program knows 1")
  }

  @Test("What is no saved plan", arguments: ["", "{}", "\u{0}\u{1}", "[[[[[[[["])
  func foreign(_ text: String) async throws {
    let desk = try Desk()
    try desk.replace(text)
    try await desk.expectRefusal("is no saved plan", "plan --out")
  }

  @Test("No file, and a folder")
  func missing() async throws {
    let desk = try Desk()
    try await desk.expectRefusal("cannot read the file")
    _ = try desk.folder.folder("saved.plan")
    try await desk.expectRefusal("cannot read the file")
  }

  // MARK: Other installations

  @Test("Another owner, Kitsu or database is named")
  func installation() async throws {
    let desk = try Desk()
    try await desk.save()
    var site = desk.site
    site.environment["AVALON_SYNC_OWNER"] = "other"
    try await desk.expectRefusal(
      "another installation", "the owner was avalon-sync, and is other now", by: site)
    site = desk.site
    site.environment["AVALON_DB"] = "avalon2"
    try await desk.expectRefusal(
      "the target 'avalon' was dump:", "database avalon2 now", by: site)
    site = desk.site
    try FileManager.default.copyItem(
      at: desk.folder.file("kitsu.json"), to: desk.folder.file("other.json"))
    site.environment["GAZU_URL"] = "snapshot:\(desk.folder.file("other.json").path)"
    try await desk.expectRefusal("Kitsu's address was snapshot:", "other.json now", by: site)
  }

  @Test("The file says which projects it is for")
  func selection() async throws {
    let desk = try Desk()
    var narrow = desk.site
    narrow.arguments = ["--project", "Snow"]
    let saved = try await narrow.run("plan", "--out", desk.plan)
    #expect(saved.code == 0, "\(saved.all)")
    try await desk.expectRefusal("leave out --project", by: narrow)
    let outcome = try await desk.apply()
    #expect(outcome.code == 0, "\(outcome.all)")
  }

  @Test("A project that cannot be planned stops a saved plan, and nothing is written")
  func failedSince() async throws {
    let desk = try Desk()
    _ = try await desk.site.apply()
    try desk.snapshot { $0.fps = "\"30\"" }
    try await desk.save()
    let file = try #require(try desk.dump.keys.first { $0.contains("snow") })
    try Data("damaged".utf8).write(to: desk.folder.file(file))
    try await desk.expectRefusal("restore the file or dump the collection again")
  }

  // MARK: --out

  @Test("Nothing is written over a file that is no saved plan")
  func occupied() async throws {
    let desk = try Desk()
    try desk.replace("my notes")
    let outcome = try await desk.site.run("plan", "--out", desk.plan)
    #expect(outcome.code == 1 && outcome.errors.contains("is no saved plan"), "\(outcome.all)")
    #expect(try desk.text() == "my notes")
    let link = desk.folder.file("link").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: desk.plan)
    #expect(try await desk.site.run("plan", "--out", link).code == 1)
  }

  @Test("A plan that could not be made is not saved")
  func failed() async throws {
    let desk = try Desk()
    _ = try await desk.site.apply()
    let file = try #require(try desk.dump.keys.first { $0.contains("snow") })
    try Data("damaged".utf8).write(to: desk.folder.file(file))
    let outcome = try await desk.site.run("plan", "--out", desk.plan)
    #expect(outcome.code == 1, "\(outcome.all)")
    #expect(!FileManager.default.fileExists(atPath: desk.plan))
  }
}
