internal import BSON

/// The paths of many leaves, each once, so that a leaf is known by a small number.
///
/// Documents of one kind have the same leaves in the same order: a tree finds a path without making
/// names of it.
struct PathTable {
  /// A leaf of a document, lent with it.
  struct Leaf {
    let path: Int
    let field: LentField
  }

  /// Where a node's relatives stand, as places in the list of nodes; -1 for none.
  private struct Links {
    let parent: Int
    var number = -1
    var firstChild = -1
    var lastChild = -1
    var nextSibling = -1
  }

  private var names: [FieldName] = [""]
  private var links = [Links(parent: -1)]
  private(set) var paths: [FieldPath] = []
  /// What the names of all paths take in a record.
  private(set) var byteCount = 0

  mutating func number(of path: FieldPath) -> Int {
    var node = 0
    for name in path.names {
      var child = links[node].firstChild
      while child >= 0, names[child] != name { child = links[child].nextSibling }
      node = child >= 0 ? child : add(name, below: node)
    }
    return number(of: node)
  }

  private mutating func number(of node: Int) -> Int {
    if links[node].number >= 0 { return links[node].number }
    links[node].number = paths.count
    let path = path(of: node)
    byteCount += path.names.reduce(16) { $0 + $1.text.utf8.count + 16 }
    paths.append(path)
    return paths.count - 1
  }

  private func path(of node: Int) -> FieldPath {
    var path: [FieldName] = []
    var node = node
    while node > 0 {
      path.append(names[node])
      node = links[node].parent
    }
    return FieldPath(path.reversed())
  }

  private mutating func add(_ name: FieldName, below parent: Int) -> Int {
    let place = links.count
    names.append(name)
    links.append(Links(parent: parent))
    let last = links[parent].lastChild
    if last >= 0 { links[last].nextSibling = place } else { links[parent].firstChild = place }
    links[parent].lastChild = place
    return place
  }

  /// The leaves of a document, of which an empty map is one; the document must be kept meanwhile.
  mutating func leaves(of document: Document, into leaves: inout [Leaf]) {
    leaves.removeAll(keepingCapacity: true)
    var last = -1
    document.eachField { add($0, below: 0, after: &last, to: &leaves) }
  }

  /// - Parameter last: the node of the field before this one: the next one follows it as a rule.
  private mutating func add(
    _ field: LentField, below parent: Int, after last: inout Int, to leaves: inout [Leaf]
  ) {
    let node = child(of: parent, after: last, field)
    last = node
    guard field.isFilledMap else {
      return leaves.append(Leaf(path: number(of: node), field: field))
    }
    var lastChild = -1
    field.eachField { add($0, below: node, after: &lastChild, to: &leaves) }
  }

  private mutating func child(of parent: Int, after last: Int, _ field: LentField) -> Int {
    let first = links[parent].firstChild
    let expected = last >= 0 ? links[last].nextSibling : first
    if expected >= 0, field.hasName(names[expected]) { return expected }
    var child = first
    while child >= 0, !field.hasName(names[child]) { child = links[child].nextSibling }
    return child >= 0 ? child : add(field.fieldName, below: parent)
  }
}

extension FieldPath {
  /// A path of names that can be addressed, as it was written.
  init(written text: String) {
    self.init(
      text.split(separator: ".", omittingEmptySubsequences: false).map { FieldName(String($0)) })
  }
}
