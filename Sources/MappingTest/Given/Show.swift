internal import BSON
internal import Identity
internal import Mapping

/// What a test says of Kitsu and of Avalon before anything is evaluated.
struct Show {
  static let projectID = StableID.of("project")

  var project: [FieldName: Value] = ["name": .string("Show")]
  var projectData: [Datum] = []
  var studio: [StudioList: [StudioRecord]] = [:]
  var descriptors: [Descriptor] = []
  var entities: [Entity] = []
  var documents: [KnownDocument] = []

  /// A field of Kitsu's metadata, in the order in which tests name them.
  typealias Datum = (name: String, value: Value)

  /// A column that Kitsu has for the metadata of one kind of entity.
  struct Descriptor {
    let kind: EntityKind
    /// Its name under `data`.
    let name: String

    var id: String { StableID.of("descriptor/\(kind.rawValue)/\(name)") }
  }

  /// A document that is in Avalon already.
  struct KnownDocument {
    /// Nil for a document that is not ours.
    let identity: Identity?
    let name: String
  }

  /// Kitsu's default where somebody makes a task.
  static let firstStatus = "todo"
  /// The type of an asset for which the test does not say one.
  static let firstAssetType = "Props"

  func first(_ list: StudioList, called name: String) -> StudioRecord? {
    studio[list]?.first { $0.isCalled(name, in: list) }
  }

  /// The id of what is called so; makes it where the test does not give it.
  mutating func id(_ list: StudioList, called name: String) -> String {
    if let known = first(list, called: name) { return known.id }
    var made = StudioRecord(list, name)
    made.nameInFull()
    studio[list, default: []].append(made)
    return made.id
  }
}

/// An entity of Kitsu as a test gives it.
struct Entity {
  let kind: EntityKind
  let name: String
  /// Its names from the top: `EP01/SQ01/SH010`, an asset's with its type.
  let place: String
  let id: String
  /// The number of the sequence or episode that it belongs to.
  let parent: Int?
  /// Of an asset.
  let type: String?
  var values: [FieldName: Value] = [:]
  var data: [Show.Datum] = []
  var tasks: [Document] = []
  var casting: [Cast] = []
  /// Ids of the entities that a concept is about.
  var subjects: [String] = []

  init(_ kind: EntityKind, _ name: String, in parent: (number: Int, place: String)?, type: String?)
  {
    self.kind = kind
    self.name = name
    self.parent = parent?.number
    self.type = type
    place = [parent?.place, type, name].compactMap(\.self).joined(separator: "/")
    id = StableID.of("\(kind.rawValue)/\(place)")
  }

  /// Whether a test means it by this name, or by the end of its place.
  func isCalled(_ text: String) -> Bool {
    name == text || (text.contains("/") && (place == text || place.hasSuffix("/\(text)")))
  }

  /// That an asset is used in the entity.
  struct Cast {
    let asset: String
    let values: [FieldName: Value]
  }
}

extension EntityKind {
  /// Its key in a test.
  var listName: String { "\(rawValue)s" }

  /// As Kitsu says it: `Shot`.
  var kitsuName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

  /// As messages say it: "an asset".
  var withArticle: String {
    switch self {
    case .episode, .asset, .edit: "an \(rawValue)"
    case .sequence, .shot, .concept: "a \(rawValue)"
    }
  }

  /// Keys for what it belongs to.
  var parentKeys: [String] {
    switch self {
    case .shot: ["sequence", "episode"]
    case .sequence, .asset, .edit: ["episode"]
    case .episode, .concept: []
    }
  }
}
