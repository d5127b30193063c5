package import YAML

/// A mapping with all that it extends as one tree, in which every value keeps the place where it
/// stands in its own file.
package struct MergedMapping: Sendable {
  package let root: Node
  /// The files that were merged, base first, each once; the last is the one that was asked for.
  package let files: [SourceText]

  /// Merges a mapping file over the files that its `extends` names.
  ///
  /// Files first, then rules: what an overlay says of a rule is merged into the rule as it is
  /// written, and then each rule that has an `extends` over the rule that it names.
  /// - Parameter override: an overlay that is no file of its own, merged last. It has neither
  ///   `apiVersion` nor `kind` nor `extends`.
  /// - Throws: every mistake of merging in all files. The mapping itself is checked by
  ///   ``CompiledMapping/compile(_:)-(MergedMapping)``.
  package static func merge(
    _ source: SourceText, override: Node? = nil, library: MappingLibrary
  ) throws(Diagnostics) -> MergedMapping {
    let log = MistakeLog()
    var reader = MappingFileReader(library, log)
    var root = reader.read(source)
    if let override { root = root.map { merge(override, over: $0, log) } }
    guard log.all.isEmpty, let merged = root else { throw Diagnostics(log.all) }
    let resolved = RuleInheritance.resolve(merged, log)
    guard log.all.isEmpty else { throw Diagnostics(log.all) }
    return MergedMapping(root: resolved, files: reader.files)
  }

  private static func merge(_ override: Node, over root: Node, _ log: MistakeLog) -> Node {
    guard let entries = override.entries else {
      log.report("an override is a map, not \(override.kind)", at: override.position)
      return root
    }
    for entry in entries where ["apiVersion", "kind", "extends"].contains(entry.name) {
      log.report("'\(entry.name)' has no place in an override", at: entry.key.position)
    }
    OperationCheck(log).check(file: override)
    let merged = TreeMerger(log).merge(override, over: root, at: MergePlace(.root))
    // The mapping keeps the name of its file.
    return Node(content: merged.content, position: root.position)
  }
}

extension CompiledMapping {
  /// Checks a mapping that was merged.
  /// - Throws: every mistake in it, each at its place in its own file.
  package static func compile(_ merged: MergedMapping) throws(Diagnostics) -> CompiledMapping {
    try MappingCompiler.compile(merged.root)
  }
}
