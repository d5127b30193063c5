internal import BSON
internal import Mapping
internal import YAML

extension ShowReader {
  mutating func read(_ item: Node, of kind: EntityKind) {
    let shape = Shape.entity(kind)
    let links = kind == .concept ? "entities" : "casting"
    let own = kind == .asset ? ["type"] : []
    let known = kind.parentKeys + own + ["data", "tasks", links] + shape.settable
    guard let fields = fields(item, name: "name", known, of: kind.withArticle),
      let name = mistakes.text(
        fields["name"], "'name' of \(kind.withArticle)", at: item.position),
      let number = number(kind, name, fields, at: fields["name"]?.position ?? item.position),
      isNew(
        show.entities[number].id, "the \(kind.rawValue) '\(show.entities[number].place)'",
        at: item.position)
    else { return }
    for key in shape.settable {
      guard let value = fields[key] else { continue }
      show.entities[number].values[FieldName(key)] = shape.value(value, of: key, mistakes)
    }
    merge(fields["data"], into: &show.entities[number].data)
    if let tasks = fields["tasks"] {
      show.entities[number].tasks = readTasks(tasks, of: show.entities[number])
    }
    if let node = fields[links] { linksToRead.append((number, links, node)) }
  }

  // MARK: Which entity

  /// What an item says of where its entity stands; `nil` inside for nowhere.
  private enum Parent {
    case unsaid
    case said(Int?)
  }

  /// The number of the entity that an item is about; of a new one where the show has none such.
  private mutating func number(
    _ kind: EntityKind, _ name: String, _ fields: [String: Node], at position: Position
  ) -> Int? {
    guard let parent = parent(kind, fields) else { return nil }
    var type: String?
    if let node = fields["type"] {
      guard let text = mistakes.text(node, "an asset's type", at: node.position) else { return nil }
      type = text
    }
    let matches = show.entities.indices.filter { index in
      let entity = show.entities[index]
      guard entity.kind == kind, entity.isCalled(name), type == nil || entity.type == type else {
        return false
      }
      if case .said(let number) = parent { return entity.parent == number }
      return true
    }
    if matches.count > 1 {
      ambiguous(name, matches, at: position)
      return nil
    }
    return matches.first ?? add(kind, name, parent, type)
  }

  private mutating func add(
    _ kind: EntityKind, _ name: String, _ parent: Parent, _ type: String?
  ) -> Int {
    var place: (number: Int, place: String)?
    if case .said(let number?) = parent { place = (number, show.entities[number].place) }
    let type = kind == .asset ? type ?? Show.firstAssetType : nil
    if let type { _ = show.id(.assetTypes, called: type) }
    show.entities.append(Entity(kind, name, in: place, type: type))
    return show.entities.count - 1
  }

  /// - Returns: nil where a mistake was told.
  private func parent(_ kind: EntityKind, _ fields: [String: Node]) -> Parent? {
    let said = kind.parentKeys.filter { fields[$0] != nil }
    guard !said.isEmpty else { return .unsaid }
    var episode: Int?
    if let node = fields["episode"], !node.isNull {
      guard let found = find(node, [.episode]) else { return nil }
      episode = found
    }
    guard kind == .shot else { return .said(episode) }
    guard let node = fields["sequence"], !node.isNull else {
      guard let episode = fields["episode"], !episode.isNull else { return .said(nil) }
      mistakes.report(
        "a shot belongs to an episode by its sequence", at: episode.position,
        hint: "say its sequence, and that sequence's episode")
      return nil
    }
    return find(node, [.sequence]) { $0.parent == episode || episode == nil }.map { .said($0) }
  }

  /// The one entity that is meant by a name, or by a place where several have the name.
  /// - Returns: nil where a mistake was told.
  func find(
    _ node: Node, _ kinds: [EntityKind], where isMeant: (Entity) -> Bool = { _ in true }
  ) -> Int? {
    let what = kinds.count == 1 ? kinds[0].rawValue : "entity"
    guard let name = mistakes.text(node, "the name of an entity", at: node.position) else {
      return nil
    }
    let candidates = show.entities.indices.filter { index in
      kinds.contains(show.entities[index].kind) && isMeant(show.entities[index])
    }
    let matches = candidates.filter { show.entities[$0].isCalled(name) }
    if matches.count > 1 {
      ambiguous(name, matches, at: node.position)
      return nil
    }
    if matches.isEmpty {
      let known = candidates.prefix(20).map { show.entities[$0].name }
      mistakes.report(
        "the \(what) '\(name)' is not given", at: node.position,
        hint: known.isEmpty ? nil : Suggestion.hint(for: name, in: Set(known)))
    }
    return matches.first
  }

  private func ambiguous(_ name: String, _ matches: [Int], at position: Position) {
    let places = matches.prefix(5).map { "'\(show.entities[$0].place)'" }
    mistakes.report(
      "\(matches.count) entities are called '\(name)'", at: position,
      hint: "write its place: \(places.joined(separator: " or "))")
  }

  // MARK: Links

  mutating func readLinks(_ number: Int, _ key: String, _ node: Node) {
    let items = mistakes.items(node, of: key)
    if key == "entities" {
      let kinds: [EntityKind] = [.asset, .shot, .sequence, .episode]
      show.entities[number].subjects = items.compactMap { item in
        find(item, kinds).map { show.entities[$0].id }
      }
    } else {
      show.entities[number].casting = items.compactMap(cast)
    }
  }

  private func cast(_ item: Node) -> Entity.Cast? {
    guard let fields = fields(item, name: "asset", ["count", "label"], of: "casting") else {
      return nil
    }
    guard let node = fields["asset"] else {
      mistakes.report("'asset' of casting is missing", at: item.position)
      return nil
    }
    guard let asset = find(node, [.asset]) else { return nil }
    var values: [FieldName: Value] = [:]
    for (key, field) in [("count", "nb_occurences"), ("label", "label")] {
      guard let node = fields[key] else { continue }
      values[FieldName(field)] = Shape.link.value(node, of: field, mistakes)
    }
    return Entity.Cast(asset: show.entities[asset].id, values: values)
  }
}
