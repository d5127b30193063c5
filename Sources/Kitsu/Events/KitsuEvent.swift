internal import BSON
package import Identity

/// One thing that happened in Kitsu. It is believed as a hint alone.
package struct KitsuEvent: Sendable, Equatable {
  /// In the event log; nil for what came by the stream.
  package let id: String?
  /// As Zou names it: `shot:update`.
  package let name: String
  /// Nil where it concerns all projects, or where Zou does not tell which.
  package let project: EntityID?
  /// Empty for what no document can show: news, previews, notifications…
  package let hint: ChangeHint
  /// The list of projects may have changed.
  package let isProjectList: Bool
  /// `2026-11-22T05:19:17`, as the log gives it.
  package let createdAt: String?

  package init(
    id: String? = nil, name: String, project: EntityID?, hint: ChangeHint,
    isProjectList: Bool = false, createdAt: String? = nil
  ) {
    self.id = id
    self.name = name
    self.project = project
    self.hint = hint
    self.isProjectList = isProjectList
    self.createdAt = createdAt
  }
}

extension KitsuEvent {
  /// - Parameters:
  ///   - project: the log's own column; where it is empty the payload may name the project.
  ///   - payload: ids alone, as Zou sends them.
  init(
    id: String? = nil, name: String, project: EntityID? = nil, payload: Document,
    createdAt: String? = nil
  ) {
    let meaning = EventMeaning(name, payload)
    self.init(
      id: id, name: name, project: project ?? EntityID(payload.element("project_id")),
      hint: meaning.hint, isProjectList: meaning.isProjectList, createdAt: createdAt)
  }

  /// An entry of `/data/events/last`; nil for what is none.
  init?(entry: Document) {
    guard let id = entry["id"]?.string, let name = entry["name"]?.string,
      let createdAt = entry["created_at"]?.string
    else { return nil }
    self.init(
      id: id, name: name, project: EntityID(entry.element("project_id")),
      payload: entry["data"]?.document ?? .empty, createdAt: createdAt)
  }
}
