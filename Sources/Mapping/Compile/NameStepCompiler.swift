internal import YAML

/// Reads the steps of name filters.
struct NameStepCompiler {
  private let mapping: MappingCompiler

  init(_ mapping: MappingCompiler) { self.mapping = mapping }

  func step(_ node: Node) -> TextStep? {
    switch node.text {
    case "lowercase": return .lowercase
    case "uppercase": return .uppercase
    default: break
    }
    guard let entry = node.entries?.first, node.entries?.count == 1 else {
      return unknownStep(node)
    }
    switch (entry.name, entry.value.text) {
    case ("fold", "ascii"): return .foldASCII
    case ("normalise", "nfkc"): return .normalise
    case ("prefix", let text?) where !text.isEmpty: return .prefix(text)
    case ("suffix", let text?) where !text.isEmpty: return .suffix(text)
    case ("replace", _):
      mapping.checkKeys(entry.value, ["pattern", "with"], in: "'replace'")
      guard let pattern = entry.value["pattern"], let replacement = entry.value["with"]?.text else {
        mapping.expressions.report("'replace' needs 'pattern' and 'with'", at: node.position)
        return nil
      }
      return mapping.pattern(pattern).map { .replace($0, with: replacement) }
    case ("squeeze", let text?) where text.count == 1: return .squeeze(Character(text))
    case ("trim", let text?) where text.count == 1: return .trim(Character(text))
    case ("truncate", let text?):
      guard let length = Int(text), NameStep.lengths.contains(length) else {
        mapping.expressions.report(
          "'truncate' takes a length from 16 to 255", at: entry.value.position)
        return nil
      }
      return .truncate(length)
    default: return unknownStep(node)
    }
  }

  private func unknownStep(_ node: Node) -> TextStep? {
    let name = node.text ?? node.entries?.first?.name
    let step = NameStep.all.first { $0.name == name }
    let near = Suggestion.nearest(to: name ?? "", in: NameStep.all.map(\.name))
    mapping.expressions.report(
      step.map { "the step '\($0.name)' is not written like this" }
        ?? name.map { "there is no step '\($0)' of a name filter" }
        ?? "a step of a name filter is a word or a map of one key",
      at: node.position,
      hint: step.map { "write: \($0.usage)" } ?? near.map { "did you mean '\($0)'?" }
        ?? "steps are \(NameStep.all.map(\.usage).joined(separator: ", "))")
    return nil
  }
}
