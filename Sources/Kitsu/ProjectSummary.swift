package import BSON
internal import Identity

extension ProjectSummary {
  /// Zou's own words for a status in which a project is open (`projects_service.open_projects`).
  private static let openNames: Set<String> = ["open", "active"]

  /// - Parameter status: the status's name where the document does not hold it.
  package static func list(_ projects: [Document], status: (Document) -> String?)
    -> [ProjectSummary]
  {
    projects.compactMap { project in
      guard let id = EntityID(project.element("id")) else { return nil }
      let name = project["project_status_name"]?.string ?? status(project)
      let code = project["code"]?.string
      return ProjectSummary(
        id: id, name: project["name"]?.string ?? "", code: code?.isEmpty == true ? nil : code,
        statusName: name, isOpen: name.map { openNames.contains($0.lowercased()) } ?? true,
        document: project)
    }
    .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
  }
}
