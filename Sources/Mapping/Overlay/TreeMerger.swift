internal import YAML

/// Merges one tree over another. Maps merge key by key; scalars, lists and directives replace what
/// is below, whole.
struct TreeMerger {
  private let log: MistakeLog

  init(_ log: MistakeLog) { self.log = log }

  /// - Parameter base: nil where nothing is below.
  func merge(_ overlay: Node, over base: Node?, at place: MergePlace) -> Node {
    if let base, base.plainEntries != nil, overlay.isNothing { return base }
    if place.kind == .when, overlay.text != nil || base?.text != nil {
      return mergeCondition(overlay, over: base, at: place)
    }
    guard let entries = overlay.plainEntries else { return overlay }
    return Node(
      content: .mapping(merge(entries, over: base?.plainEntries ?? [], at: place)),
      position: overlay.position)
  }

  /// Of two `when` one is a text: the condition named `when`.
  private func mergeCondition(_ overlay: Node, over base: Node?, at place: MergePlace) -> Node {
    guard let base, overlay.text == nil || base.text == nil else { return overlay }
    return merge(conditions(overlay), over: conditions(base), at: place)
  }

  private func conditions(_ node: Node) -> Node {
    guard node.text != nil else { return node }
    let key = Node(content: .scalar(Node.Scalar(text: "when")), position: node.position)
    return Node(content: .mapping([Node.Entry(key: key, value: node)]), position: node.position)
  }

  /// The keys below keep their order and new ones follow; new rules come first, as the first rule
  /// that holds is taken and a special case is what overlays add.
  private func merge(
    _ overlay: [Node.Entry], over base: [Node.Entry], at place: MergePlace
  ) -> [Node.Entry] {
    let indices = Dictionary(
      base.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var kept = base.map(Optional.some)
    var added: [Node.Entry] = []
    for entry in overlay {
      let index = indices[entry.name]
      let value = index.map { base[$0].value }
      let merged = merge(
        entry, over: value, at: place.inner(entry, over: value, known: base))
      if let index { kept[index] = merged } else if let merged { added.append(merged) }
    }
    return place.kind == .rules ? added + kept.compactMap(\.self) : kept.compactMap(\.self) + added
  }

  private func merge(
    _ entry: Node.Entry, over base: Node?, at place: MergePlace
  ) -> Node.Entry? {
    switch OverlayOperation(entry.value) {
    case .remove: return remove(entry, from: base, at: place)
    case .append(let items):
      return append(items, entry, to: base, at: place)
    case nil:
      return Node.Entry(key: entry.key, value: merge(entry.value, over: base, at: place))
    }
  }

  private func remove(
    _ entry: Node.Entry, from base: Node?, at place: MergePlace
  ) -> Node.Entry? {
    if place.isDeferred, base.map({ OverlayOperation($0) != nil }) ?? true { return entry }
    if base == nil {
      log.report(
        "there is no '\(entry.name)' to remove", at: entry.key.position, hint: place.hint)
    }
    return nil
  }

  private func append(
    _ items: [Node], _ entry: Node.Entry, to base: Node?, at place: MergePlace
  ) -> Node.Entry? {
    guard let base else {
      if place.isDeferred { return entry }
      log.report(
        "there is no list '\(entry.name)' to append to", at: entry.key.position, hint: place.hint)
      return nil
    }
    guard let list = appended(items, to: base) else {
      log.report(
        "'\(entry.name)' is no list below, but \(base.kind)", at: entry.key.position,
        hint: "it stands at \(base.position)")
      return Node.Entry(key: entry.key, value: base)
    }
    return Node.Entry(key: entry.key, value: list)
  }

  /// A list, or the one list inside `$seed` or inside an `$append` that waits, with more items.
  private func appended(_ items: [Node], to base: Node) -> Node? {
    if let old = base.items {
      return Node(content: .sequence(old + items), position: base.position)
    }
    guard let entry = base.entries?.first, base.entries?.count == 1,
      ["$seed", "$append"].contains(entry.name), let old = entry.value.items
    else { return nil }
    let list = Node(content: .sequence(old + items), position: entry.value.position)
    return Node(
      content: .mapping([Node.Entry(key: entry.key, value: list)]), position: base.position)
  }
}
