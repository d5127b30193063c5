internal import ArgumentParser

struct MappingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mapping",
    abstract: "Writes, checks and shows mappings.",
    discussion: """
      A mapping says what Kitsu's entities become in Avalon. A studio's own one extends a mapping \
      that is built in and says only what is different:

        avalon-sync mapping init studio.yaml
        avalon-sync mapping check studio.yaml
        avalon-sync plan --mapping studio.yaml
      """,
    subcommands: [
      MappingInitCommand.self, MappingCheckCommand.self, MappingShowCommand.self,
      MappingTestCommand.self, MappingSchemaCommand.self,
    ])
}

/// The settings file, for commands that look at the configured mapping.
struct ConfiguredMapping: ParsableArguments {
  @Option(help: "The settings file (default: avalon-sync.yaml, where there is one).")
  var config: String?

  /// The mapping's file; nil where none is configured.
  func path() throws -> String? { try reader().mapping() }

  func reader() throws -> SettingsReader {
    try SettingsReader(try SharedOptions.parse(config.map { ["--config=\($0)"] } ?? []))
  }
}
