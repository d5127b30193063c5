internal import Foundation

/// One pass over JSON text that writes BSON as it goes. Not reentrant; lives for one call.
final class JSONParser {
  let writer: DocumentWriter
  let memory: GrowingMemory
  private let start: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  var cursor: UnsafePointer<UInt8>

  init(_ bytes: UnsafeRawBufferPointer) {
    writer = DocumentWriter(capacity: bytes.count + bytes.count / 4)
    memory = writer.memory
    let base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    start = base.assumingMemoryBound(to: UInt8.self)
    end = start + bytes.count
    cursor = start
  }

  // MARK: Roots

  func parseRootObject() throws(JSONError) {
    try expect(UInt8(ascii: "{"), "an object")
    try parseRootBody()
    try expectEnd()
  }

  func parseRootList(_ table: JSONTable?) throws(JSONError) {
    if let table, try peek() == UInt8(ascii: "{") {
      try parseTable(table)
    } else {
      try expect(UInt8(ascii: "["), "a list")
      try parseItems { (_) throws(JSONError) in
        try self.expect(UInt8(ascii: "{"), "an object")
        try self.parseRootBody()
      }
    }
    try expectEnd()
  }

  private func parseRootBody() throws(JSONError) {
    writer.beginRoot()
    try parseMembers(depth: 1)
    writer.end()
  }

  func expectEnd() throws(JSONError) {
    skipWhitespace()
    if cursor != end { throw error("text after the end of the value") }
  }

  // MARK: Tokens

  @inline(__always)
  func skipWhitespace() {
    while cursor < end {
      switch cursor.pointee {
      case 0x20, 0x0A, 0x0D, 0x09: cursor += 1
      default: return
      }
    }
  }

  @inline(__always)
  func peek() throws(JSONError) -> UInt8 {
    skipWhitespace()
    guard cursor < end else { throw error("the text ends inside a value") }
    return cursor.pointee
  }

  @inline(__always)
  func take(_ byte: UInt8) throws(JSONError) -> Bool {
    guard try peek() == byte else { return false }
    cursor += 1
    return true
  }

  func expect(_ byte: UInt8, _ what: String) throws(JSONError) {
    guard try take(byte) else { throw error("expected \(what)") }
  }

  func error(_ reason: String) -> JSONError {
    var line = 1
    var lineStart = start
    var scan = start
    while scan < cursor {
      if scan.pointee == 0x0A {
        line += 1
        lineStart = scan + 1
      }
      scan += 1
    }
    return JSONError(
      reason: reason, line: line, column: cursor - lineStart + 1, isTruncated: cursor >= end)
  }

  // MARK: Containers

  /// Calls `item` with each index, the cursor before the item; the opening bracket is taken.
  @inline(__always)
  func parseItems(_ item: (Int) throws(JSONError) -> Void) throws(JSONError) {
    if try take(UInt8(ascii: "]")) { return }
    var index = 0
    while true {
      _ = try peek()
      try item(index)
      index += 1
      if try take(UInt8(ascii: ",")) { continue }
      try expect(UInt8(ascii: "]"), "',' or ']'")
      return
    }
  }

  /// The members of an object whose opening brace is taken.
  private func parseMembers(depth: Int) throws(JSONError) {
    if try take(UInt8(ascii: "}")) { return }
    let firstMember = memory.count
    var seen: UInt64 = 0
    while true {
      let typeAt = memory.count
      memory.append(byte: 0)
      try expect(UInt8(ascii: "\""), "a field name")
      let flaw = try parseKey()
      if flaw == nil {
        try checkDuplicate(typeAt: typeAt, firstMember: firstMember, seen: &seen)
      }
      try expect(UInt8(ascii: ":"), "':'")
      if let flaw {
        try skipValue()
        poison("its field name is \(flaw)", typeAt)
      } else {
        try parseValue(typeAt: typeAt, depth: depth)
      }
      if try take(UInt8(ascii: ",")) { continue }
      try expect(UInt8(ascii: "}"), "',' or '}'")
      return
    }
  }

  /// JSON leaves the meaning of a repeated name open and readers differ: refused. A small set of
  /// hash bits spares the comparison for nearly every name.
  @inline(__always)
  private func checkDuplicate(
    typeAt: Int, firstMember: Int, seen: inout UInt64
  ) throws(JSONError) {
    let key = memory.base + typeAt + 1
    let length = memory.count - typeAt - 2
    let first = length > 0 ? key.load(as: UInt8.self) : 0
    let last = length > 0 ? key.load(fromByteOffset: length - 1, as: UInt8.self) : 0
    let bit: UInt64 = 1 << UInt64((Int(first) &* 7 &+ Int(last) &* 13 &+ length) & 63)
    if seen & bit != 0, occursEarlier(typeAt: typeAt, length: length, from: firstMember) {
      let name = String(
        decoding: UnsafeRawBufferPointer(start: key, count: length), as: UTF8.self)
      throw error("the field name '\(name)' occurs twice in one object")
    }
    seen |= bit
  }

  private func occursEarlier(typeAt: Int, length: Int, from firstMember: Int) -> Bool {
    let base = UnsafeRawPointer(memory.base)
    var position = firstMember
    while position < typeAt {
      let type = ElementType(rawValue: base.load(fromByteOffset: position, as: UInt8.self))
      let nameLength = strlen((base + position + 1).assumingMemoryBound(to: CChar.self))
      if nameLength == length, memcmp(base + position + 1, base + typeAt + 1, length) == 0 {
        return true
      }
      let value = position + nameLength + 2
      guard let size = type.valueLength(at: base + value, available: typeAt - value) else {
        return false
      }
      position = value + size
    }
    return false
  }

  // MARK: Values

  /// Reads one value to the end of memory and puts its type where `typeAt` left room for it.
  func parseValue(typeAt: Int, depth: Int) throws(JSONError) {
    let byte = try peek()
    switch byte {
    case UInt8(ascii: "\""):
      cursor += 1
      try parseText(typeAt)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      try parseContainer(byte, typeAt: typeAt, depth: depth)
    case UInt8(ascii: "t"):
      try word("true")
      setType(.bool, typeAt)
      memory.append(byte: 1)
    case UInt8(ascii: "f"):
      try word("false")
      setType(.bool, typeAt)
      memory.append(byte: 0)
    case UInt8(ascii: "n"):
      try word("null")
      setType(.null, typeAt)
    case UInt8(ascii: "N"):
      try word("NaN")
      poison("NaN is no number that Avalon can use", typeAt)
    case UInt8(ascii: "I"):
      try word("Infinity")
      poison("an infinite number", typeAt)
    default:
      try parseNumber(typeAt)
    }
  }

  private func parseContainer(_ byte: UInt8, typeAt: Int, depth: Int) throws(JSONError) {
    guard depth < JSON.maximumDepth else {
      try skipValue()
      return poison("nested deeper than \(JSON.maximumDepth) levels", typeAt)
    }
    cursor += 1
    writer.beginRoot()
    if byte == UInt8(ascii: "{") {
      setType(.document, typeAt)
      try parseMembers(depth: depth + 1)
    } else {
      setType(.array, typeAt)
      try parseItems { (index) throws(JSONError) in
        let itemTypeAt = self.memory.count
        self.memory.append(byte: 0)
        self.writer.writeIndex(index)
        try self.parseValue(typeAt: itemTypeAt, depth: depth + 1)
      }
    }
    writer.end()
  }

  @inline(__always)
  func setType(_ type: ElementType, _ typeAt: Int) {
    memory.store(raw: type.rawValue, at: typeAt)
  }

  func poison(_ reason: String, _ typeAt: Int) {
    setType(.code, typeAt)
    var reason = reason
    reason.withUTF8 { bytes in
      memory.append(raw: Int32(bytes.count + 1))
      if let base = bytes.baseAddress { memory.append(base, bytes.count) }
    }
    memory.append(byte: 0)
  }

  func word(_ text: StaticString) throws(JSONError) {
    let length = text.utf8CodeUnitCount
    guard end - cursor >= length else {
      cursor = end
      throw error("the text ends inside a value")
    }
    guard memcmp(cursor, text.utf8Start, length) == 0 else { throw error("no JSON value") }
    cursor += length
  }

  // MARK: Strings

  /// A text whose opening quote is taken.
  func parseText(_ typeAt: Int) throws(JSONError) {
    let valueAt = memory.count
    memory.append(raw: Int32(0))
    let flaw = try copyString()
    if let flaw {
      memory.truncate(to: valueAt)
      return poison(flaw, typeAt)
    }
    memory.append(byte: 0)
    memory.store(raw: Int32(memory.count - valueAt - 4), at: valueAt)
    setType(.string, typeAt)
  }

  /// A field name whose opening quote is taken, with its NUL; gives what makes it unfit, if
  /// anything does. Such a name is kept with a byte that is no UTF-8, so that it never equals a
  /// name that somebody asks for, nor counts as its duplicate.
  private func parseKey() throws(JSONError) -> String? {
    let at = memory.count
    let flaw = try copyString()
    if flaw != nil {
      for index in at..<memory.count
      where memory.base.load(fromByteOffset: index, as: UInt8.self) == 0 {
        memory.store(raw: UInt8(ascii: "?"), at: index)
      }
      memory.append(byte: 0xFF)
    }
    memory.append(byte: 0)
    return flaw
  }

  /// Copies a string up to its closing quote; gives what makes it unfit, if anything does.
  func copyString() throws(JSONError) -> String? {
    let from = memory.count
    var flaw: String?
    var isASCII = true
    while true {
      let run = cursor
      isASCII = scanRun() && isASCII
      memory.append(run, cursor - run)
      guard cursor < end else { throw error("the text ends inside a string") }
      switch cursor.pointee {
      case UInt8(ascii: "\""):
        cursor += 1
        if !isASCII, flaw == nil, !JSONEscapes.isUTF8(memory, from: from) {
          flaw = "a text that is not UTF-8"
        }
        return flaw
      case UInt8(ascii: "\\"):
        if let found = try JSONEscapes.parse(self, into: memory) { flaw = found }
      default:
        throw error("a control character inside a string")
      }
    }
  }

  /// Moves to the next quote, backslash or control character; false when bytes over 0x7F passed.
  @inline(__always)
  private func scanRun() -> Bool {
    var high: UInt64 = 0
    while end - cursor >= 8 {
      let word = UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self)
      let quote = word ^ 0x2222_2222_2222_2222
      let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let ones: UInt64 = 0x0101_0101_0101_0101
      let tops: UInt64 = 0x8080_8080_8080_8080
      let stop =
        ((quote &- ones) & ~quote | (slash &- ones) & ~slash
          | (word &- 0x2020_2020_2020_2020) & ~word) & tops
      if stop != 0 { break }
      high |= word & tops
      cursor += 8
    }
    while cursor < end {
      let byte = cursor.pointee
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      high |= UInt64(byte & 0x80)
      cursor += 1
    }
    return high == 0
  }

  var remaining: Int { end - cursor }
}
