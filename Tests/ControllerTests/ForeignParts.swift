import BSON
import Identity
import Mapping

/// What of a document belongs to others: all that no plan of ours may alter, not even in its bytes.
struct ForeignParts: Equatable {
  private var fields: [String: Document] = [:]

  /// - Parameter owned: the paths that the mapping writes.
  init(_ document: Document, owned: Set<FieldPath>) {
    collect(document, [], owned)
  }

  private mutating func collect(_ document: Document, _ path: FieldPath, _ owned: Set<FieldPath>) {
    for element in document {
      let name = FieldName(element.name)
      let inner = path.appending(name)
      if inner.starts(with: Link.path) || inner == ["name"] { continue }
      if owned.contains(inner), name.isAddressable {
        collectWithin(element, inner)
      } else if let map = element.document, name.isAddressable,
        owned.contains(where: { $0.starts(with: inner) })
      {
        collect(map, inner, owned)
      } else if name.isAddressable, owned.contains(where: { $0.starts(with: inner) }) {
        // A value in the place of a map of ours: null is replaced, all else is held.
        if element.type != .null { keep(inner, element) }
      } else {
        keep(inner, element)
      }
    }
  }

  /// Inside our own maps: keys that no path reaches. In merged lists: what an artist put there.
  private mutating func collectWithin(_ element: Element, _ path: FieldPath) {
    for item in element.document ?? .empty where !FieldName(item.name).isAddressable {
      keep(path.appending(FieldName(item.name)), item)
    }
    guard path == ["data", "tasks"], let list = element.array else { return }
    for item in list where item.string?.hasPrefix("artist") ?? true {
      keep(path.appending(FieldName(JSONText.write(item.value))), item)
    }
  }

  private mutating func keep(_ path: FieldPath, _ element: Element) {
    fields[path.description] = DocumentWriter.document { $0.append("", element) }
  }
}

extension CompiledMapping {
  /// The paths that its rules write to an existing document.
  var ownedPaths: Set<FieldPath> {
    Set(ownedFields.values.joined().filter { $0.ownership != .seed }.map(\.path))
  }
}
