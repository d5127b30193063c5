/// Unicode's normal form KC for the characters that people write names with: what looks and means the
/// same becomes the same text.
///
/// Known are letters with marks in Latin, Greek, Cyrillic and kana, Korean syllables, and the forms in
/// ``NormalisationTables``: full and half width, ligatures, super- and subscripts, circled and styled
/// letters and digits, fractions, roman numerals, units, and the blanks that Unicode takes for one.
/// Every other character stays as it is.
enum Normalisation {
  static func nfkc(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var scalars: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars { decompose(scalar, into: &scalars) }
    order(&scalars)
    var result = String.UnicodeScalarView()
    result.append(contentsOf: composed(scalars))
    return String(result)
  }

  // MARK: Taking apart

  private static func decompose(_ scalar: Unicode.Scalar, into scalars: inout [Unicode.Scalar]) {
    if scalar.isASCII {
      scalars.append(scalar)
    } else if isBlank(scalar.value) {
      scalars.append(" ")
    } else if let form = NormalisationTables.forms[scalar] {
      for part in form.unicodeScalars { decompose(part, into: &scalars) }
    } else if let pair = NormalisationTables.decomposed[scalar] {
      decompose(pair.base, into: &scalars)
      scalars.append(pair.mark)
    } else if let mark = narrowMarks[scalar] {
      scalars.append(mark)
    } else {
      scalars += Hangul.jamo(of: scalar) ?? [scalar]
    }
  }

  private static func isBlank(_ code: UInt32) -> Bool {
    switch code {
    case 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// The marks behind half-width kana.
  private static let narrowMarks: [Unicode.Scalar: Unicode.Scalar] = [
    "\u{FF9E}": "\u{3099}", "\u{FF9F}": "\u{309A}",
  ]

  /// Marks on one character stand by their class; those of one class keep their order.
  private static func order(_ scalars: inout [Unicode.Scalar]) {
    var start = 0
    while start < scalars.count {
      var end = start
      while end < scalars.count, NormalisationTables.combiningClass(scalars[end]) > 0 { end += 1 }
      if end - start > 1 {
        let marks = scalars[start..<end].enumerated().sorted {
          (NormalisationTables.combiningClass($0.element), $0.offset)
            < (NormalisationTables.combiningClass($1.element), $1.offset)
        }
        scalars.replaceSubrange(start..<end, with: marks.map(\.element))
      }
      start = end + 1
    }
  }

  // MARK: Putting together

  private static func composed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    /// Where the last character without a class stands, and the class of the last mark on it.
    var base: Int?
    var lastClass = 0
    for scalar in scalars {
      let ownClass = NormalisationTables.combiningClass(scalar)
      let isNear = lastClass < ownClass || (lastClass == 0 && base == result.count - 1)
      if let base, isNear, let whole = whole(result[base], scalar) {
        result[base] = whole
        continue
      }
      if ownClass == 0 { base = result.count }
      lastClass = ownClass
      result.append(scalar)
    }
    return result
  }

  private static func whole(_ base: Unicode.Scalar, _ next: Unicode.Scalar) -> Unicode.Scalar? {
    NormalisationTables.composed[NormalisationTables.Pair(base: base, mark: next)]
      ?? Hangul.syllable(base, next)
  }
}

/// Korean syllables, which Unicode numbers by their letters (chapter 3.12 of the standard).
private enum Hangul {
  private static let firstSyllable: UInt32 = 0xAC00
  private static let (leads, vowels, tails): (UInt32, UInt32, UInt32) = (0x1100, 0x1161, 0x11A7)
  private static let (leadCount, vowelCount, tailCount): (UInt32, UInt32, UInt32) = (19, 21, 28)

  static func jamo(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard (0xAC00...0xD7A3).contains(scalar.value) else { return nil }
    let index = scalar.value - firstSyllable
    let (pair, tail) = index.quotientAndRemainder(dividingBy: tailCount)
    let (lead, vowel) = pair.quotientAndRemainder(dividingBy: vowelCount)
    let codes = [leads + lead, vowels + vowel] + (tail > 0 ? [tails + tail] : [])
    return codes.compactMap(Unicode.Scalar.init)
  }

  static func syllable(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    let (a, b) = (first.value, second.value)
    if (leads..<(leads + leadCount)).contains(a), (vowels..<(vowels + vowelCount)).contains(b) {
      let pair = (a - leads) * vowelCount + (b - vowels)
      return Unicode.Scalar(firstSyllable + pair * tailCount)
    }
    if (0xAC00...0xD7A3).contains(a), (a - firstSyllable) % tailCount == 0,
      (tails + 1..<(tails + tailCount)).contains(b)
    {
      return Unicode.Scalar(a + (b - tails))
    }
    return nil
  }
}
