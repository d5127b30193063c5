internal import BSON

/// The file of a project: the project document's id and the collection's name, which Python's
/// `pickle` wrote for the old tool (`partd.Pickle`).
///
/// A pickle is a program. None is run here: the only one that is taken is the one that `pickle`
/// makes of `[ObjectId, str]` in protocol 4 or 5 (Python 3.4 to 3.13 and later), byte for byte;
/// whatever differs is refused.
struct PickledPair: Equatable {
  let document: ObjectID
  let collection: String

  /// - Parameter bytes: one frame or several, as partd appends; all of them must say the same.
  /// - Throws: `damaged` with the byte from which on it is something else.
  init(file bytes: [UInt8], path: String) throws(AvalonError) {
    do throws(Refusal) {
      self = try PickledPair.read(bytes)
    } catch {
      throw AvalonError.oldFile(path, error.reason, at: error.offset)
    }
  }

  private init(document: ObjectID, collection: String) {
    self.document = document
    self.collection = collection
  }

  /// Why a file is not taken, and from which byte on.
  struct Refusal: Error, Equatable {
    let reason: String
    let offset: Int
  }

  static func read(_ bytes: [UInt8]) throws(Refusal) -> PickledPair {
    var cursor = Cursor(bytes)
    var found: PickledPair?
    repeat {
      let start = cursor.offset
      let pair = try frame(&cursor)
      guard found == nil || found == pair else {
        throw Refusal(
          reason: "this entry says something else than the one before it", offset: start)
      }
      found = pair
    } while !cursor.isAtEnd
    guard let found else { throw Refusal(reason: "the file is empty", offset: 0) }
    return found
  }

  /// What pickle writes before the document's id, from the frame's content on: a list is begun, and
  /// in it an `ObjectId` without arguments. 0x94 remembers a value, 0x8C is a short text.
  private static let opening: [UInt8] =
    [0x5D, 0x94, 0x28, 0x8C, 13] + Array("bson.objectid".utf8) + [0x94, 0x8C, 8]
    + Array("ObjectId".utf8) + [0x94, 0x93, 0x94, 0x29, 0x81, 0x94]

  private static func frame(_ cursor: inout Cursor) throws(Refusal) -> PickledPair {
    let start = cursor.offset
    let length = try cursor.number(8, "the length of an entry")
    guard length > 0, length <= cursor.left else {
      throw Refusal(
        reason: "an entry of \(length) bytes is announced, and \(cursor.left) follow", offset: start
      )
    }
    let end = cursor.offset + length
    try cursor.expect([0x80], "the start of a pickle")
    let version = try cursor.byte("the version of a pickle")
    guard version == 4 || version == 5 else {
      throw Refusal(reason: "pickle's protocol \(version) is not read", offset: cursor.offset - 1)
    }
    try cursor.expect([0x95], "a frame of pickle")
    let size = try cursor.number(8, "the length of a frame")
    guard size == end - cursor.offset else {
      throw Refusal(reason: "pickle's frame does not fill its entry", offset: cursor.offset - 8)
    }
    let pair = try content(&cursor)
    guard cursor.offset == end else {
      throw Refusal(reason: "an entry goes on after its end", offset: cursor.offset)
    }
    return pair
  }

  private static func content(_ cursor: inout Cursor) throws(Refusal) -> PickledPair {
    try cursor.expect(opening, "a list that begins with an ObjectId")
    try cursor.expect([0x43, 12], "twelve bytes of an id")
    guard let document = ObjectID(bytes: try cursor.take(12, "twelve bytes of an id")) else {
      throw Refusal(reason: "that is no id", offset: cursor.offset)
    }
    try cursor.expect([0x94, 0x62], "the end of the ObjectId")
    let collection = try text(&cursor)
    try cursor.expect([0x94, 0x65, 0x2E], "the end of the list")
    return PickledPair(document: document, collection: collection)
  }

  /// Texts of up to 255 bytes have their length in one byte, others in four.
  private static func text(_ cursor: inout Cursor) throws(Refusal) -> String {
    let start = cursor.offset
    let length: Int
    switch try cursor.byte("the collection's name") {
    case 0x8C: length = try cursor.number(1, "the length of the name")
    case 0x58: length = try cursor.number(4, "the length of the name")
    default: throw Refusal(reason: "a text was expected, the collection's name", offset: start)
    }
    let place = cursor.offset
    let bytes = try cursor.take(length, "the collection's name")
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw Refusal(reason: "the collection's name is not UTF-8", offset: place)
    }
    if let flaw = NamespaceName.flaw(ofCollection: name) {
      throw Refusal(reason: flaw, offset: place)
    }
    return name
  }

  /// A place in the bytes.
  private struct Cursor {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var left: Int { bytes.count - offset }
    var isAtEnd: Bool { left == 0 }

    mutating func take(_ count: Int, _ what: String) throws(Refusal) -> ArraySlice<UInt8> {
      guard count <= left else {
        throw Refusal(reason: "the file ends in the middle of \(what)", offset: bytes.count)
      }
      defer { offset += count }
      return bytes[offset..<offset + count]
    }

    mutating func byte(_ what: String) throws(Refusal) -> UInt8 {
      let taken = try take(1, what)
      return taken[taken.startIndex]
    }

    /// A number, its lowest byte first. One that no file of this size can mean is refused.
    mutating func number(_ width: Int, _ what: String) throws(Refusal) -> Int {
      let start = offset
      let value = try take(width, what).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard let number = Int(exactly: value) else {
        throw Refusal(reason: "\(value) is too much for \(what)", offset: start)
      }
      return number
    }

    mutating func expect(_ wanted: [UInt8], _ what: String) throws(Refusal) {
      for byte in wanted {
        guard try self.byte(what) == byte else {
          throw Refusal(reason: "\(what) was expected", offset: offset - 1)
        }
      }
    }
  }
}
