internal import BSON
package import Identity

/// One thing that happened in Kitsu. It is believed as a hint alone: it may come before the change
/// can be read, and it may not come at all.
package struct KitsuEvent: Sendable, Equatable {
  /// Of the event log; nil on the stream, where events have none.
  package let id: String?
  /// `shot:update`.
  package let name: String
  /// Nil for what concerns all projects, and where it is not told.
  package let project: EntityID?
  /// Empty for what no document can show.
  package let hint: ChangeHint
  /// Whether a project may be new, gone, closed or renamed.
  package let isProjectList: Bool
  /// As the event log gives it.
  package let createdAt: String?

  /// - Parameter data: ids alone, as the stream and the log have them.
  init(name: String, data: Document, id: String? = nil, createdAt: String? = nil) {
    self.id = id
    self.name = name
    self.createdAt = createdAt
    let kind = EventKind(name)
    project =
      kind == .studio ? nil : EntityID(data.element("project_id"))
    hint = kind.hint(name, data)
    isProjectList = kind == .project
  }

  /// An entry of `/data/events/last`; nil for one without a name.
  init?(logged entry: Document) {
    guard let name = entry["name"]?.string, let id = entry["id"]?.string else { return nil }
    var data = entry["data"]?.document ?? .empty
    if data.element("project_id") == nil, let project = entry["project_id"]?.string {
      data = DocumentWriter.document { writer in
        for element in data { writer.append(element) }
        writer.append("project_id", project)
      }
    }
    self.init(name: name, data: data, id: id, createdAt: entry["created_at"]?.string)
  }
}
