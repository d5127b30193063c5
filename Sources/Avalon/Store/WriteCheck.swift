internal import BSON

/// What is found wrong in an operation before a store is asked. Both stores refuse the same.
enum WriteCheck {
  /// MongoDB's limit for a document, in bytes.
  static let maximumDocumentSize = 16 * 1024 * 1024

  /// Why the operation cannot be written, or nil.
  static func refusal(of operation: WriteOperation, limit: Int) -> String? {
    switch operation {
    case .insert(let document):
      guard document[AvalonFields.idField]?.objectID != nil else {
        return "a new document needs an ObjectId as its _id"
      }
      return tooLarge(document.byteCount, limit: limit)
    case .update(let update):
      return refusal(of: update.expected.map(\.path) + update.set.map(\.path) + update.unset)
    case .delete(let removal): return refusal(of: removal.expected.map(\.path))
    }
  }

  static func tooLarge(_ size: Int, limit: Int) -> String? {
    guard size > limit else { return nil }
    return "the document has \(size) bytes, \(size - limit) more than MongoDB's limit of \(limit)"
  }

  private static func refusal(of paths: [FieldPath]) -> String? {
    for path in paths {
      guard !path.names.isEmpty, path.names.allSatisfy(\.isAddressable) else {
        return "the path \(path.description.debugDescription) cannot be addressed: a field's name"
          + " is empty, holds a dot or NUL, or begins with $"
      }
      if path.names[0] == AvalonFields.idField { return "a document's _id cannot be changed" }
    }
    return nil
  }
}

extension DocumentUpdate {
  /// Every map on the way to a path of this update, each once: all of them must be maps, or be
  /// made, when the update is written.
  var ancestors: [FieldPath] {
    FieldPath.ancestors(of: expected.map(\.path) + set.map(\.path) + unset)
  }
}

extension DocumentRemoval {
  /// As those of an update.
  var ancestors: [FieldPath] { FieldPath.ancestors(of: expected.map(\.path)) }
}

extension FieldPath {
  fileprivate static func ancestors(of paths: [FieldPath]) -> [FieldPath] {
    var seen: Set<FieldPath> = []
    var found: [FieldPath] = []
    for path in paths {
      for depth in 1..<max(path.names.count, 1) {
        let ancestor = FieldPath(Array(path.names.prefix(depth)))
        if seen.insert(ancestor).inserted { found.append(ancestor) }
      }
    }
    return found
  }
}
