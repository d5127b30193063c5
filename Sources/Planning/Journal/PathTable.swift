internal import BSON

/// The paths of many leaves, each once, so that a leaf is known by a small number.
///
/// Documents of one kind have the same leaves in the same order: a tree finds a path without making
/// names of it.
final class PathTable {
  private final class Node {
    let name: FieldName
    /// From the root to this one.
    let names: [FieldName]
    var number: Int?
    private var children: [Node] = []
    /// Where the last child was found: the next one follows it as a rule.
    private var hint = 0

    init(_ name: FieldName, _ names: [FieldName]) {
      self.name = name
      self.names = names
    }

    func child(of element: Element) -> Node {
      for step in 0..<children.count {
        let place = (hint + step) % children.count
        if element.hasName(children[place].name) {
          hint = place + 1
          return children[place]
        }
      }
      return add(FieldName(element.name))
    }

    func child(named name: FieldName) -> Node {
      children.first { $0.name == name } ?? add(name)
    }

    private func add(_ name: FieldName) -> Node {
      let node = Node(name, names + [name])
      children.append(node)
      return node
    }
  }

  private let root = Node("", [])
  private(set) var paths: [FieldPath] = []

  func number(of path: FieldPath) -> Int {
    number(of: path.names.reduce(root) { $0.child(named: $1) })
  }

  private func number(of node: Node) -> Int {
    if let number = node.number { return number }
    node.number = paths.count
    paths.append(FieldPath(node.names))
    return paths.count - 1
  }

  /// Calls back with each leaf of a document: an empty map is one.
  func leaves(of document: Document, _ body: (Int, Element) -> Void) {
    leaves(of: document, root, body)
  }

  private func leaves(of document: Document, _ node: Node, _ body: (Int, Element) -> Void) {
    for element in document {
      let child = node.child(of: element)
      if let map = element.document, !map.isEmpty {
        leaves(of: map, child, body)
      } else {
        body(number(of: child), element)
      }
    }
  }
}

extension FieldPath {
  /// A path of names that can be addressed, as it was written.
  init(written text: String) {
    self.init(
      text.split(separator: ".", omittingEmptySubsequences: false).map { FieldName(String($0)) })
  }
}
