package import BSON

/// A Kitsu id: a UUID in 16 bytes, so that joins over 100,000 entities make no strings.
package struct EntityID: Hashable, Sendable, Comparable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  /// Takes the 36 characters of a UUID in either case.
  package init?(_ text: String) {
    var text = text
    guard let id = text.withUTF8({ EntityID(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = id
  }

  /// The ids in what people paste: an id alone, or an address of Kitsu's pages, such as
  /// `…/productions/ID/shots/ID`.
  package static func all(in text: String) -> [EntityID] {
    text.split(whereSeparator: { "/?#&=".contains($0) }).compactMap { EntityID(String($0)) }
  }

  /// Takes the text of an element; nil where it is no UUID. Zou writes "" and "None" for no id.
  package init?(_ element: Element?) {
    guard let id = element?.withStringBytes({ EntityID(utf8: $0) }) ?? nil else { return nil }
    self = id
  }

  package init?(_ value: Value?) {
    guard let text = value?.string else { return nil }
    self.init(text)
  }

  /// Eight digits at a time: the groups of a UUID are 8, 4, 4, 4 and 12 long.
  private init?(utf8 bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 36, let base = bytes.baseAddress else { return nil }
    for place in [8, 13, 18, 23] where bytes[place] != UInt8(ascii: "-") { return nil }
    func four(_ offset: Int) -> UInt64 {
      UInt64(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    guard let first = EntityID.number(four(0) | four(4) << 32),
      let second = EntityID.number(four(9) | four(14) << 32),
      let third = EntityID.number(four(19) | four(24) << 32),
      let fourth = EntityID.number(four(28) | four(32) << 32)
    else { return nil }
    high = first << 32 | second
    low = third << 32 | fourth
  }

  /// The number that eight hexadecimal digits write, the first in the lowest byte; nil where one
  /// is none. Works on all bytes at once: a sum sets a byte's top bit where it passes a bound.
  @inline(__always)
  private static func number(_ text: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops = ones << 7
    let lower = text | ones << 5
    let isNumeral = (text &+ ones * 0x50) & ~(text &+ ones * 0x46)
    let isLetter = (lower &+ ones * 0x1F) & ~(lower &+ ones * 0x19)
    guard text & tops == 0, (isNumeral | isLetter) & tops == tops else { return nil }
    var number = ((text & (ones * 0x0F)) &+ ((isLetter & tops) >> 7) * 9).byteSwapped
    number = (number | number >> 4) & 0x00FF_00FF_00FF_00FF
    number = (number | number >> 8) & 0x0000_FFFF_0000_FFFF
    return (number | number >> 16) & 0xFFFF_FFFF
  }

  package static func < (left: EntityID, right: EntityID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  /// Lower case with hyphens, as Kitsu writes it.
  package var description: String {
    String(unsafeUninitializedCapacity: 36) { text in
      var place = 0
      for half in [high, low] {
        for shift in stride(from: 60, through: 0, by: -4) {
          if place == 8 || place == 13 || place == 18 || place == 23 {
            text[place] = UInt8(ascii: "-")
            place += 1
          }
          let digit = UInt8(truncatingIfNeeded: half >> UInt64(shift)) & 15
          text[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
          place += 1
        }
      }
      return 36
    }
  }

  /// The 16 bytes, most significant first.
  package var bytes: [UInt8] {
    [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
  }
}
