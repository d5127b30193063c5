/// One step of a name filter (`names.filters` of a mapping).
enum TextStep: Sendable {
  case foldASCII
  case normalise
  case lowercase
  case uppercase
  case replace(Pattern, with: String)
  /// Runs of the character become one.
  case squeeze(Character)
  case trim(Character)
  /// At most that many characters; a longer text ends in `_` and a hash of the whole.
  case truncate(Int)
  /// Puts the text there where it does not stand already.
  case prefix(String)
  case suffix(String)

  func apply(to text: String) throws(Filter.Refusal) -> String {
    switch self {
    case .foldASCII: TextStep.folded(text)
    case .normalise: Normalisation.nfkc(text)
    case .lowercase: text.lowercased()
    case .uppercase: text.uppercased()
    case .replace(let pattern, let replacement):
      try pattern.replaceAll(in: text, with: replacement)
    case .squeeze(let character): TextStep.squeezed(text, character)
    case .trim(let character): TextStep.trimmed(text) { $0 == character }
    case .truncate(let length): TextStep.truncated(text, to: length)
    case .prefix(let start): text.utf8.starts(with: start.utf8) ? text : start + text
    case .suffix(let end):
      text.utf8.reversed().starts(with: end.utf8.reversed()) ? text : text + end
    }
  }

  static func trimmed(_ text: String, of isTrimmed: (Character) -> Bool) -> String {
    var rest = text[...]
    while let first = rest.first, isTrimmed(first) { rest.removeFirst() }
    while let last = rest.last, isTrimmed(last) { rest.removeLast() }
    return String(rest)
  }

  private static func squeezed(_ text: String, _ character: Character) -> String {
    var result = ""
    for next in text where next != character || result.last != character { result.append(next) }
    return result
  }

  private static func truncated(_ text: String, to length: Int) -> String {
    guard text.count > length else { return text }
    var hash: UInt32 = 2_166_136_261
    for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let digits = String(hash, radix: 16)
    let suffix = "_" + String(repeating: "0", count: 8 - digits.count) + digits
    let start = trimmed(String(text.prefix(length - suffix.count))) { $0 == "_" }
    return start.isEmpty ? String(suffix.dropFirst()) : start + suffix
  }

  /// ASCII stays; letters with an ASCII form take it; combining accents and joiners go; marks of
  /// punctuation stay for a later step; any other character becomes `u` and its code, so that
  /// names in Chinese, Japanese or emoji are stable and distinct.
  static func folded(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        result.unicodeScalars.append(scalar)
      } else if let form = FoldTable.ascii(scalar) {
        result += form
      } else if isPunctuation(scalar.value) {
        result.unicodeScalars.append(scalar)
      } else if !isMark(scalar.value) {
        result += "u" + String(scalar.value, radix: 16)
      }
    }
    return result
  }

  private static func isPunctuation(_ code: UInt32) -> Bool {
    switch code {
    case 0x80...0xBF, 0xD7, 0xF7, 0x2000...0x200A, 0x2010...0x205F, 0x3000...0x303F: true
    default: false
    }
  }

  private static func isMark(_ code: UInt32) -> Bool {
    switch code {
    case 0x300...0x36F, 0x483...0x489, 0x200B...0x200F, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF:
      true
    default: false
    }
  }
}
