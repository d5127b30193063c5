/// Reads a template up to the end of the component that holds `{asset}`; the rest is not looked at.
///
/// By Unicode scalars: a mark that follows a brace makes one character with it.
struct WorkTemplateParser {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var literal = ""
  private var component: [WorkTemplate.Piece] = []
  private var components: [[WorkTemplate.Piece]] = []

  private static let root = "{root}/"

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// - Returns: the components below `{root}`; the last one holds `{asset}`.
  mutating func parse() throws(FolderObjection) -> [[WorkTemplate.Piece]] {
    guard scalars.starts(with: Self.root.unicodeScalars) else {
      throw FolderObjection("the project's config.template.work does not begin with {root}/")
    }
    index = Self.root.unicodeScalars.count
    while index < scalars.count, !isComplete { try step() }
    if !isComplete { endComponent() }
    guard isComplete else {
      throw FolderObjection(
        "the project's config.template.work has no {asset}, so that no folder is a document's own")
    }
    return components
  }

  private var isComplete: Bool { components.last?.contains(.field(.asset)) ?? false }

  private mutating func step() throws(FolderObjection) {
    let scalar = scalars[index]
    let isDoubled = index + 1 < scalars.count && scalars[index + 1] == scalar
    index += 1
    switch scalar {
    case "/": endComponent()
    case "\\":
      throw FolderObjection(
        "the project's config.template.work has a '\\', which divides no path here")
    case "{" where isDoubled, "}" where isDoubled:
      literal.unicodeScalars.append(scalar)
      index += 1
    case "{": try placeholder()
    case "}": throw FolderObjection("the project's config.template.work has a '}' without a '{'")
    default: literal.unicodeScalars.append(scalar)
    }
  }

  private mutating func placeholder() throws(FolderObjection) {
    guard let end = scalars[index...].firstIndex(of: "}") else {
      throw FolderObjection("the project's config.template.work has a '{' without a '}'")
    }
    var body = ""
    body.unicodeScalars.append(contentsOf: scalars[index..<end])
    index = end + 1
    guard let field = WorkTemplate.Field(rawValue: body) else {
      throw FolderObjection(
        "the project's config.template.work has {\(body)} in the path of a document's folder, "
          + "where only {root}/ at its start, {project}, {silo}, {hierarchy} and {asset} are known")
    }
    endLiteral()
    component.append(.field(field))
  }

  private mutating func endLiteral() {
    if !literal.isEmpty { component.append(.literal(literal)) }
    literal = ""
  }

  /// Two `/` in a row are one to a disk.
  private mutating func endComponent() {
    endLiteral()
    if !component.isEmpty { components.append(component) }
    component = []
  }
}
