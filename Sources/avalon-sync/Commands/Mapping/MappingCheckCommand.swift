internal import ArgumentParser
internal import Mapping
internal import YAML

struct MappingCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Finds every mistake in mappings, without any server.",
    discussion: """
      Without a file it checks all mappings of the settings, with their overrides, else the built-in \
      one. A bare name that is no file means the built-in mapping of that name.

      Exit codes: 0 no mistake; 1 mistakes, or a file cannot be read; 64 wrong use of the command.
      """)

  @OptionGroup var configured: ConfiguredMapping

  @Argument(help: "The mapping files.")
  var files: [String] = []

  func run() async throws {
    try await Guarded.run {
      let named = files.map { (file: Optional($0), override: Node?.none) }
      let mappings = named.isEmpty ? try configured.reader().mappings() : named
      var told: Set<String> = []
      var isSound = true
      for mapping in mappings {
        do {
          Console.product(try MappingCheckCommand.check(mapping.file, mapping.override) + "\n")
        } catch {
          isSound = false
          // Two files may extend one that has a mistake.
          for mistake in MappingCheckCommand.mistakes(error) where told.insert(mistake).inserted {
            Console.talk(mistake)
          }
        }
      }
      if !isSound { throw ExitCode(1) }
    }
  }

  private static func check(_ path: String?, _ override: Node?) throws -> String {
    let merged = try MappingFiles.load(path, override: override)
    _ = try CompiledMapping.compile(merged)
    let count = merged.root["rules"]?.entries?.count ?? 0
    let (file, extended) = (merged.files.last, merged.files.dropLast())
    let name = file.map(MappingFiles.shown) ?? ""
    let place = override.map { " + override at \($0.position)" } ?? ""
    let rules = "\(name)\(place): \(count) \(count == 1 ? "rule" : "rules")"
    guard !extended.isEmpty else { return rules }
    return "\(rules), extends \(extended.map(MappingFiles.shown).joined(separator: ", "))"
  }

  private static func mistakes(_ error: any Error) -> [String] {
    (error as? Diagnostics)?.all.map(\.description) ?? ["avalon-sync: \(error)"]
  }
}
