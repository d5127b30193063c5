internal import BSON

/// Puts our items into a list that others use too: their items stay where they are, ours that Kitsu
/// no longer has go, new ones follow at the end.
struct ListMerge {
  /// What an item that is a map is known by; nil for texts.
  let by: FieldName?
  /// The keys of the items that are ours by what the document remembers.
  let ours: Set<String>

  /// - Returns: the list as it should be, nil where it is so already.
  func merge(_ wanted: Document?, into found: Document?) -> Document? {
    let desired = (wanted.map(Array.init) ?? []).map { (key: key($0), element: $0) }
    let names = Set(desired.compactMap(\.key))
    guard let found else { return wanted }
    var isChanged = false
    var present: Set<String> = []
    let merged = DocumentWriter.document { writer in
      var index = 0
      for element in found {
        let name = key(element)
        if let name, ours.contains(name), !names.contains(name) {
          isChanged = true
          continue
        }
        let counterpart = name.flatMap { name in desired.first { $0.key == name }?.element }
        if let name { present.insert(name) }
        if write(element, updatedBy: counterpart, index, to: writer) { isChanged = true }
        index += 1
      }
      for item in desired {
        if let key = item.key {
          guard !present.contains(key) else { continue }
        } else if found.contains(where: item.element.isEquivalent) {
          continue
        }
        writer.append(index: index, item.element)
        isChanged = true
        index += 1
      }
    }
    return isChanged ? merged : nil
  }

  private func key(_ element: Element) -> String? {
    guard let by else { return ListMerge.text(element) }
    return element.document?.element(by).flatMap(ListMerge.text)
  }

  /// Numbers are known by their text, as the document remembers them.
  private static func text(_ element: Element) -> String? {
    switch element.value {
    case .string(let text): text
    case .objectID(let id): id.description
    case .double(let number): Int64(exactly: number).map { String($0) } ?? String(number)
    case .int32, .int64, .bool: JSONText.write(element.value)
    default: nil
    }
  }

  /// Our fields of an item that is a map replace those that it has; the others stay.
  /// - Returns: whether the item changed.
  private func write(
    _ element: Element, updatedBy counterpart: Element?, _ index: Int, to writer: DocumentWriter
  ) -> Bool {
    guard let mine = counterpart?.document, let theirs = element.document else {
      writer.append(index: index, element)
      return false
    }
    var isChanged = false
    writer.beginDocument(index: index)
    for field in theirs {
      if let update = mine.element(FieldName(field.name)), !update.isEquivalent(to: field) {
        writer.append(update)
        isChanged = true
      } else {
        writer.append(field)
      }
    }
    for field in mine where theirs.element(FieldName(field.name)) == nil {
      writer.append(field)
      isChanged = true
    }
    writer.end()
    return isChanged
  }
}
