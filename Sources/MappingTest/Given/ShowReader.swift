internal import BSON
internal import Mapping
internal import YAML

/// Reads `given`: adds what it names to a show, or changes what the show has already.
struct ShowReader {
  var show: Show
  let mistakes: Mistakes
  /// What was named so far, as nothing may be named twice.
  var named: Set<String> = []
  /// Casting and subjects name entities that may be given further down.
  var linksToRead: [(entity: Int, key: String, node: Node)] = []

  static let keys =
    ["project", "descriptors", "avalon"] + StudioList.allCases.map(\.rawValue)
    + EntityKind.allCases.map(\.listName)
  static let maximumEntities = 500

  /// Parents come before what belongs to them.
  private static let kinds: [EntityKind] = [.episode, .sequence, .asset, .shot, .edit, .concept]

  init(_ show: Show, _ mistakes: Mistakes) {
    self.show = show
    self.mistakes = mistakes
  }

  mutating func read(_ node: Node) {
    guard let fields = mistakes.fields(node, ShowReader.keys, of: "'given'") else { return }
    for list in StudioList.allCases {
      for item in mistakes.items(fields[list.rawValue], of: list.rawValue) { read(item, of: list) }
    }
    if let project = fields["project"] { readProject(project) }
    for item in mistakes.items(fields["descriptors"], of: "descriptors") { readDescriptor(item) }
    for kind in ShowReader.kinds {
      for item in mistakes.items(fields[kind.listName], of: kind.listName) { read(item, of: kind) }
    }
    if show.entities.count > ShowReader.maximumEntities {
      mistakes.report(
        "more than \(ShowReader.maximumEntities) entities", at: node.position,
        hint: "a test shows one thing: a few are enough")
    }
    for link in linksToRead { readLinks(link.entity, link.key, link.node) }
    for item in mistakes.items(fields["avalon"], of: "avalon") { readDocument(item) }
  }

  /// The fields of an item, of which a text is the name; nil where it is neither text nor map.
  func fields(_ item: Node, name: String, _ known: [String], of what: String) -> [String: Node]? {
    if item.text != nil { return [name: item] }
    guard item.entries != nil else {
      mistakes.report("\(what) is a text or a map, not \(item.kind)", at: item.position)
      return nil
    }
    return mistakes.fields(item, [name] + known, of: what, hints: ShowReader.hints)
  }

  /// Boards show these beside `data`, but it is there that Kitsu keeps them.
  private static let hints = [
    "frame_in": "Kitsu keeps it in the metadata: data: {frame_in: 1001}",
    "frame_out": "Kitsu keeps it in the metadata: data: {frame_out: 1100}",
    "fps": "Kitsu keeps it in the metadata: data: {fps: '25'}",
  ]

  mutating func isNew(_ id: String, _ what: String, at position: Position) -> Bool {
    if named.insert(id).inserted { return true }
    mistakes.report("\(what) is given twice", at: position)
    return false
  }

  /// Metadata field by field, so that a test changes one and keeps the rest.
  func merge(_ node: Node?, into data: inout [Show.Datum]) {
    guard let node, !node.isNull else { return }
    guard let entries = node.entries else {
      return mistakes.report("'data' is a map, not \(node.kind)", at: node.position)
    }
    for entry in entries {
      let value = Value(entry.value)
      if let known = data.firstIndex(where: { $0.name == entry.name }) {
        data[known].value = value
      } else {
        data.append((entry.name, value))
      }
    }
  }

  // MARK: The project and what all projects share

  private mutating func readProject(_ node: Node) {
    let lists = StudioList.allCases.filter { $0.projectField != nil }
    let listKeys = lists.compactMap { $0.projectField?.text }
    guard
      let fields = fields(
        node, name: "name", ["data"] + Shape.project.settable + listKeys, of: "a project")
    else { return }
    if let name = fields["name"].flatMap({ mistakes.text($0, "a name", at: node.position) }) {
      show.project["name"] = Value(text: name)
    }
    for key in Shape.project.settable {
      guard let value = fields[key] else { continue }
      show.project[FieldName(key)] = Shape.project.value(value, of: key, mistakes)
    }
    merge(fields["data"], into: &show.projectData)
    for list in lists {
      guard let field = list.projectField, let node = fields[field.text] else { continue }
      show.project[field] = .list(ids(list, node, of: field.text))
    }
  }

  /// The ids of what a list of names names.
  mutating func ids(_ list: StudioList, _ node: Node?, of key: String) -> [String] {
    mistakes.items(node, of: key).compactMap { item in
      guard let name = mistakes.text(item, list.itemName, at: item.position) else { return nil }
      return show.id(list, called: name)
    }
  }

  private mutating func readDescriptor(_ item: Node) {
    guard let fields = mistakes.fields(item, ["name", "kind"], of: "a descriptor"),
      let name = mistakes.text(fields["name"], "'name' of a descriptor", at: item.position),
      let kind = kind(fields["kind"], "'kind' of a descriptor", at: item.position)
    else { return }
    let descriptor = Show.Descriptor(kind: kind, name: name)
    guard isNew(descriptor.id, "the \(kind.rawValue) descriptor '\(name)'", at: item.position),
      !show.descriptors.contains(where: { $0.id == descriptor.id })
    else { return }
    show.descriptors.append(descriptor)
  }

  private mutating func read(_ item: Node, of list: StudioList) {
    let own = list.shape.settable.filter { $0 != list.nameField.text }
    let named = [StudioList.taskTypes: "department", .persons: "departments"][list]
    guard
      let fields = fields(
        item, name: list.nameKey, own + (named.map { [$0] } ?? []), of: list.itemName),
      let name = mistakes.text(
        fields[list.nameKey], "'\(list.nameKey)' of \(list.itemName)", at: item.position)
    else { return }
    let known = show.studio[list]?.firstIndex { $0.isCalled(name, in: list) }
    var record = known.flatMap { show.studio[list]?[$0] } ?? StudioRecord(list, name)
    guard isNew(record.id, "the \(list.itemName.dropArticle) '\(name)'", at: item.position) else {
      return
    }
    for key in own {
      guard let value = fields[key] else { continue }
      record.values[FieldName(key)] = list.shape.value(value, of: key, mistakes)
    }
    if let department = fields["department"], !department.isNull,
      let name = mistakes.text(department, "a department", at: department.position)
    {
      record.values["department_id"] = .string(show.id(.departments, called: name))
    }
    if let departments = fields["departments"] {
      record.values["departments"] = .list(ids(.departments, departments, of: "departments"))
    }
    if list == .persons { record.nameInFull() }
    if let known {
      show.studio[list]?[known] = record
    } else {
      show.studio[list, default: []].append(record)
    }
  }
}

extension String {
  /// "a task type" as "task type".
  var dropArticle: Substring { drop { $0 != " " }.dropFirst() }
}
