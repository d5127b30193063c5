/// Writes a tree as YAML that is read back as the same tree.
///
/// Maps stand in block style; lists, directives and what is in them between braces, where that fits
/// into a line and comes from one file. Aliases are written out.
package struct YAMLWriter {
  private static let width = 100
  /// YAML takes longer keys only behind a `?`.
  private static let longestKey = 1000

  private let comment: (Node) -> String?

  /// - Parameter comment: what is said behind a scalar, and behind a list or a directive in one line:
  ///   one line without control characters.
  package static func text(
    _ node: Node, comment: @escaping (Node) -> String? = { _ in nil }
  ) -> String {
    // A file with nothing in it would be no YAML.
    if case .scalar(let scalar) = node.content, scalar.text.isEmpty {
      return ScalarText(scalar).line(.flow) + "\n"
    }
    let block = YAMLWriter(comment: comment).block(node, isNested: false, indentation: 0)
    return block.lines.map { $0 + "\n" }.joined()
  }

  private init(comment: @escaping (Node) -> String?) { self.comment = comment }

  /// A value's lines. Where it starts in the line of its key, the other lines are indented already.
  private struct Block {
    var lines: [String]
    let startsInLine: Bool
  }

  /// - Parameter isNested: stands inside a list or a directive.
  private func block(_ node: Node, isNested: Bool, indentation: Int) -> Block {
    if case .scalar(let scalar) = node.content { return block(scalar, node) }
    let isNested = isNested || node.items != nil || node.isDirective
    let width = node.isEmpty ? Int.max : isNested ? YAMLWriter.width - indentation : 0
    if let flow = flow(node, within: width) {
      return Block(lines: [commented(flow, node)], startsInLine: true)
    }
    let inner = indentation + 2
    let parts =
      (node.items ?? []).map { item($0, indentation: inner) }
      + (node.entries ?? []).map { entry($0, isNested: isNested, indentation: inner) }
    return Block(lines: Array(parts.joined()), startsInLine: false)
  }

  private func block(_ scalar: Node.Scalar, _ node: Node) -> Block {
    let written = ScalarText(scalar)
    guard var lines = written.blockLines else {
      return Block(lines: [commented(written.line(.block), node)], startsInLine: true)
    }
    lines[0] = commented(lines[0], node)
    return Block(lines: [lines[0]] + indented(lines.dropFirst()), startsInLine: true)
  }

  private func item(_ node: Node, indentation: Int) -> [String] {
    let block = block(node, isNested: true, indentation: indentation)
    let rest = block.lines.dropFirst()
    return [joined("-", block.lines[0])] + (block.startsInLine ? Array(rest) : indented(rest))
  }

  private func entry(_ entry: Node.Entry, isNested: Bool, indentation: Int) -> [String] {
    let key = self.key(entry)
    let isLong = key.utf8.count > YAMLWriter.longestKey
    let block = block(
      entry.value, isNested: isNested, indentation: indentation + (isLong ? 0 : key.count))
    let head = isLong ? ":" : "\(key):"
    let lines =
      block.startsInLine
      ? [joined(head, block.lines[0])] + block.lines.dropFirst()
      : [head] + indented(block.lines[...])
    return isLong ? ["? \(key)"] + lines : lines
  }

  /// Written as inside braces, which is right everywhere.
  private func key(_ entry: Node.Entry) -> String {
    guard case .scalar(let scalar) = entry.key.content, !scalar.text.isEmpty else { return "''" }
    return ScalarText(scalar).line(.flow)
  }

  private func indented(_ lines: ArraySlice<String>) -> [String] {
    lines.map { $0.isEmpty ? $0 : "  \($0)" }
  }

  private func commented(_ text: String, _ node: Node) -> String {
    guard let comment = comment(node) else { return text }
    return joined(text, "# \(comment)")
  }

  private func joined(_ head: String, _ tail: String) -> String {
    head.isEmpty || tail.isEmpty ? head + tail : "\(head) \(tail)"
  }

  // MARK: Between braces

  /// Nil where it is longer, or where a comment could not say from which file each part comes.
  private func flow(_ node: Node, within width: Int) -> String? {
    var text = ""
    switch node.content {
    case .scalar(let scalar): text = ScalarText(scalar).line(.flow)
    case .sequence(let items):
      for item in items {
        guard let part = flow(part: item, of: node, within: width - text.count) else { return nil }
        text += text.isEmpty ? part : ", \(part)"
      }
      text = "[\(text)]"
    case .mapping(let entries):
      for entry in entries {
        guard let part = flow(part: entry.value, of: node, within: width - text.count) else {
          return nil
        }
        text += (text.isEmpty ? "" : ", ") + "\(key(entry)): \(part)"
      }
      text = "{\(text)}"
    }
    return text.count < width ? text : nil
  }

  private func flow(part: Node, of node: Node, within width: Int) -> String? {
    guard width > 0, part.position.file === node.position.file else { return nil }
    return flow(part, within: width)
  }
}

extension Node {
  fileprivate var isDirective: Bool { entries?.contains { $0.name.hasPrefix("$") } ?? false }
  fileprivate var isEmpty: Bool { items?.isEmpty ?? entries?.isEmpty ?? false }
}
