/// Passes over values that cannot be kept: no recursion, as these may be nested without end.
extension JSONParser {
  /// Checks one value and keeps nothing of it.
  func skipValue() throws(JSONError) {
    var open: [UInt8] = []
    while true {
      if try skipOpening(&open) { continue }
      while let close = open.last {
        if try take(UInt8(ascii: ",")) {
          if close == UInt8(ascii: "}") { try skipKey() }
          break
        }
        try expect(close, close == UInt8(ascii: "}") ? "',' or '}'" : "',' or ']'")
        open.removeLast()
      }
      if open.isEmpty { return }
    }
  }

  /// Takes a scalar or what opens a container; true where a value has to follow.
  private func skipOpening(_ open: inout [UInt8]) throws(JSONError) -> Bool {
    if try take(UInt8(ascii: "{")) {
      if try take(UInt8(ascii: "}")) { return false }
      try skipKey()
      open.append(UInt8(ascii: "}"))
      return true
    }
    if try take(UInt8(ascii: "[")) {
      if try take(UInt8(ascii: "]")) { return false }
      open.append(UInt8(ascii: "]"))
      return true
    }
    let mark = writer.mark()
    let typeAt = memory.count
    memory.append(byte: 0)
    try parseValue(typeAt: typeAt, depth: JSON.maximumDepth)
    writer.rollBack(to: mark)
    return false
  }

  private func skipKey() throws(JSONError) {
    try expect(UInt8(ascii: "\""), "a field name")
    let mark = writer.mark()
    _ = try copyString()
    writer.rollBack(to: mark)
    try expect(UInt8(ascii: ":"), "':'")
  }
}
