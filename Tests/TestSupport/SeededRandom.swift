/// Random numbers that are the same in every run (SplitMix64), so that a failed property can be
/// repeated by its seed.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(_ seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  package mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  package mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  package mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

  /// A text of YAML with a character more or less, or without one of its lines.
  package mutating func damage(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    let line = below(lines.count)
    guard !lines[line].isEmpty else { return text }
    let column = below(lines[line].count)
    switch below(3) {
    case 0: lines[line].remove(at: column)
    case 1: lines[line].insert(pick(Array("${}|'.:[]()é?- ")), at: column)
    default: lines.remove(at: line)
    }
    return lines.map { String($0) }.joined(separator: "\n")
  }

  /// A text of any characters that Unicode has, rare and hostile ones more often than people write
  /// them.
  package mutating func text(upTo length: Int) -> String {
    var text = ""
    for _ in 0..<below(length + 1) { text.unicodeScalars.append(scalar()) }
    return text
  }

  private mutating func scalar() -> Unicode.Scalar {
    let ranges: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0x61...0x7A, 0x01...0x1F, 0x80...0x24F, 0x300...0x36F, 0x370...0x52F,
      0x1E00...0x1FFF, 0x2000...0x206F, 0x3000...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3,
      0xFE00...0xFFFD, 0x1F300...0x1FAFF, 0xE0000...0xE007F, 0x10FFF0...0x10FFFF,
    ]
    return Unicode.Scalar(UInt32.random(in: pick(ranges), using: &self)) ?? "?"
  }
}
