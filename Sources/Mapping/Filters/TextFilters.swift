extension Filter {
  static let textFilters: [Filter] = [
    Filter(
      "lowercase", inputs: [.text], result: .always(.text), "the text in small letters",
      [Example("'ÀB' | lowercase", #""àb""#)]
    ) { (datum, _) throws(Refusal) in
      .text(try text(datum, "lowercase").lowercased())
    },
    Filter(
      "uppercase", inputs: [.text], result: .always(.text), "the text in capital letters",
      [Example("'àb' | uppercase", #""ÀB""#)]
    ) { (datum, _) throws(Refusal) in
      .text(try text(datum, "uppercase").uppercased())
    },
    Filter(
      "title", inputs: [.text], result: .always(.text),
      "each word with a capital letter and small ones after it",
      [Example("'the OLD man''s-hat' | title", #""The Old Man's-Hat""#)]
    ) { (datum, _) throws(Refusal) in
      .text(titled(try text(datum, "title")))
    },
    Filter(
      "trim", inputs: [.text], result: .always(.text), "the text without blanks at its ends",
      [Example("' x y ' | trim", #""x y""#)]
    ) { (datum, _) throws(Refusal) in
      .text(TextStep.trimmed(try text(datum, "trim"), of: \.isWhitespace))
    },
    Filter(
      "pad", [Parameter("width", .width)], result: .always(.text),
      "zeros in front up to a width of at most 100", [Example("7 | pad(4)", #""0007""#)]
    ) { (datum, arguments) throws(Refusal) in
      let text = try text(datum, "pad")
      let missing = max(0, (arguments.whole(0) ?? 0) - text.count)
      return .text(String(repeating: "0", count: missing) + text)
    },
    Filter(
      "ascii", inputs: [.text], result: .always(.text),
      "the text in ASCII letters, as the step `{fold: ascii}` of names",
      [Example("'Łódź' | ascii", #""Lodz""#)]
    ) { (datum, _) throws(Refusal) in
      .text(TextStep.folded(try text(datum, "ascii")))
    },
    Filter(
      "slug", inputs: [.text], result: .always(.text),
      "the text in `a-z`, `0-9` and single `_` between them",
      [Example("' Ça Va - 2! ' | slug", #""ca_va_2""#)]
    ) { (datum, _) throws(Refusal) in
      .text(slug(try text(datum, "slug")))
    },
  ]

  /// A word starts after anything but a letter, a digit or an apostrophe.
  private static func titled(_ text: String) -> String {
    var result = ""
    var isInside = false
    for character in text {
      result += isInside ? character.lowercased() : character.uppercased()
      isInside = character.isLetter || character.isNumber || "'’".contains(character)
    }
    return result
  }

  private static func slug(_ text: String) -> String {
    var words: [[UInt8]] = [[]]
    for byte in TextStep.folded(text).lowercased().utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        words[words.count - 1].append(byte)
      default: if words.last?.isEmpty == false { words.append([]) }
      }
    }
    return words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
      .joined(separator: "_")
  }
}
