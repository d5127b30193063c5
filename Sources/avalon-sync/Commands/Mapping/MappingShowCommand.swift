internal import ArgumentParser
internal import Mapping
internal import Report
internal import YAML

struct MappingShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a mapping merged with all that it extends.",
    discussion: """
      The result is a mapping that means the same. Behind each value that does not come from the \
      first of the merged files stands the place that it comes from.

      Exit codes: 0 shown; 1 the files cannot be merged; 64 wrong use of the command.
      """)

  @OptionGroup var configured: ConfiguredMapping

  @Flag(help: "Leave out the comments that say where values come from.")
  var plain = false

  @Argument(help: "The mapping file (default: the one of the settings, else the built-in one).")
  var file: String?

  func run() async throws {
    try await Guarded.run {
      let merged = try MappingFiles.load(try file ?? configured.path())
      Console.product(
        plain ? YAMLWriter.text(merged.root) : MappingShowCommand.withOrigins(merged))
    }
  }

  private static func withOrigins(_ merged: MergedMapping) -> String {
    let files = merged.files.map { SafeText.line(MappingFiles.shown($0)) }
    guard let first = merged.files.first, files.count > 1 else {
      return YAMLWriter.text(merged.root)
    }
    let header = """
      # Merged from \(files.joined(separator: ", ")).
      # What has no place behind it comes from \(files[0]).

      """
    return header
      + YAMLWriter.text(merged.root) { node in
        let place = node.position
        return place.file === first ? nil : SafeText.line("\(place.file.name):\(place.line)")
      }
  }
}
