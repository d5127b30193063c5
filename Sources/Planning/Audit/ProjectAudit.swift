internal import BSON
internal import Identity

/// The project document, and how assets hang on it.
extension AuditSubject {
  var projectFindings: [AuditFinding] {
    var findings: [AuditFinding] = []
    if projects.isEmpty, !(assets + archived).isEmpty {
      findings.append(AuditFinding(.noProject, [], count(assets.count, "asset")))
    }
    if projects.count > 1 {
      findings.append(AuditFinding(.twoProjects, projects.map(\.told), children))
    }
    for project in projects where project.name != collection {
      findings.append(AuditFinding(.projectName, [project.told]))
    }
    return findings + foreignParents
  }

  /// How many assets are under each of several project documents.
  private var children: String {
    let counts = Dictionary(grouping: assets) { $0.document.element("parent")?.value.objectID }
    let texts = projects.map { project in
      "\(count(project.id.map { counts[$0]?.count ?? 0 } ?? 0, "asset")) under "
        + (project.id?.description ?? "one without an ObjectId")
    }
    return texts.joined(separator: ", ")
  }

  private var foreignParents: [AuditFinding] {
    let known = Set(projects.compactMap(\.id))
    guard !known.isEmpty else { return [] }
    return assets.compactMap { asset in
      let parent = asset.document.element("parent")?.value
      if let id = parent?.objectID, known.contains(id) { return nil }
      return AuditFinding(.foreignParent, [asset.told], AuditSubject.show(parent))
    }
  }

  private func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }

  /// A value in few words.
  static func show(_ value: Value?) -> String {
    switch value {
    case nil: "missing"
    case .null?: "null"
    case .objectID(let id)?: id.description
    case .string(let text)?: text.debugDescription
    case let value?: JSONText.write(value)
    }
  }
}
