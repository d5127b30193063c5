/// JSON text as bytes, written as fast as it can be.
struct JSONBytes {
  private(set) var bytes: [UInt8] = []

  /// Text as it is.
  mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// A UUID that follows from a kind of thing and its number, with its quotes.
  mutating func id(_ kind: UInt64, _ number: Int) {
    bytes.append(0x22)
    let first = JSONBytes.mixed(kind << 40 | UInt64(number))
    let second = JSONBytes.mixed(first ^ 0x9E37_79B9_7F4A_7C15)
    var digits = 0
    for half in [first, second] {
      for shift in stride(from: 60, through: 0, by: -4) {
        if digits == 8 || digits == 12 || digits == 16 || digits == 20 { bytes.append(0x2D) }
        bytes.append(JSONBytes.hexadecimal[Int(half >> UInt64(shift) & 15)])
        digits += 1
      }
    }
    bytes.append(0x22)
  }

  private static let hexadecimal = Array("0123456789abcdef".utf8)

  /// The finaliser of SplitMix64: numbers that look like chance and are the same in every run.
  static func mixed(_ number: UInt64) -> UInt64 {
    var z = number &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
