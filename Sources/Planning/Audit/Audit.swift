package import BSON
internal import Identity

/// Looks for inherited damage in the documents of one collection: what the old Avalon Sync,
/// OpenPype, other tools and hands left behind, and on which a reader of Avalon stumbles.
package enum Audit {
  /// - Parameters:
  ///   - collection: its name, which is the project's.
  ///   - documents: its project and asset documents, archived ones too, in any order.
  ///   - publishedParents: the ids that subsets name as their parent.
  package static func look(
    at collection: String, _ documents: [Document], publishedParents: some Sequence<ObjectID>
  ) -> CollectionAudit {
    let subject = AuditSubject(collection, documents)
    let findings =
      subject.projectFindings + subject.nameFindings + subject.hierarchyFindings
      + subject.dataFindings + subject.taskFindings + subject.entityFindings
      + subject.lostSubsets(publishedParents)
    return CollectionAudit(
      collection: collection, documentCount: documents.count,
      findings: findings.enumerated().sorted {
        (order[$0.element.kind] ?? 0, $0.offset) < (order[$1.element.kind] ?? 0, $1.offset)
      }.map(\.element))
  }

  private static let order = Dictionary(
    uniqueKeysWithValues: AuditKind.allCases.enumerated().map { ($0.element, $0.offset) })
}

/// The documents of a collection by what they are, in the order of their names and ids.
struct AuditSubject {
  /// A document with what most checks ask of it.
  struct Item {
    let document: Document
    let id: ObjectID?
    let name: String?
    let data: Document?

    init(_ document: Document) {
      self.document = document
      id = document.element(.documentID)?.value.objectID
      name = document.element(.name)?.string
      data = document.element(.data)?.document
    }

    var told: AuditedDocument {
      AuditedDocument(name: name, id: document.element(.documentID)?.value ?? .null)
    }
  }

  let collection: String
  let projects: [Item]
  let assets: [Item]
  let archived: [Item]

  init(_ collection: String, _ documents: [Document]) {
    self.collection = collection
    let items = documents.map(Item.init).sorted {
      ($0.name ?? "", $0.id?.description ?? "") < ($1.name ?? "", $1.id?.description ?? "")
    }
    let groups = Dictionary(grouping: items) { $0.document.element(.type)?.string }
    projects = groups["project"] ?? []
    assets = groups["asset"] ?? []
    archived = groups["archived_asset"] ?? []
  }

  var all: [Item] { projects + assets + archived }

  /// Those that have something in common with another one, in order.
  static func shared<Key: Hashable>(
    _ items: [Item], by key: (Item) -> Key?
  ) -> [[Item]] {
    var order: [Key] = []
    var groups: [Key: [Item]] = [:]
    for item in items {
      guard let key = key(item) else { continue }
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(item)
    }
    return order.compactMap { groups[$0] }.filter { $0.count > 1 }
  }
}
