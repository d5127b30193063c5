internal import BSON
internal import Identity

/// `data.tasks` of assets against each other and against the project's `config.tasks`.
extension AuditSubject {
  var taskFindings: [AuditFinding] {
    let tasks = assets.map { ($0, $0.data?.element("tasks")) }
    let hasLists = tasks.contains { $0.1?.array?.isEmpty == false }
    let known = knownTasks
    var findings: [AuditFinding] = []
    for (asset, element) in tasks {
      guard let element else { continue }
      if hasLists, element.type == .document {
        findings.append(AuditFinding(.mixedTasks, [asset.told]))
      }
      let names = AuditSubject.names(element)
      findings += AuditSubject.finding(.doubledTask, asset, AuditSubject.repeated(names))
      if let known {
        let strange = names.filter { !known.contains(FieldName($0)) }
        findings += AuditSubject.finding(.unknownTask, asset, AuditSubject.once(strange))
      }
    }
    return findings
  }

  /// A list of texts, or a map by names.
  private static func names(_ tasks: Element) -> [String] {
    if let list = tasks.array { return list.compactMap(\.string) }
    return tasks.document?.map(\.name) ?? []
  }

  /// A list of maps with a name (config-1.0), or a map by names (1.1, 2.0). Nil where the project
  /// has neither.
  private var knownTasks: Set<FieldName>? {
    let all = projects.compactMap { project -> [String]? in
      let tasks = project.document.element("config")?.document?.element("tasks")
      if let list = tasks?.array { return list.compactMap { $0.document?.element(.name)?.string } }
      return tasks?.document?.map(\.name)
    }
    return all.isEmpty ? nil : Set(all.joined().map { FieldName($0) })
  }

  private static func repeated(_ names: [String]) -> [String] {
    var seen: Set<FieldName> = []
    return once(names.filter { !seen.insert(FieldName($0)).inserted })
  }

  private static func once(_ names: [String]) -> [String] {
    var seen: Set<FieldName> = []
    return names.filter { seen.insert(FieldName($0)).inserted }
  }

  private static func finding(
    _ kind: AuditKind, _ asset: Item, _ names: [String]
  ) -> [AuditFinding] {
    names.isEmpty ? [] : [AuditFinding(kind, [asset.told], names.joined(separator: ", "))]
  }
}
