internal import BSON
internal import Identity
internal import Mapping
internal import YAML

/// An entity that a test speaks of, with its place as name.
struct NamedEntity {
  let id: EntityID
  let name: String
}

extension ShowReader {
  /// An item of `avalon`: a document that is there already.
  mutating func readDocument(_ item: Node) {
    let known = ["entity", "kind", "facet", "name"]
    guard let fields = mistakes.fields(item, known, of: "a document of 'avalon'"),
      let name = mistakes.text(fields["name"], "'name' of a document", at: item.position)
    else { return }
    guard fields["entity"] != nil else {
      return show.documents.append(Show.KnownDocument(identity: nil, name: name))
    }
    guard let entity = entity(fields, at: item.position) else { return }
    let facet = fields["facet"].flatMap { mistakes.text($0, "a facet", at: $0.position) } ?? ""
    let identity = Identity(project: StableID.project, entity: entity.id, facet: facet)
    show.documents.removeAll { $0.identity == identity }
    show.documents.append(Show.KnownDocument(identity: identity, name: name))
  }

  /// The entity that `entity` names, and `kind` where the name alone does not tell; the project
  /// goes by its own name.
  func entity(_ fields: [String: Node], at position: Position) -> NamedEntity? {
    var kinds = EntityKind.allCases
    if let node = fields["kind"] {
      guard let kind = kind(node, "a kind", at: node.position) else { return nil }
      kinds = [kind]
    }
    guard let node = fields["entity"] else {
      mistakes.report("'entity' is missing", at: position)
      return nil
    }
    if let name = node.text, name == show.project["name"]?.string, fields["kind"] == nil,
      !show.entities.contains(where: { $0.isCalled(name) })
    {
      return NamedEntity(id: StableID.project, name: name)
    }
    return find(node, kinds).map { number in
      let entity = show.entities[number]
      return NamedEntity(id: StableID.entity(entity), name: entity.place)
    }
  }

  /// - Returns: nil where a mistake was told.
  func kind(_ node: Node?, _ what: String, at place: Position) -> EntityKind? {
    guard let text = mistakes.text(node, what, at: place) else { return nil }
    if let kind = EntityKind(rawValue: text) { return kind }
    mistakes.report(
      "there is no kind '\(text)'", at: node?.position ?? place,
      hint: Suggestion.hint(for: text, in: EntityKind.allCases.map(\.rawValue)))
    return nil
  }
}
