import Foundation
import TestSupport
import Testing

/// `mapping check`, `show` and `init`: as people use them, in a folder, without any server.
@Suite("Mapping commands", .timeLimit(.minutes(4)))
struct MappingCommandTests {
  private static let header = "apiVersion: avalon-sync/v1\nkind: Mapping\n"

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(
    _ arguments: String..., environment: [String: String] = [:]
  ) async throws -> Command.Outcome {
    var command = Command.avalonSync(arguments, environment: environment)
    command.folder = folder.url
    return try await command.run()
  }

  @discardableResult
  private func write(_ body: String, to name: String) throws -> String {
    try folder.write(MappingCommandTests.header + body, to: name)
  }

  /// A studio's overlay and one of a show, in a folder of its own.
  private func writeStudio() throws {
    _ = try folder.folder("shows")
    try write(
      """
      extends: avalon.yaml
      rules:
        prop:
          extends: asset
          when: {is_prop: "asset.asset_type.name == 'Props'"}
        shot:
          document: {data: {handles: 8}}

      """, to: "studio.yaml")
    try write(
      """
      extends: ../studio.yaml
      rules:
        episode: {$remove: true}

      """, to: "shows/hulk.yaml")
  }

  // MARK: check

  @Test("check says what each file has and extends")
  func check() async throws {
    try writeStudio()
    let outcome = try await run("mapping", "check", "avalon.yaml", "studio.yaml", "shows/hulk.yaml")
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.all)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && lines.first?.hasPrefix("avalon.yaml (built in): ") == true)
    #expect(lines.dropFirst().first?.hasSuffix("rules, extends avalon.yaml (built in)") == true)
    #expect(lines.last?.hasSuffix("rules, extends avalon.yaml (built in), studio.yaml") == true)
  }

  @Test("check takes the configured mapping, else the built-in one")
  func configured() async throws {
    try writeStudio()
    let plain = try await run("mapping", "check")
    #expect(plain.output.hasPrefix("avalon.yaml (built in): "), "\(plain.all)")
    let variable = try await run(
      "mapping", "check", environment: ["AVALON_SYNC_MAPPING": "shows/hulk.yaml"])
    #expect(variable.output.hasPrefix("shows/hulk.yaml: "), "\(variable.all)")
    _ = try folder.write("mapping: studio.yaml\n", to: "avalon-sync.yaml")
    #expect(try await run("mapping", "check").output.hasPrefix("studio.yaml: "))
    _ = try folder.write("mapping: shows/hulk.yaml\n", to: "other.yaml")
    let named = try await run("mapping", "check", "--config", "other.yaml")
    #expect(named.output.hasPrefix("shows/hulk.yaml: "), "\(named.all)")
  }

  @Test("check takes every mapping of the settings, with its override")
  func allConfigured() async throws {
    try writeStudio()
    _ = try folder.write(
      """
      mapping: studio.yaml
      projects:
        - {match: Hulk, mapping: shows/hulk.yaml}
        - {match: Gulls, override: {rules: {shot: {name: '${shot.nam}'}}}}
        - Others
      """, to: "avalon-sync.yaml")
    let outcome = try await run("mapping", "check")
    #expect(outcome.code == 1)
    #expect(
      outcome.output.contains("studio.yaml: ") && outcome.output.contains("shows/hulk.yaml: "))
    #expect(outcome.errors.contains("avalon-sync.yaml:4:"), "\(outcome.all)")
    #expect(outcome.errors.contains("shot has no field 'nam'"), "\(outcome.all)")
  }

  @Test("check tells all mistakes of all files, each once, and those that are sound all the same")
  func mistakes() async throws {
    try writeStudio()
    try write("extends: avalon.yaml\nrules: {shot: {name: '${shot.nam}'}}\n", to: "base.yaml")
    try write("extends: base.yaml\ndefine: {x: '${value | uppercse}'}\n", to: "a.yaml")
    try write("extends: base.yaml\n", to: "b.yaml")
    try write("extends: [c.yaml, gone.yaml, ../none/x.yaml]\n", to: "c.yaml")
    let outcome = try await run(
      "mapping", "check", "a.yaml", "b.yaml", "c.yaml", "nowhere.yaml", "studio.yaml")
    #expect(outcome.code == 1 && outcome.output.hasPrefix("studio.yaml: "), "\(outcome.all)")
    for words in [
      "there is no filter 'uppercse'", "base.yaml:4:30: error: shot has no field 'nam'",
      "c.yaml:3:11: error: mappings extend each other in a circle: c.yaml -> c.yaml",
      "c.yaml:3:19: error: there is no mapping 'gone.yaml' beside 'c.yaml'",
      "'../none/x.yaml', as seen from 'c.yaml'", "there is no mapping file 'nowhere.yaml'",
    ] {
      #expect(
        outcome.errors.components(separatedBy: words).count == 2, "\(words)\n\(outcome.errors)")
    }
  }

  @Test("What is no file is refused where a mapping names it, and a pipe is read where a user does")
  func noFiles() async throws {
    _ = try folder.folder("dir.yaml")
    try write("extends: [dir.yaml, /dev/zero, pipe.yaml]\n", to: "studio.yaml")
    mkfifo(folder.file("pipe.yaml").path, 0o600)
    let outcome = try await run("mapping", "check", "studio.yaml", "/dev/zero")
    #expect(outcome.code == 1)
    for words in ["'dir.yaml'", "'/dev/zero'", "'pipe.yaml'", "larger than 4 MiB"] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    var command = Command.avalonSync(["mapping", "check", "/dev/stdin"], environment: [:])
    command.input = MappingCommandTests.header + "extends: avalon.yaml\n"
    let piped = try await command.run()
    #expect(piped.code == 0 && piped.output.hasPrefix("/dev/stdin: "), "\(piped.all)")
  }

  @Test("plan and apply take overlays")
  func planning() async throws {
    try writeStudio()
    let file = try SnapshotText.production(shots: 1).write(to: folder)
    let outcome = try await run(
      "plan", "--mapping", "shows/hulk.yaml", "--full",
      environment: ["GAZU_URL": "snapshot:\(file)", "AVALON_MONGO": "dump:dump"])
    #expect(outcome.code == 0 && outcome.output.contains("handles"), "\(outcome.all)")
  }

  // MARK: show

  @Test("show gives a mapping that means the same, and says where each value comes from")
  func show() async throws {
    try writeStudio()
    let shown = try await run("mapping", "show", "shows/hulk.yaml")
    #expect(shown.code == 0 && shown.errors.isEmpty, "\(shown.all)")
    let lines = shown.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "# Merged from avalon.yaml (built in), studio.yaml, shows/hulk.yaml.")
    #expect(lines.contains("        handles: 8 # studio.yaml:9"))
    #expect(lines.contains("      is_prop: 'asset.asset_type.name == ''Props''' # studio.yaml:7"))
    #expect(lines.contains("  asset:") && !lines.contains("  episode:"))
    #expect(!shown.output.contains("extends:"))
    _ = try folder.write(shown.output, to: "shown.yaml")
    let again = try await run("mapping", "show", "shown.yaml")
    let plain = try await run("mapping", "show", "shows/hulk.yaml", "--plain")
    #expect(plain.output == again.output && !plain.output.contains(" # "))
    #expect(try await run("mapping", "check", "shown.yaml").code == 0)
  }

  // MARK: init

  @Test("init writes a valid overlay and never writes over a file")
  func start() async throws {
    let made = try await run("mapping", "init")
    #expect(made.code == 0 && made.output.isEmpty, "\(made.all)")
    #expect(try folder.files() == ["studio.yaml"])
    #expect(try await run("mapping", "check", "studio.yaml").code == 0)
    let text = try String(contentsOf: folder.file("studio.yaml"), encoding: .utf8)
    let again = try await run("mapping", "init", "studio.yaml", "--extends", "avalon.yaml")
    #expect(again.code == 1 && again.errors.contains("exists already"), "\(again.all)")
    #expect(try String(contentsOf: folder.file("studio.yaml"), encoding: .utf8) == text)

    _ = try folder.folder("shows")
    let show = try await run("mapping", "init", "shows/hulk.yaml", "--extends", "../studio.yaml")
    #expect(show.code == 0, "\(show.all)")
    let checked = try await run("mapping", "check", "shows/hulk.yaml")
    #expect(checked.output.hasSuffix("extends avalon.yaml (built in), studio.yaml\n"))
  }

  @Test("init refuses what could not be extended")
  func refusals() async throws {
    let itself = try await run("mapping", "init", "avalon.yaml")
    #expect(itself.code == 1 && itself.errors.contains("extend itself"), "\(itself.all)")
    let gone = try await run("mapping", "init", "--extends", "gone.yaml")
    #expect(gone.code == 1 && gone.errors.contains("no mapping 'gone.yaml'"), "\(gone.all)")
    let nowhere = try await run("mapping", "init", "no/folder/studio.yaml")
    #expect(nowhere.code == 1 && nowhere.errors.contains("cannot write"), "\(nowhere.all)")
    #expect(try await run("mapping", "init", "a.yaml", "b.yaml").code == 64)
    #expect(try folder.files().isEmpty)
  }

  @Test("init --from takes over what a project in Avalon is set up with")
  func from() async throws {
    try write(
      """
      extends: avalon.yaml
      rules:
        project:
          document:
            config:
              apps: {$seed: [{name: maya, label: 'Maya: "2018" #1'}, {name: 'null', icon: ''}]}
              groups: {$seed: [{name: cache, order: -99, color: '#C4CEDC'}]}
              template: {$seed: {work: '$${HOME}/{project}', übung: "a\\nb"}}

      """, to: "old.yaml")
    let file = try SnapshotText.production(shots: 0).write(to: folder)
    let environment = ["GAZU_URL": "snapshot:\(file)", "AVALON_MONGO": "dump:dump"]
    let applied = try await run(
      "apply", "--auto-approve", "--mapping", "old.yaml", environment: environment)
    #expect(applied.code == 0, "\(applied.all)")
    let made = try await run("mapping", "init", "--from", "snow", environment: environment)
    #expect(made.code == 0, "\(made.all)")
    let (old, new) = (
      try await run("mapping", "show", "old.yaml", "--plain"),
      try await run("mapping", "show", "studio.yaml", "--plain")
    )
    #expect(new.output == old.output)
    let unknown = try await run(
      "mapping", "init", "x.yaml", "--from", "rain", environment: environment)
    #expect(unknown.code == 1 && unknown.errors.contains("'rain'"), "\(unknown.all)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("x.yaml").path))
  }

  @Test("init --from takes the target that --target names")
  func fromTarget() async throws {
    let file = try SnapshotText.production(shots: 0).write(to: folder)
    _ = try folder.write(
      """
      kitsu: {url: "snapshot:\(file)"}
      avalon: {url: "dump:first"}
      targets: {second: {url: "dump:second", database: show}}
      projects: [{match: "*", target: second}]
      """, to: "avalon-sync.yaml")
    let applied = try await run("apply", "--auto-approve")
    #expect(applied.code == 0, "\(applied.all)")
    let first = try await run("mapping", "init", "--from", "snow")
    #expect(
      first.code == 1
        && first.errors.contains("no project 'snow' with a 'config' in the target 'avalon'"),
      "\(first.all)")
    let misspelt = try await run("mapping", "init", "--from", "snow", "--target", "secnd")
    #expect(
      misspelt.code == 1
        && misspelt.errors.contains("no target 'secnd': did you mean 'second'?"), "\(misspelt.all)")
    #expect(try await run("mapping", "init", "--target", "second").code == 64)
    let second = try await run("mapping", "init", "--from", "snow", "--target", "second")
    #expect(second.code == 0, "\(second.all)")
    let text = try String(contentsOf: folder.file("studio.yaml"), encoding: .utf8)
    #expect(text.contains("\n      config:"), "\(text)")
  }

  @Test("Help of every command tells its exit codes")
  func help() async throws {
    for command in ["check", "show", "init"] {
      let text = try await run("mapping", command, "--help")
      #expect(text.code == 0 && text.output.contains("Exit codes"), "\(text.all)")
    }
  }
}
