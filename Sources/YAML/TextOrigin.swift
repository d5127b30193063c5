internal import CYAML

/// Where the letters of a scalar's text stand in its file, so that a mistake inside an expression
/// is told at its own place.
enum TextOrigin: Sendable {
  /// The text stands there letter by letter, from this byte.
  case verbatim(Int)
  /// As ``verbatim(_:)``, but each `'` is written twice.
  case singleQuoted(Int)
  /// A block scalar (`|`): whole lines, the first of which starts at this byte, each indented.
  case block(Int, indentation: Int)
  /// Escapes or folded lines part text and file.
  case unknown

  init(
    _ style: yaml_scalar_style_t, text: String, from: Int, to: Int, in source: SourceText
  ) {
    let bytes = TextOrigin.withoutAnchor(source.bytes[min(from, to)..<to])
    let from = bytes.startIndex
    switch style {
    case YAML_PLAIN_SCALAR_STYLE where bytes.starts(with: text.utf8): self = .verbatim(from)
    case YAML_SINGLE_QUOTED_SCALAR_STYLE where !bytes.contains(0x0A): self = .singleQuoted(from + 1)
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE where bytes.dropFirst().starts(with: text.utf8):
      self = .verbatim(from + 1)
    case YAML_LITERAL_SCALAR_STYLE: self = TextOrigin.block(text, bytes)
    default: self = .unknown
    }
  }

  private static func withoutAnchor(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard bytes.first == UInt8(ascii: "&") else { return bytes }
    return bytes.drop { $0 > 0x20 }.drop { $0 <= 0x20 }
  }

  private static func block(_ text: String, _ bytes: ArraySlice<UInt8>) -> TextOrigin {
    guard let end = bytes.firstIndex(of: 0x0A), let first = text.utf8.first, first != 0x0A else {
      return .unknown
    }
    let line = bytes[(end + 1)...]
    let indentation = line.prefix { $0 == 0x20 }.count
    // A text that starts with blanks has an indentation that only its header tells.
    guard first != 0x20, line.dropFirst(indentation).first == first else { return .unknown }
    return .block(end + 1, indentation: indentation)
  }

  /// The byte of the file where a byte of the text stands; nil where that is not known.
  func byte(of offset: Int, in text: String) -> Int? {
    let before = text.utf8.prefix(offset)
    switch self {
    case .verbatim(let start): return start + offset
    case .singleQuoted(let start):
      return start + offset + before.count { $0 == UInt8(ascii: "'") }
    case .block(let start, let indentation):
      let lines = before.split(separator: 0x0A, omittingEmptySubsequences: false)
      // An empty line may be written without its indentation.
      let indented = lines.dropLast().count { !$0.isEmpty } + 1
      return start + offset + indented * indentation
    case .unknown: return nil
    }
  }
}
