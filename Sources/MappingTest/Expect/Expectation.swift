internal import YAML

/// What a test expects of the documents that a mapping makes.
struct Expectation {
  /// Nil where the test does not speak of it, as for all lists here.
  var documents: [ExpectedDocument]?
  var held: [ExpectedHold]?
  var heldFields: [ExpectedFieldHold]?
  var skipped: [NamedEntity]?
  /// A part of each warning.
  var warnings: [String]?
  /// A part of the reason for which nothing of the project may be written.
  var failure: Node?
  /// What the test speaks of is all that there is.
  var isExact = false
}

struct ExpectedDocument {
  let name: String
  /// The fields that count; nil where there must be no such document.
  let fields: Node?
  let position: Position
}

struct ExpectedHold {
  let entity: NamedEntity
  /// A part of the reason.
  let because: String?
}

struct ExpectedFieldHold {
  let document: String
  /// As `data.fps`; `name` for a document that keeps its name.
  let field: String
  let because: String?
}
