/// Where the parts of a field stand in memory.
struct FieldSpan {
  let type: ElementType
  let keyStart: Int
  let keyLength: Int
  let valueStart: Int
  let valueLength: Int
}

/// Goes through the fields of one document in memory that was checked.
struct FieldCursor {
  let base: UnsafeRawPointer
  /// Of the next field's type byte.
  var position: Int
  /// Of the document's closing byte.
  let end: Int

  @inline(__always)
  mutating func next() -> FieldSpan? {
    guard position < end else { return nil }
    let type = ElementType(rawValue: base.load(fromByteOffset: position, as: UInt8.self))
    let keyStart = position + 1
    let keyLength = FieldCursor.keyLength(at: base + keyStart, available: end - keyStart)
    let valueStart = keyStart + keyLength + 1
    guard let valueLength = type.valueLength(at: base + valueStart, available: end - valueStart)
    else { return nil }
    position = valueStart + valueLength
    return FieldSpan(
      type: type, keyStart: keyStart, keyLength: keyLength, valueStart: valueStart,
      valueLength: valueLength)
  }

  /// The length of a field's name; its NUL is known to be there. Names are short and looked at by
  /// the million: eight bytes at a time, and no call.
  @inline(__always)
  private static func keyLength(at base: UnsafeRawPointer, available: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var length = 0
    while available - length >= 8 {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: length, as: UInt64.self))
      let zeros = (word &- ones) & ~word & (ones << 7)
      if zeros != 0 { return length + zeros.trailingZeroBitCount / 8 }
      length += 8
    }
    while base.load(fromByteOffset: length, as: UInt8.self) != 0 { length += 1 }
    return length
  }
}
