internal import BSON
internal import Identity

/// Casting by the entity on each side: what is used in an entity, and in what it is used.
struct Links: Sendable {
  private(set) var casting: [EntityID: [Record]] = [:]
  private(set) var castIn: [EntityID: [Record]] = [:]

  /// - Parameter links: `/data/projects/{id}/entity-links`: `entity_out_id` is used in
  ///   `entity_in_id`, `nb_occurences` times. Kitsu's own order is not stable.
  init(_ links: [Document]) {
    let sorted = links.map { Record(type: .casting, document: $0) }.sorted { key($0) < key($1) }
    for link in sorted {
      guard let user = EntityID(link.document.element(.entityInID)),
        let used = EntityID(link.document.element(.entityOutID))
      else { continue }
      casting[user, default: []].append(link)
      castIn[used, default: []].append(link)
    }
    func key(_ link: Record) -> (String, String, String) {
      (
        link.document.element(.entityInID)?.string ?? "",
        link.document.element(.entityOutID)?.string ?? "",
        link.document.element(.id)?.string ?? ""
      )
    }
  }
}
