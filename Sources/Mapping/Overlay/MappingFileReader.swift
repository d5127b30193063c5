internal import YAML

/// Reads a mapping file with all that it extends, base first, each merged over those before it.
struct MappingFileReader {
  private static let maximumFiles = 32
  private static let header = ["apiVersion", "kind"]

  private let library: MappingLibrary
  private let log: MistakeLog
  /// Each file that was merged, once.
  private(set) var files: [SourceText] = []
  private var count = 0
  /// A file is missing: what is merged over it would only give mistakes that are none.
  private var isBroken = false

  init(_ library: MappingLibrary, _ log: MistakeLog) {
    self.library = library
    self.log = log
  }

  /// - Returns: the merged file, without `extends`; nil where it cannot be read.
  mutating func read(_ source: SourceText) -> Node? {
    guard let root = parse(source) else { return nil }
    let body = merge(root, of: source, over: nil, chain: [source])
    // The compiler checks the header of the file that was asked for.
    let header = (root.entries ?? []).filter { MappingFileReader.header.contains($0.name) }
    return Node(content: .mapping(header + (body?.entries ?? [])), position: root.position)
  }

  private func parse(_ source: SourceText) -> Node? {
    do {
      let root = try YAML.parse(source)
      if root.entries != nil { return root }
      log.report("a mapping is a map, not \(root.kind)", at: root.position)
    } catch {
      log.report(error)
    }
    return nil
  }

  private mutating func merge(
    _ root: Node, of source: SourceText, over base: Node?, chain: [SourceText]
  ) -> Node? {
    OperationCheck(log).check(file: root)
    count += 1
    var base = base
    for name in extended(by: root) {
      guard count < MappingFileReader.maximumFiles else {
        isBroken = true
        log.report(
          "more than \(MappingFileReader.maximumFiles) files are merged", at: name.position)
        break
      }
      guard let found = find(name, chain) else {
        isBroken = true
        continue
      }
      // What two files extend is merged once, below both: again, it would undo the first of them.
      if files.contains(where: { $0.isSame(as: found) }) { continue }
      guard let inner = parse(found) else {
        isBroken = true
        continue
      }
      checkHeader(inner)
      base = merge(inner, of: found, over: base, chain: chain + [found])
    }
    if !files.contains(where: { $0.isSame(as: source) }) { files.append(source) }
    guard !isBroken else { return nil }
    let emptiness = base == nil ? "this mapping extends no other" : nil
    return TreeMerger(log).merge(
      body(of: root), over: base, at: MergePlace(.root, emptiness: emptiness))
  }

  private func body(of root: Node) -> Node {
    let entries = (root.entries ?? []).filter {
      $0.name != "extends" && !MappingFileReader.header.contains($0.name)
    }
    return Node(content: .mapping(entries), position: root.position)
  }

  private func checkHeader(_ root: Node) {
    for (key, wanted) in [("apiVersion", MappingCompiler.apiVersion), ("kind", "Mapping")]
    where root[key]?.text != wanted {
      log.report(
        "'\(key)' must be '\(wanted)'", at: root[key]?.position ?? root.position,
        hint: "write: \(key): \(wanted)")
    }
  }

  // MARK: Names of files

  private func extended(by root: Node) -> [Node] {
    guard let node = root["extends"] else { return [] }
    let names = node.items ?? [node]
    for name in names where name.text?.isEmpty ?? true {
      log.report(
        "'extends' names a mapping, or is a list of such names", at: name.position,
        hint: "extends: avalon.yaml")
    }
    return names.filter { $0.text?.isEmpty == false }
  }

  private func find(_ node: Node, _ chain: [SourceText]) -> SourceText? {
    let name = node.text ?? ""
    do {
      guard let found = try library.find(name, chain.last) else {
        reportMissing(name, node, chain)
        return nil
      }
      guard !chain.contains(where: { $0.isSame(as: found) }) else {
        log.report(
          "mappings extend each other in a circle: \(shown(chain.map(\.name) + [found.name]))",
          at: node.position)
        return nil
      }
      return found
    } catch {
      log.report("\(error)", at: node.position)
      return nil
    }
  }

  private func reportMissing(_ name: String, _ node: Node, _ chain: [SourceText]) {
    let asked = chain.last?.name ?? ""
    let isBare = !name.contains("/")
    let message =
      isBare
      ? "there is no mapping '\(name)' beside '\(asked)', and none of that name is built in"
      : "there is no mapping file '\(name)', as seen from '\(asked)'"
    let way = chain.count > 1 ? " (\(shown(chain.map(\.name) + [name])))" : ""
    log.report(message + way, at: node.position, hint: hint(for: name))
  }

  private func hint(for name: String) -> String? {
    guard !library.builtIn.isEmpty else { return nil }
    let near = Suggestion.nearest(to: String(name.prefix(100)), in: library.builtIn)
    return near.map { "did you mean '\($0)'?" }
      ?? "built in are \(library.builtIn.joined(separator: ", "))"
  }

  private func shown(_ names: [String]) -> String { names.joined(separator: " -> ") }
}

extension SourceText {
  /// Whether both are one file. A file of the user may be named like one that is built in.
  fileprivate func isSame(as other: SourceText) -> Bool {
    self === other || (name == other.name && bytes == other.bytes)
  }
}
