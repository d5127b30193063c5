package import YAML

/// Writes an overlay to start from: it changes nothing as it is, and each of its examples is valid
/// as soon as it is no comment any more.
package struct OverlayStarter {
  private let file: String
  private let extended: String
  private let library: MappingLibrary
  private var seeds: [OverlayPart] = []

  /// - Parameters:
  ///   - file: the file that the overlay is for.
  ///   - extended: the mapping that it extends, as the file names it.
  package init(file: String, extends extended: String, library: MappingLibrary) {
    self.file = file
    self.extended = extended
    self.library = library
  }

  /// Lets new projects start with what a project in Avalon has.
  /// - Parameters:
  ///   - values: fields of `config`.
  ///   - project: its name, on one line.
  /// - Throws: the mistakes of the mapping that is extended.
  /// - Returns: false where no rule of it writes the project document.
  package mutating func addSeeds(
    _ values: [(name: String, value: Node)], from project: String
  ) throws(Diagnostics) -> Bool {
    let rules = try merged([]).root["rules"]?.entries ?? []
    guard let rule = rules.first(where: { OverlayStarter.writesProject($0.value) }) else {
      return false
    }
    for (name, value) in values {
      let about = seeds.isEmpty ? "New projects start with what \(project) has." : ""
      seeds.append(
        OverlayPart(
          path: ["rules", rule.name, "document", "config"], about: about,
          text: YAMLWriter.text(Node(key: name, Node(key: "$seed", value)))))
    }
    return true
  }

  private static func writesProject(_ rule: Node) -> Bool {
    rule["from"]?.text == "project" && rule["for_each"] == nil && rule["as"] == nil
  }

  /// - Throws: the mistakes of the mapping that is extended.
  package func text() throws(Diagnostics) -> String {
    _ = try CompiledMapping.compile(try merged(seeds))
    let examples = OverlayPart.examples.filter { isValid($0.uncommented) }
    return text(of: seeds + examples)
  }

  /// An example may be about something that the extended mapping does not have.
  private func isValid(_ example: OverlayPart) -> Bool {
    do throws(Diagnostics) {
      _ = try CompiledMapping.compile(try merged([example]))
      return true
    } catch {
      return false
    }
  }

  private func merged(_ parts: [OverlayPart]) throws(Diagnostics) -> MergedMapping {
    try MergedMapping.merge(SourceText(name: file, text: text(of: parts)), library: library)
  }

  // MARK: Text

  private func text(of parts: [OverlayPart]) -> String {
    let header = """
      # How this studio's documents differ from those of \(extended). What is not said here stays as
      # it is there.
      #
      #     avalon-sync mapping check \(file)    finds every mistake
      #     avalon-sync mapping show \(file)     the whole mapping, and where each value stands
      #     avalon-sync plan --mapping \(file)   what changes in Avalon
      #
      # The examples are commented out: take away the '#' of those that you want. A key with nothing
      # behind it changes nothing. Maps are merged key by key, any other value replaces the one below,
      # {$remove: true} takes a key away and {$append: […]} adds to a list.
      apiVersion: avalon-sync/v1
      kind: Mapping
      """
    let extends = YAMLWriter.text(Node(key: "extends", Node(word: extended))).dropLast()
    let lines = [header, String(extends)] + section(parts, depth: 0)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The parts that stand in a map, then the maps in it.
  private func section(_ parts: [OverlayPart], depth: Int) -> [String] {
    var blocks = parts.filter { $0.path.count == depth }.map(\.lines)
    let inner = parts.filter { $0.path.count > depth }
    var names: [String] = []
    for part in inner where !names.contains(part.path[depth]) { names.append(part.path[depth]) }
    for name in names {
      let key = YAMLWriter.text(Node(key: name, Node(plain: ""))).dropLast()
      let lines = section(inner.filter { $0.path[depth] == name }, depth: depth + 1)
      blocks.append([String(key)] + lines.map { $0.isEmpty ? $0 : "  \($0)" })
    }
    // Sections and rules stand apart from each other.
    return depth == 0
      ? blocks.flatMap { [""] + $0 } : Array(blocks.joined(separator: depth == 1 ? [""] : []))
  }
}
