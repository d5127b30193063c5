/// The parts of `mappings/README.md` that are written from the language's own tables, so that the
/// page never says anything else than the program does.
///
/// A part stands between `<!-- generated: NAME -->` and `<!-- end -->`; all else is written by hand.
enum Reference {
  /// The parts by name.
  static let parts: [String: String] = [
    "operators": ReferenceTables.operators, "functions": ReferenceTables.functions,
    "sources": ReferenceTables.sources, "filters": ReferenceTables.filters,
    "steps": ReferenceTables.steps, "directives": ReferenceTables.directives,
  ]

  /// A part that a page names and that is not known, or that is not closed.
  struct UnknownPart: Error {
    let name: String
  }

  /// The page with every part written anew.
  static func rewrite(_ page: String) throws(UnknownPart) -> String {
    var lines: [Substring] = []
    var open: String?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "<!-- end -->" { open = nil }
      if open == nil { lines.append(line) }
      guard line.hasPrefix(start), line.hasSuffix(" -->") else { continue }
      let name = String(line.dropFirst(start.count).dropLast(4))
      guard open == nil, let part = parts[name] else { throw UnknownPart(name: name) }
      lines += part.split(separator: "\n", omittingEmptySubsequences: false)
      open = name
    }
    if let open { throw UnknownPart(name: open) }
    return lines.joined(separator: "\n")
  }

  private static let start = "<!-- generated: "
}
