internal import BSON
internal import Identity
internal import YAML

/// A value while an expression is evaluated.
enum Datum {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case text(String)
  case list([Datum])
  /// A map as Kitsu has it.
  case map(Document)
  /// A list as Kitsu has it, its items not read yet.
  case rawList(Document)
  case record(Record)
  case id(ObjectID)
}

/// One of Kitsu's records.
struct Record {
  let type: RecordType
  let document: Document

  var id: EntityID? { EntityID(document.element(.id)) }

  /// The task type that a task has, or that it is.
  var taskTypeID: EntityID? {
    switch type {
    case .taskType: id
    case .task: EntityID(document.element(.taskTypeID))
    default: nil
    }
  }

  /// The name that people know it by.
  var name: String? { document.element(.name)?.string }
}

extension Datum {
  var isNull: Bool { if case .null = self { true } else { false } }

  /// "the text 'abc'": for messages. Long values are cut.
  var shown: String {
    switch self {
    case .null: "null"
    case .bool(let flag): "\(flag)"
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .text(let text): "the text '\(text.count > 60 ? text.prefix(60) + "…" : text[...])'"
    case .list, .rawList: "a list"
    case .map: "a map"
    case .record(let record): "a record (\(record.type.rawValue))"
    case .id: "a document's id"
    }
  }

  /// The items of a list.
  var items: [Datum]? {
    switch self {
    case .list(let items): items
    case .rawList(let list): list.map { Datum(element: $0) }
    default: nil
    }
  }

  /// A value as it stands in Kitsu's answer. Blank text and the text `None`, which Zou writes for
  /// a missing value, are null. A value that could not be represented stays marked as such by
  /// the caller; see ``Element/flaw``.
  init(element: Element) {
    switch element.type {
    case .string:
      self = element.isBlank ? .null : .text(element.string ?? "")
    case .document: self = element.document.map(Datum.map) ?? .null
    case .array: self = element.array.map(Datum.rawList) ?? .null
    default:
      switch element.value {
      case .bool(let flag): self = .bool(flag)
      case .int32(let number): self = .int(Int64(number))
      case .int64(let number): self = .int(number)
      case .double(let number): self = .double(number)
      case .objectID(let id): self = .id(id)
      default: self = .null
      }
    }
  }

}

extension Element {
  /// A text of blanks or the text `None`: see ``Datum/init(element:)``.
  var isBlank: Bool { withStringBytes { Element.isBlank($0) } ?? true }

  private static func isBlank(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if bytes.count == 4 { return bytes.elementsEqual("None".utf8) || bytes.allSatisfy(isSpace) }
    guard let first = bytes.first else { return true }
    return isSpace(first) && bytes.allSatisfy(isSpace)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// Why the value of this element cannot be used, if it cannot. A list is as good as its items,
  /// since filters go through all of them; a map's fields are judged when they are asked for.
  var flaw: String? {
    if let array { return array.lazy.compactMap(\.flaw).first }
    guard type == .code, case .unrepresentable(let reason) = value else { return nil }
    return reason
  }
}

/// Why a value could not be evaluated, and where in the mapping.
struct EvaluationError: Error {
  enum Cause {
    /// A value that does not fit what is done with it.
    case unfit
    /// An id that names nothing that was read.
    case dangling(RecordType, String)
    /// It stands on a document that is held.
    case held(EntityID)
  }

  let cause: Cause
  let message: String
  let position: Position

  init(_ message: String, _ position: Position, cause: Cause = .unfit) {
    self.message = message
    self.position = position
    self.cause = cause
  }

  /// With the line of the mapping, so that its author finds the place.
  var told: String { "\(message) (\(position))" }
}
