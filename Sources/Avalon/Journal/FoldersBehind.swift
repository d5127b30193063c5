internal import BSON
package import Identity
package import Planning

/// Folders follow after the database. A process that dies in between leaves them behind: what they are
/// named after stands here from before the first write until the last folder has followed.
extension Journal {
  /// - Parameter values: what they are named after; empty for none.
  package func leave(
    _ values: [Identity: FolderValues], behind scope: JournalScope, title: String
  ) async throws(AvalonError) {
    let list = DocumentWriter.document { writer in
      writer.beginArray("folders")
      for (index, (identity, values)) in values.sorted(by: { $0.key < $1.key }).enumerated() {
        writer.beginDocument(index: index)
        writer.append("entity", identity.entity.description)
        writer.append("facet", identity.facet)
        writer.append("name", values.name)
        if let silo = values.silo { writer.append("silo", silo) }
        writer.appendArray("parents", values.parents.map(Value.string))
        writer.end()
      }
      writer.end()
    }
    let isEmpty = values.isEmpty
    if isEmpty, try await state(of: scope)?.folders == nil { return }
    try await set(scope, title: title, [("folders", isEmpty ? nil : list["folders"])])
  }
}

extension ProjectState {
  package func foldersBehind(in project: EntityID) -> [Identity: FolderValues] {
    var behind: [Identity: FolderValues] = [:]
    for record in folders?.compactMap(\.document) ?? [] {
      guard let entity = EntityID(record["entity"]), let name = record["name"]?.string else {
        continue
      }
      let identity = Identity(
        project: project, entity: entity, facet: record["facet"]?.string ?? "")
      behind[identity] = FolderValues(
        name: name, silo: record["silo"]?.string,
        parents: record["parents"]?.array?.compactMap(\.string) ?? [])
    }
    return behind
  }
}
