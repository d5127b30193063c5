internal import BSON

/// The paths of many leaves, each once, so that a leaf is known by a small number.
///
/// Documents of one kind have the same leaves in the same order: a tree finds a path without making
/// names of it.
final class PathTable {
  private final class Node {
    let name: FieldName
    var children: [Node] = []
    var number: Int?
    /// Where the last child was found: the next one follows it as a rule.
    var hint = 0

    init(_ name: FieldName) { self.name = name }

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
      let node = Node(name)
      children.append(node)
      return node
    }
  }

  private let root = Node("")
  private(set) var paths: [FieldPath] = []

  func number(of path: FieldPath) -> Int {
    number(at: path.names.reduce(root) { $0.child(named: $1) }, path)
  }

  private func number(at node: Node, _ path: @autoclosure () -> FieldPath) -> Int {
    if let number = node.number { return number }
    node.number = paths.count
    paths.append(path())
    return paths.count - 1
  }

  /// Calls back with each leaf of a document: an empty map is one.
  func leaves(of document: Document, _ body: (Int, Element) -> Void) {
    leaves(of: document, root, [], body)
  }

  private func leaves(
    of document: Document, _ node: Node, _ names: [FieldName], _ body: (Int, Element) -> Void
  ) {
    for element in document {
      let child = node.child(of: element)
      if let map = element.document, !map.isEmpty {
        leaves(of: map, child, names + [child.name], body)
      } else {
        body(number(at: child, FieldPath(names + [child.name])), element)
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
