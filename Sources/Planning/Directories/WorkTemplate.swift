internal import BSON

/// The part of `config.template.work` that says where an asset's or a shot's folder is: up to and
/// including the component that holds `{asset}`. What comes later (tasks, versions) moves with it.
///
/// Avalon formats it with Python's `str.format` (avalon-core 5.7.15, pipeline.py:1049);
/// `{hierarchy}` is `data.parents` with `/` between them, and may be empty (pipeline.py:1000).
struct WorkTemplate {
  enum Field: String {
    case project, silo, hierarchy, asset
  }

  enum Piece: Equatable {
    case literal(String)
    case field(Field)
  }

  /// Below `{root}`.
  private let components: [[Piece]]

  init(_ text: String) throws(FolderObjection) {
    var parser = WorkTemplateParser(text)
    components = try parser.parse()
  }

  /// The folder of a project: up to the component with `{project}`. Nil where no folder is the
  /// project's alone.
  func projectFolder(_ project: String) throws(FolderObjection) -> FolderPath? {
    let isProjects = components.map { $0.contains(.field(.project)) }
    guard let depth = isProjects.firstIndex(of: true),
      !isProjects[(depth + 1)...].contains(true),
      !components[...depth].joined().contains(where: Self.isOfDocument)
    else { return nil }
    let values = FolderValues(name: "", silo: nil, parents: [])
    return try path(Array(components[...depth]), project, values)
  }

  var namesProject: Bool { components.joined().contains(.field(.project)) }

  /// The folder of a document.
  /// - Throws: where a value that is part of it cannot be a folder's name.
  func folder(project: String, _ values: FolderValues) throws(FolderObjection) -> FolderPath {
    try path(components, project, values)
  }

  private static func isOfDocument(_ piece: Piece) -> Bool {
    switch piece {
    case .literal, .field(.project): false
    case .field: true
    }
  }

  private func path(
    _ components: [[Piece]], _ project: String, _ values: FolderValues
  ) throws(FolderObjection) -> FolderPath {
    var parts: [FieldName] = []
    for component in components {
      var text = ""
      for piece in component { text += try Self.text(piece, project, values) }
      // Only a hierarchy has parts of its own, or is empty; `a//b` is `a/b` to a disk.
      for part in FolderPath(text).parts where !part.text.isEmpty {
        try Self.check(part.text, "the folder's name")
        parts.append(part)
      }
    }
    return FolderPath(parts)
  }

  private static func text(
    _ piece: Piece, _ project: String, _ values: FolderValues
  ) throws(FolderObjection) -> String {
    switch piece {
    case .literal(let text): return text
    case .field(.project): return try check(project, "the project's name")
    case .field(.asset): return try check(values.name, "its name")
    case .field(.hierarchy):
      for parent in values.parents { try check(parent, "its data.parents") }
      return values.parents.joined(separator: "/")
    case .field(.silo):
      guard let silo = values.silo else { throw FolderObjection("it has no silo") }
      return try check(silo, "its silo")
    }
  }

  @discardableResult
  private static func check(_ name: String, _ what: String) throws(FolderObjection) -> String {
    if let objection = FolderName.objection(to: name) {
      throw FolderObjection("\(what): \(objection)")
    }
    return name
  }
}
