/// The backslash escapes of JSON strings, and the check that text is UTF-8.
enum JSONEscapes {
  /// Reads one escape at the cursor; gives what makes the character unfit, if anything does.
  static func parse(_ parser: JSONParser, into memory: GrowingMemory) throws(JSONError) -> String? {
    guard parser.remaining >= 2 else { throw truncated(parser) }
    let letter = parser.cursor[1]
    parser.cursor += 2
    switch letter {
    case UInt8(ascii: "n"): memory.append(byte: 0x0A)
    case UInt8(ascii: "t"): memory.append(byte: 0x09)
    case UInt8(ascii: "r"): memory.append(byte: 0x0D)
    case UInt8(ascii: "b"): memory.append(byte: 0x08)
    case UInt8(ascii: "f"): memory.append(byte: 0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): memory.append(byte: letter)
    case UInt8(ascii: "u"): return try parseUnicode(parser, memory)
    default: throw parser.error("an unknown escape in a string")
    }
    return nil
  }

  private static func parseUnicode(
    _ parser: JSONParser, _ memory: GrowingMemory
  ) throws(JSONError) -> String? {
    let unit = try hexadecimal(parser)
    if unit == 0 {
      memory.append(byte: 0)
      return "a text with a NUL character"
    }
    guard (0xD800...0xDFFF).contains(unit) else {
      append(unit, to: memory)
      return nil
    }
    let isPair =
      unit < 0xDC00 && parser.remaining >= 6 && parser.cursor[0] == UInt8(ascii: "\\")
      && parser.cursor[1] == UInt8(ascii: "u")
    guard isPair else { return "a text with half a surrogate pair" }
    parser.cursor += 2
    let low = try hexadecimal(parser)
    guard (0xDC00...0xDFFF).contains(low) else { return "a text with half a surrogate pair" }
    append(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), to: memory)
    return nil
  }

  private static func hexadecimal(_ parser: JSONParser) throws(JSONError) -> UInt32 {
    guard parser.remaining >= 4 else { throw truncated(parser) }
    var unit: UInt32 = 0
    for index in 0..<4 {
      guard let digit = Character(UnicodeScalar(parser.cursor[index])).hexDigitValue else {
        throw parser.error("an unknown escape in a string")
      }
      unit = unit << 4 | UInt32(digit)
    }
    parser.cursor += 4
    return unit
  }

  private static func append(_ code: UInt32, to memory: GrowingMemory) {
    guard let scalar = UnicodeScalar(code) else { return }
    for unit in UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter {
      memory.append(byte: unit)
    }
  }

  private static func truncated(_ parser: JSONParser) -> JSONError {
    parser.cursor += parser.remaining
    return parser.error("the text ends inside a string")
  }

  static func isUTF8(_ memory: GrowingMemory, from start: Int) -> Bool {
    let bytes = UnsafeRawBufferPointer(start: memory.base + start, count: memory.count - start)
    return String(validating: bytes.bindMemory(to: UInt8.self), as: UTF8.self) != nil
  }
}
