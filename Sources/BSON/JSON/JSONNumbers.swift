/// Reads numbers exactly: whole ones in the smallest integer type, others as the nearest double.
extension JSONParser {
  func parseNumber(_ typeAt: Int) throws(JSONError) {
    let first = cursor
    let negative = cursor.pointee == UInt8(ascii: "-")
    if negative { cursor += 1 }
    if cursor < end, cursor.pointee == UInt8(ascii: "I") {
      try word("Infinity")
      return poison("an infinite number", typeAt)
    }
    var digits = 0
    var mantissa: UInt64 = 0
    scanDigits(&mantissa, &digits)
    guard digits > 0 else { throw error("no JSON value") }
    let leading = negative ? first[1] : first[0]
    if digits > 1, leading == UInt8(ascii: "0") { throw error("a number that starts with 0") }
    let isFraction = cursor < end && cursor.pointee == UInt8(ascii: ".")
    var fractionDigits = 0
    if isFraction {
      cursor += 1
      scanDigits(&mantissa, &fractionDigits)
      guard fractionDigits > 0 else { throw error("a digit is missing after '.'") }
    }
    let hasExponent = cursor < end && (cursor.pointee | 0x20) == UInt8(ascii: "e")
    if hasExponent { try skipExponent() }
    if !isFraction, !hasExponent {
      return store(integer: mantissa, digits, negative, first, typeAt)
    }
    if !hasExponent, digits + fractionDigits <= 15 {
      let value = Double(mantissa) / JSONParser.powersOfTen[fractionDigits]
      return store(double: negative ? -value : value, typeAt)
    }
    let text = String(
      decoding: UnsafeBufferPointer(start: first, count: cursor - first), as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      return poison("the number \(text.prefix(40)) is out of range", typeAt)
    }
    store(double: value, typeAt)
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  @inline(__always)
  private func scanDigits(_ mantissa: inout UInt64, _ digits: inout Int) {
    while cursor < end {
      let digit = cursor.pointee &- 0x30
      guard digit < 10 else { return }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      digits += 1
      cursor += 1
    }
  }

  private func skipExponent() throws(JSONError) {
    cursor += 1
    if cursor < end, cursor.pointee == UInt8(ascii: "+") || cursor.pointee == UInt8(ascii: "-") {
      cursor += 1
    }
    var ignored: UInt64 = 0
    var digits = 0
    scanDigits(&ignored, &digits)
    guard digits > 0 else { throw error("a digit is missing in an exponent") }
  }

  private func store(
    integer mantissa: UInt64, _ digits: Int, _ negative: Bool, _ first: UnsafePointer<UInt8>,
    _ typeAt: Int
  ) {
    var number: Int64? = Int64(exactly: mantissa).map { negative ? -$0 : $0 }
    if digits > 18 {
      number = Int64(
        String(decoding: UnsafeBufferPointer(start: first, count: cursor - first), as: UTF8.self))
    }
    guard let number else { return poison("an integer beyond 64 bits", typeAt) }
    if let small = Int32(exactly: number) {
      setType(.int32, typeAt)
      memory.append(raw: small)
    } else {
      setType(.int64, typeAt)
      memory.append(raw: number)
    }
  }

  private func store(double value: Double, _ typeAt: Int) {
    setType(.double, typeAt)
    memory.append(raw: value)
  }
}
