internal import BSON
internal import Controller
internal import Mapping
internal import Report
internal import ShippedMappings
internal import YAML

/// The mappings of a run, each compiled once.
struct Mappings {
  private struct Ready {
    let mapping: CompiledMapping
    /// The file, as people know it.
    let name: String
    /// SHA-256 over the merged mapping, whatever files it stands in.
    let digest: String
  }

  private let overrides: [String: Node]
  private var ready: [MappingChoice: Ready]

  /// - Parameter earlier: what it has is not compiled again.
  /// - Throws: ``Diagnostics`` with the mistakes of all of them.
  init(
    _ choices: some Sequence<MappingChoice>, overrides: [String: Node],
    besides earlier: Mappings? = nil
  ) throws {
    self.overrides = overrides
    ready = earlier?.ready ?? [:]
    var mistakes: [Diagnostic] = []
    for choice in choices where ready[choice] == nil {
      do {
        ready[choice] = try load(choice)
      } catch let found as Diagnostics {
        mistakes += found.all
      }
    }
    guard mistakes.isEmpty else { throw Diagnostics(Mappings.unique(mistakes)) }
  }

  /// A file that several projects override has its own mistakes once.
  private static func unique(_ mistakes: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<String> = []
    return mistakes.filter { seen.insert($0.description).inserted }
  }

  private func load(_ choice: MappingChoice) throws -> Ready {
    let merged = try MappingFiles.load(
      choice.file, override: choice.overrideAt.flatMap { overrides[$0] })
    let mapping = try CompiledMapping.compile(merged)
    return Ready(
      mapping: mapping, name: merged.files.last.map(MappingFiles.shown) ?? mapping.name,
      digest: Digest.sha256(YAMLWriter.text(merged.root)))
  }

  subscript(choice: MappingChoice) -> CompiledMapping? { ready[choice]?.mapping }

  /// Nil where no project of this run has it.
  func digest(_ choice: MappingChoice) -> String? { ready[choice]?.digest }

  /// As reports name it. It may be one that no project of this run has, and so was not compiled.
  func label(_ choice: MappingChoice) -> String {
    let name =
      ready[choice]?.name ?? choice.file ?? "\(ShippedMappings.defaultName) (built in)"
    return name + (choice.overrideAt.map { " + override at \($0)" } ?? "")
  }
}
