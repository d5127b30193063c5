/// A scalar as it is written in YAML, so that it is read back as the same value. It looks at bytes,
/// as YAML does: a sign with an accent put upon it is a sign all the same.
struct ScalarText {
  /// Where it stands: inside `{ }` and `[ ]` more signs have a meaning.
  enum Style { case block, flow }

  private let text: String
  private let bytes: [UInt8]
  private let wasPlain: Bool

  init(_ scalar: Node.Scalar) {
    text = scalar.text
    bytes = Array(scalar.text.utf8)
    wasPlain = scalar.isPlain
  }

  /// In one line; plain where it was plain and may be so here.
  func line(_ style: Style) -> String {
    if wasPlain, bytes.isEmpty { return style == .block ? "" : "null" }
    if wasPlain, isPlain(style) { return text }
    guard isPrintable(text) else { return escaped }
    let doubled = text.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined()
    return "'\(doubled)'"
  }

  /// A text of several lines as a block scalar, all but the first line to be indented; nil where it
  /// is none, or has what a block scalar cannot hold or show.
  var blockLines: [String]? {
    let parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    let hasEnd = bytes.last == 0x0A
    let lines = parts.dropLast(hasEnd ? 1 : 0).map { String(decoding: $0, as: UTF8.self) }
    // The first line gives the indentation, and blanks at the ends of lines cannot be seen.
    guard lines.count > 1, let first = lines.first?.utf8.first, first != 0x20,
      lines.last?.isEmpty == false,
      lines.allSatisfy({ isPrintable($0) && $0.utf8.last != 0x20 })
    else { return nil }
    return [hasEnd ? "|" : "|-"] + lines
  }

  // MARK: Plain

  /// Whether it means the same without quotes.
  private func isPlain(_ style: Style) -> Bool {
    guard isPrintable(text), startsPlain, bytes.last != 0x20, bytes.last != UInt8(ascii: ":") else {
      return false
    }
    if style == .flow, bytes.contains(where: Array(",[]{}?:".utf8).contains) { return false }
    return !zip(bytes, bytes.dropFirst()).contains { first, second in
      (first == UInt8(ascii: ":") && second == 0x20)
        || (first == 0x20 && second == UInt8(ascii: "#"))
    }
  }

  /// `-`, `?` and `:` may stand before a letter, and `---` and `...` part documents.
  private var startsPlain: Bool {
    guard let first = bytes.first else { return true }
    if Array("-?:".utf8).contains(first) {
      return bytes.count > 1 && bytes[1] != 0x20 && !bytes.starts(with: "---".utf8)
    }
    return !Array(" ,[]{}#&*!|>'\"%@`".utf8).contains(first) && !bytes.starts(with: "...".utf8)
  }

  // MARK: Quoted

  private func isPrintable(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isPrintable) }

  /// What YAML lets stand as it is; line breaks and the byte order mark are not.
  private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private var escaped: String {
    let inner = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\t": "\\t"
      default: isPrintable(scalar) ? String(scalar) : escape(scalar)
      }
    }
    return "\"\(inner.joined())\""
  }

  private func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
