import Foundation
import TestSupport
import Testing

/// Every failure says what, where and what to do, with exit code 1 and no secret; `Site.run` looks
/// for secrets each time.
@Suite("Messages", .timeLimit(.minutes(4)))
struct MessageTests {
  private func snapshotSite(_ folder: TemporaryFolder) throws -> Site {
    let file = try SnapshotText.production(shots: 1).write(to: folder)
    return Site(environment: [
      "GAZU_URL": "snapshot:\(file)", "AVALON_MONGO": "dump:\(folder.file("dump").path)",
    ])
  }

  private func expectFailure(
    _ site: Site, _ arguments: [String] = [], says words: [String],
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    var site = site
    site.arguments += arguments
    let outcome = try await site.run("plan")
    #expect(outcome.code == 1, "\(outcome.all)", sourceLocation: location)
    #expect(outcome.output.isEmpty, "\(outcome.output)", sourceLocation: location)
    for word in words {
      #expect(outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: location)
    }
  }

  @Test("A wrong password", .enabled(if: RealServers.areAvailable))
  func wrongPassword() async throws {
    let studio = try await KitsuStudio.shared.value
    var person = try await studio.createPerson(role: "manager")
    person = KitsuStudio.Person(id: person.id, email: person.email, password: "not-this-one")
    let database = try Deployment.standalone.database()
    try await expectFailure(
      Site.servers(database, project: "any", as: person),
      says: [KitsuStack.url, "password", person.email])
  }

  @Test("A project that is not there, with what is meant", .enabled(if: RealServers.areAvailable))
  func unknownProject() async throws {
    let studio = try await KitsuStudio.shared.value
    let title = KitsuStudio.unique("Lighthouse")
    _ = try await studio.create("/data/projects", ["name": title, "production_type": "short"])
    let database = try Deployment.standalone.database()
    try await expectFailure(
      Site.servers(database, project: String(title.dropLast())),
      says: ["there is no project", title])
  }

  @Test("Kitsu does not answer")
  func unreachableKitsu() async throws {
    let port = try Mongod.freePort()
    let folder = try TemporaryFolder()
    let site = Site(environment: [
      "GAZU_URL": "http://127.0.0.1:\(port)", "GAZU_USER": "a@b.c", "GAZU_PASSWD": "pass-of-a",
      "AVALON_MONGO": "dump:\(folder.file("dump").path)",
    ])
    try await expectFailure(site, says: ["127.0.0.1:\(port)", "is Kitsu running"])
  }

  @Test("MongoDB does not answer, and its password stays secret")
  func unreachableMongo() async throws {
    let port = try Mongod.freePort()
    let folder = try TemporaryFolder()
    var site = try snapshotSite(folder)
    site.environment["AVALON_MONGO"] = "mongodb://user:pass-of-db@127.0.0.1:\(port)/avalon"
    site.environment["MONGO_TIMEOUT"] = "700"
    try await expectFailure(site, says: ["127.0.0.1:\(port)"])
    let outcome = try await site.run("plan")
    #expect(!outcome.all.contains("pass-of-db"))
  }

  @Test("A password in an argument is refused, and not repeated")
  func passwordAsArgument() async throws {
    let folder = try TemporaryFolder()
    var site = try snapshotSite(folder)
    site.arguments = ["--avalon", "mongodb://user:pass-of-db@127.0.0.1/avalon"]
    let outcome = try await site.run("plan")
    #expect(outcome.code == 1 && outcome.errors.contains("AVALON_MONGO"))
    #expect(!outcome.all.contains("pass-of-db"))
  }

  @Test("All mistakes of a mapping at once, each with its line and a caret")
  func mapping() async throws {
    let folder = try TemporaryFolder()
    let site = try snapshotSite(folder)
    let path = try folder.write(
      """
      apiVersion: avalon-sync/v1
      kind: Mapping
      rules:
        project:
          from: project
          name: ${project.naem}
          document:
            type: project
            data:
              label: ${project.name | uppercase_all}
        shot:
          from: shott
          name: ${shot.name}
          document: {type: asset}
      """, to: "own.yaml")
    try await expectFailure(
      site, ["--mapping", path],
      says: ["\(path):6:", "name", "\(path):10:", "uppercase_all", "\(path):12:", "shott", "^"])
  }

  @Test("A settings file with mistakes, and one that is not there")
  func settings() async throws {
    let folder = try TemporaryFolder()
    let site = try snapshotSite(folder)
    let path = try folder.write("kitsu: {urll: http://kitsu}\nowners: me\n", to: "sync.yaml")
    try await expectFailure(
      site, ["--config", path], says: ["\(path):1:", "urll", "url", "\(path):2:", "owners"])
    try await expectFailure(
      site, ["--config", path + ".gone"], says: [path + ".gone"])
  }

  @Test(
    "A mistake beside a secret shows its place and not its line",
    arguments: [
      "avalon: {url: 'mongodb://bot:S3CRET@db', databse: avalon}",
      "notify:\n- {url: 'https://hooks.example/S3CRET', format: slak}",
      "kitsu: {url: 'http://kitsu', password: S3CRET}", "kitsu:\n  pwd: S3CRET",
      "kitsu: {user: *S3CRET}", "kitsu: {user: !S3CRET x}", "avalon: {mongodb://u:S3CRET@h/db}",
      "avalon: {url: 'mongodb://bot:S3CRET@db}",
    ])
  func secretsInSettings(_ text: String) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text + "\n", to: "sync.yaml")
    let outcome = try await snapshotSite(folder).run("plan", "--config", path)
    #expect(outcome.code == 1 && outcome.errors.contains("\(path):"), "\(outcome.all)")
    #expect(!outcome.all.contains("S3CRET"), "\(outcome.all)")
  }

  @Test("A secret in place of its file's path is not shown")
  func secretsAsPaths() async throws {
    let folder = try TemporaryFolder()
    let secret = "mongodb://bot:S3CRET@db"
    for setting in ["AVALON_MONGO_FILE", "avalon.url_file"] {
      var site = try snapshotSite(folder)
      site.environment["AVALON_MONGO"] = nil
      if setting == "AVALON_MONGO_FILE" {
        site.environment[setting] = secret
      } else {
        let path = try folder.write("avalon: {url_file: '\(secret)'}\n", to: "sync.yaml")
        site.arguments = ["--config", path]
      }
      let outcome = try await site.run("plan")
      #expect(outcome.code == 1 && outcome.errors.contains(setting), "\(outcome.all)")
      #expect(!outcome.all.contains("S3CRET"), "\(outcome.all)")
    }
  }

  @Test(
    "What cannot be written is an error; a reader that goes away is none", arguments: [true, false])
  func unwritableOutput(_ isFull: Bool) async throws {
    let folder = try TemporaryFolder()
    var command = try snapshotSite(folder).command(["plan", "--detailed-exitcode"])
    // What a full disk answers; a pipe that nobody reads.
    let script =
      isFull ? #"exec "$@" >/dev/full"# : #"set -o pipefail; "$@" | { exec <&-; sleep 1; }"#
    command = command.wrapped(in: "/bin/bash", ["-c", script, "bash"])
    let outcome = try await command.run()
    #expect(outcome.code == (isFull ? 1 : 2), "\(outcome.all)")
    #expect(outcome.errors.contains("No space left on device") == isFull, "\(outcome.all)")
  }

  @Test("An account in variables wins over the token of the settings file")
  func accountBeforeToken() async throws {
    let port = try Mongod.freePort()
    let folder = try TemporaryFolder()
    let path = try folder.write("kitsu: {token_file: none.txt}\n", to: "sync.yaml")
    var site = try snapshotSite(folder)
    site.environment["GAZU_URL"] = "http://127.0.0.1:\(port)"
    site.arguments = ["--config", path]
    try await expectFailure(site, says: ["cannot read the file", "kitsu.token_file"])
    site.environment.merge(["GAZU_USER": "bot@studio.example", "GAZU_PASSWD": "x"]) { $1 }
    try await expectFailure(site, says: ["127.0.0.1:\(port)"])
  }

  @Test("Settings that are missing are named")
  func missing() async throws {
    try await expectFailure(Site(environment: [:]), says: ["GAZU_URL", "--kitsu"])
    try await expectFailure(
      Site(environment: ["GAZU_URL": "http://127.0.0.1:1"]), says: ["GAZU_USER", "GAZU_TOKEN"])
    let folder = try TemporaryFolder()
    var site = try snapshotSite(folder)
    site.environment["AVALON_MONGO"] = nil
    try await expectFailure(site, says: ["AVALON_MONGO", "--avalon"])
  }

  @Test("Without a terminal, apply asks for --auto-approve and writes nothing")
  func nobodyToAsk() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await snapshotSite(folder).run("apply")
    #expect(outcome.code == 1 && outcome.errors.contains("--auto-approve"), "\(outcome.all)")
    #expect(try folder.files() == ["kitsu.json"])
  }

  @Test("Help teaches, the version is told, and wrong use is 64")
  func help() async throws {
    let site = Site(environment: [:])
    let help = try await site.run("--help")
    #expect(help.code == 0 && help.output.contains("GAZU_URL") && help.output.contains("snapshot"))
    #expect(try await site.run("version").output.hasPrefix("avalon-sync "))
    for command in ["plan", "apply", "snapshot"] {
      let text = try await site.run(command, "--help")
      #expect(text.code == 0 && text.output.contains("Exit codes"))
    }
    #expect(try await site.run("plan", "--no-such-flag").code == 64)
  }
}
