internal import BSON
internal import Identity

/// What stands in `data` and a reader of it cannot take.
extension AuditSubject {
  var dataFindings: [AuditFinding] {
    let live = projects + assets
    return live.filter { $0.data == nil }.map {
      AuditFinding(.noData, [$0.told], AuditSubject.show($0.document.element(.data)?.value))
    } + live.flatMap(names) + parents + projects.flatMap(lists) + live.compactMap(unloadable)
  }

  /// The Launcher lays `data` over the document's own `name` and `_id`.
  private func names(_ item: Item) -> [AuditFinding] {
    var findings: [AuditFinding] = []
    if let name = item.data?.element(.name)?.value {
      let isSame = name.string != nil && name.string == item.name
      findings.append(
        AuditFinding(
          isSame ? .dataName : .staleDataName, [item.told], isSame ? nil : AuditSubject.show(name)))
    }
    if let id = item.data?.element(.documentID)?.value {
      findings.append(AuditFinding(.dataID, [item.told], AuditSubject.show(id)))
    }
    return findings
  }

  /// The project manager reads `parent.data.parents` by index where the templates use no silo.
  private var parents: [AuditFinding] {
    guard let template = templates, !template.contains(where: { $0.contains("{silo}") }) else {
      return []
    }
    return assets.filter { $0.data != nil && $0.data?.element("parents")?.array == nil }.map {
      AuditFinding(.noParents, [$0.told])
    }
  }

  /// The path templates of the project; nil where there are none, or two projects.
  private var templates: [String]? {
    guard projects.count == 1,
      let template = projects[0].document.element("config")?.document?.element("template")?.document
    else { return nil }
    return template.compactMap(\.string)
  }

  private func lists(_ project: Item) -> [AuditFinding] {
    (project.data ?? .empty).filter { $0.type == .array }.map {
      AuditFinding(.projectList, [project.told], "data.\($0.name)")
    }
  }

  /// `inventory --load` takes `data.visualParent` out, and writes the rest as TOML.
  private func unloadable(_ item: Item) -> AuditFinding? {
    var paths: [String] = []
    for element in item.data ?? .empty where !element.hasName("visualParent") {
      AuditSubject.collect(element, "data.\(element.name)", &paths)
    }
    guard !paths.isEmpty else { return nil }
    let more = paths.count > 3 ? " and \(paths.count - 3) more" : ""
    return AuditFinding(
      .unloadable, [item.told], paths.prefix(3).joined(separator: ", ") + more)
  }

  private static func collect(_ element: Element, _ path: String, _ paths: inout [String]) {
    switch element.type {
    case .objectID, .date: paths.append(path)
    case .document, .array:
      for inner in element.document ?? element.array ?? .empty {
        collect(inner, "\(path).\(inner.name)", &paths)
      }
    default: break
    }
  }
}
