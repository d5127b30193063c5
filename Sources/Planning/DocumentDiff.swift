internal import BSON
internal import Identity

/// Compares a desired document with the one that is there, field by field of its shape.
///
///     policy   desired   observed    change
///     own      value     same        -
///     own      value     other       set
///     own      value     absent      set
///     own      absent    value       unset
///     own      absent    null        -            (Avalon's readers treat both alike)
///     seed     any       any         -            (an existing document keeps what it has)
///     merge    items     list, map   our items follow, others' stay
///
/// Fields outside the shape are never looked at.
struct DocumentDiff {
  private(set) var changes: [FieldChange] = []
  private(set) var held: [HeldField] = []
  /// Whether the document would stand elsewhere if it were not held in its place.
  private(set) var isKeptInPlace = false
  private let skipped: Set<FieldPath>
  private let observed: Document
  /// The items of merged fields that are ours by what the document remembers. Read where a merged
  /// field differs at all, which is rare.
  private var mergedBefore: [String: [String]] { Link(of: observed)?.items ?? [:] }

  private let pathFields: PathFields

  init(_ desired: DesiredDocument, _ observed: Document) {
    var skipped = Set(desired.heldFields.map(\.path))
    // A name that is held for its own sake holds the whole place with it.
    pathFields = desired.nameHold != nil ? .all : desired.pathFields
    if desired.nameHold != nil || desired.placeHold != nil {
      skipped.formUnion(pathFields.paths)
    }
    self.skipped = skipped
    self.observed = observed
    guard !desired.document.isIdentical(to: observed) else { return }
    compare(desired.shape.root, desired.document, observed, at: [])
    keepHeldItems(desired)
    followName(desired.shape)
  }

  /// `inventory --save` writes each asset's name into `data.name`, and the launcher believes that one
  /// (domain.md 1.6): a copy of the old name goes with it, where the mapping does not say itself what
  /// stands there.
  private mutating func followName(_ shape: Shape) {
    let path: FieldPath = [.data, .name]
    guard !shape.names(path), let name = changes.first(where: { $0.path == .name }),
      let old = name.before,
      observed[path: path.names] == old, !changes.contains(where: { $0.path == path })
    else { return }
    changes.append(
      FieldChange(path: path, before: old, after: name.after, reason: .nameCopy))
  }

  /// Fields that an older mapping named: what somebody edited since stays, and is told.
  mutating func leave(_ abandoned: (changes: [FieldChange], told: [FieldPath])) {
    changes += abandoned.changes.filter { !skipped.contains($0.path) }
    held += abandoned.told.map {
      HeldField(path: $0, reason: "the mapping no longer names it, and it was edited in Avalon")
    }
  }

  private mutating func compare(
    _ fields: [Shape.Entry], _ desired: Document?, _ observed: Document?,
    at parent: FieldPath
  ) {
    for field in fields {
      let name = field.name
      let wanted = desired?.element(name)
      let found = observed?.element(name)
      switch field.node {
      case .leaf(let policy): compare(policy, wanted, found, parent, name)
      case .map(let children):
        if let found, found.document == nil, found.type != .null {
          hold(parent.appending(name), found)
        } else if found?.type == .null {
          replaceNull(wanted, found, parent.appending(name))
        } else {
          compare(children, wanted?.document, found?.document, at: parent.appending(name))
        }
      }
    }
  }

  /// `$set` cannot step through a null: the map is written whole.
  private mutating func replaceNull(_ wanted: Element?, _ found: Element?, _ path: FieldPath) {
    guard let wanted else { return }
    changes.append(
      FieldChange(path: path, before: found?.value, after: wanted.value, reason: .missing))
  }

  private mutating func hold(_ path: FieldPath, _ found: Element) {
    held.append(
      HeldField(
        path: path,
        reason: "Avalon holds a value of type \(found.type.mongoName) where a map is needed"))
  }

  private mutating func compare(
    _ policy: Shape.Policy, _ wanted: Element?, _ found: Element?, _ parent: FieldPath,
    _ name: FieldName
  ) {
    switch policy {
    case .seed: return
    case .own:
      if let wanted, let found, wanted.isEquivalent(to: found) { return }
      if wanted == nil, found == nil { return }
      let path = parent.appending(name)
      guard !skipped.contains(path) else {
        isKeptInPlace = isKeptInPlace || pathFields.paths.contains(path)
        return
      }
      own(wanted, found, path)
    case .merge(let by):
      if let wanted, let found, wanted.isEquivalent(to: found) { return }
      let path = parent.appending(name)
      guard !skipped.contains(path) else { return }
      merge(wanted, found, by: by, path)
    }
  }

  /// Maps change by leaf, so that a conflict names the leaf and nothing else is written.
  private mutating func own(_ wanted: Element?, _ found: Element?, _ path: FieldPath) {
    guard let wanted else {
      guard let found, found.type != .null else { return }
      changes.append(
        FieldChange(path: path, before: found.value, after: nil, reason: .emptied))
      return
    }
    if let map = wanted.document, let there = found?.document {
      for element in map {
        let name = FieldName(element.name)
        let counterpart = there.element(name)
        if let counterpart, element.isEquivalent(to: counterpart) { continue }
        own(element, counterpart, path.appending(name))
      }
      for element in there {
        let name = FieldName(element.name)
        if map.element(name) == nil, name.isAddressable {
          own(nil, element, path.appending(name))
        }
      }
      return
    }
    let isLink = path.starts(with: Link.path)
    changes.append(
      FieldChange(
        path: path, before: found?.value, after: wanted.value,
        reason: isLink ? .link : found == nil ? .missing : .differs))
  }

  private mutating func merge(
    _ wanted: Element?, _ found: Element?, by: FieldName?, _ path: FieldPath
  ) {
    let ours = mergedBefore[path.description] ?? []
    let found = found?.type == .null && wanted == nil ? nil : found
    switch (found?.type, wanted?.type) {
    case (nil, nil): return
    case (nil, _), (.null, _): mergeWhole(wanted, found, path)
    case (.array, nil), (.array, .array):
      let list = ListMerge(by: by, ours: Set(ours)).merge(wanted?.array, into: found?.array)
      guard let list else { return }
      changes.append(
        FieldChange(path: path, before: found?.value, after: .array(list), reason: .items))
    case (.document, nil), (.document, .document):
      mergeMap(wanted?.document ?? .empty, found?.document ?? .empty, ours, path)
    case (let type, let kind):
      held.append(
        HeldField(
          path: path,
          reason: "Avalon holds a value of type \(type?.mongoName ?? "") where a "
            + "\(kind == .document ? "map" : "list") is needed"))
    }
  }

  private mutating func mergeWhole(_ wanted: Element?, _ found: Element?, _ path: FieldPath) {
    changes.append(
      FieldChange(path: path, before: found?.value, after: wanted?.value, reason: .items))
  }

  /// Our entries are known by their keys. As in lists, others may add fields to an entry.
  private mutating func mergeMap(
    _ wanted: Document, _ found: Document, _ ours: [String], _ path: FieldPath
  ) {
    for element in wanted { mergeEntry(element, found, path) }
    for key in ours.sorted().map({ FieldName($0) }) where wanted.element(key) == nil {
      guard let gone = found.element(key), key.isAddressable else { continue }
      changes.append(
        FieldChange(path: path.appending(key), before: gone.value, after: nil, reason: .items))
    }
  }

  private mutating func mergeEntry(_ wanted: Element, _ parent: Document, _ path: FieldPath) {
    let name = FieldName(wanted.name)
    let found = parent.element(name)
    if let found, wanted.isEquivalent(to: found) { return }
    if let map = wanted.document, let there = found?.document {
      for element in map { mergeEntry(element, there, path.appending(name)) }
      return
    }
    changes.append(
      FieldChange(
        path: path.appending(name), before: found?.value, after: wanted.value, reason: .items))
  }

  /// The items of a merged field that was not written stay remembered as they were.
  private mutating func keepHeldItems(_ desired: DesiredDocument) {
    let blocked = (desired.heldFields + held).map(\.path)
    let kept = desired.shape.merged.filter { path in blocked.contains { path.starts(with: $0) } }
    guard !kept.isEmpty, let link = Link(of: desired.document) else { return }
    changes.removeAll { $0.path == Link.path.appending(Link.taskTypesField) }
    var items = link.items
    for path in kept { items[path.description] = mergedBefore[path.description] }
    let path = Link.path.appending(Link.itemsField)
    guard let index = changes.firstIndex(where: { $0.path == path }) else { return }
    let restored = link.with(items: items)
    let text = restored.fields.first { $0.name == Link.itemsField }.map { Value.string($0.text) }
    let before = changes[index].before
    changes.remove(at: index)
    if text != before {
      changes.append(FieldChange(path: path, before: before, after: text, reason: .link))
    }
  }
}
