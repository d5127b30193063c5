import Foundation
import TestSupport
import Testing

/// The old Avalon Sync's environment file works as it is.
@Suite(
  "The old tool's environment file", .enabled(if: RealServers.areAvailable),
  .timeLimit(.minutes(4)))
struct EnvironmentFileTests {
  /// The file of the old README with this site's values, for a shell.
  private func file(
    _ database: AvalonDatabase, kitsu: String, more: String = ""
  ) -> String {
    """
    export PYTHONPATH=/path/to/your/studio-config:/path/to/avalon-core
    export AVALON_MONGO='\(database.uri)'
    export AVALON_DB=\(database.name)
    export MONGO_TIMEOUT=5000
    export AVALON_PROJECTS=/path/to/avalon/projects
    export AVALON_CONFIG=teepee
    export PARTD_PATH=/path/to/avalon-sync
    export DATA_PATH=/path/to/avalon-sync
    export GAZU_URL=\(kitsu)
    export GAZU_USER=\(KitsuStack.email)
    export GAZU_PASSWD='\(KitsuStack.password)'
    export LOG_LEVEL=WARNING
    \(more)
    """
  }

  /// Sources the file and runs the binary, as `run.sh` of the old README does.
  private func plan(_ file: String, project: String) async throws -> Command.Outcome {
    let folder = try TemporaryFolder()
    let path = try folder.write(file, to: "environment")
    let binary = Command.avalonSync([], environment: [:]).executable
    let script = #". "$1"; exec "$2" plan --project "$3""#
    let outcome = try await Command(
      "/bin/sh", ["-c", script, "sh", path, binary, project]
    ).run()
    #expect(!outcome.all.contains(KitsuStack.password))
    return outcome
  }

  @Test("As the README shows it, with a database URI that names an account")
  func readme() async throws {
    let studio = try await KitsuStudio.shared.value
    let project = try await studio.createProject("Old")
    _ = try await studio.createAsset("Bob", project: project)
    try await PrivateMongod.with(login: true) { server in
      let admin = try await server.account("root", password: "r00t", role: "root", in: "admin")
      let database = try await server.account(
        "username", password: "word-of-db", role: "readWrite", in: "databaseName", by: admin)
      let outcome = try await plan(file(database, kitsu: KitsuStack.url), project: project)
      #expect(outcome.code == 0, "\(outcome.all)")
      #expect(outcome.output.contains("Plan: 2 to add"))
      #expect(outcome.output.contains("database databaseName"))
      #expect(!outcome.all.contains("word-of-db"))
      // That account has no right to a database of the controller: its records go to DATA_PATH.
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }
  }

  @Test("GAZU_URL with and without /api, with a slash, and Zou without its front")
  func addresses() async throws {
    let studio = try await KitsuStudio.shared.value
    let project = try await studio.createProject("Addresses")
    let database = try Deployment.standalone.database()
    let front = KitsuStack.url.replacing("/api", with: "")
    for address in [front, front + "/", front + "/api", front + "/api/", KitsuStack.directURL] {
      let outcome = try await plan(file(database, kitsu: address), project: project)
      #expect(
        outcome.code == 0 && outcome.output.contains("Plan: 1 to add"),
        "\(address): \(outcome.all)")
    }
  }

  @Test("FILESYS_RENAME: off in every spelling, else its root must be there")
  func renames() async throws {
    let studio = try await KitsuStudio.shared.value
    let project = try await studio.createProject("Renames")
    let database = try Deployment.standalone.database()
    func outcome(_ more: String) async throws -> Command.Outcome {
      try await plan(file(database, kitsu: KitsuStack.url, more: more), project: project)
    }
    for value in ["0", "False", "no", "OFF", ""] {
      let off = try await outcome("export FILESYS_RENAME=\(value)")
      #expect(off.code == 0 && off.errors.isEmpty, "\(off.all)")
    }
    for (more, message) in [
      ("export FILESYS_RENAME=1", "'/path/to/avalon/projects', is no directory"),
      ("export FILESYS_RENAME=yes AVALON_PROJECTS=/dev/null", "'/dev/null', is no directory"),
      ("export FILESYS_RENAME=on AVALON_PROJECTS=projects", "'projects', is no absolute path"),
      ("export FILESYS_RENAME=True AVALON_PROJECTS=", "their root is missing"),
      ("export FILESYS_RENAME=2", "FILESYS_RENAME: '2' is neither on (1, true, yes, on) nor off"),
    ] {
      let refused = try await outcome(more)
      #expect(refused.code == 1 && refused.errors.contains(message), "\(refused.all)")
    }
    let folder = try TemporaryFolder()
    let on = try await outcome("export FILESYS_RENAME=TRUE AVALON_PROJECTS='\(folder.url.path)'")
    #expect(on.code == 0 && on.errors.isEmpty, "\(on.all)")
  }
}
