/// Writes documents as JSON text.
///
/// Types that JSON lacks are written as MongoDB's extended JSON does (`{"$oid": "…"}`,
/// `{"$date": …}`); these are for people and tools to read, not for reading back.
package struct JSONText {
  package enum Style: Sendable {
    /// All on one line.
    case compact
    /// Indented by two blanks.
    case pretty
  }

  private let style: Style
  private let sortsNames: Bool
  private var output: [UInt8] = []

  private init(_ style: Style, sortsNames: Bool) {
    self.style = style
    self.sortsNames = sortsNames
  }

  package static func write(
    _ document: Document, _ style: Style = .compact, sortsNames: Bool = false
  ) -> String {
    var text = JSONText(style, sortsNames: sortsNames)
    text.write(document, isArray: false, depth: 0)
    return String(decoding: text.output, as: UTF8.self)
  }

  package static func write(_ value: Value) -> String {
    var text = JSONText(.compact, sortsNames: false)
    text.write(value, depth: 0)
    return String(decoding: text.output, as: UTF8.self)
  }

  /// A text as a JSON string, with its quotes.
  package static func quote(_ text: String) -> String {
    var writer = JSONText(.compact, sortsNames: false)
    writer.write(text)
    return String(decoding: writer.output, as: UTF8.self)
  }

  private mutating func write(_ document: Document, isArray: Bool, depth: Int) {
    var elements = Array(document)
    if sortsNames, !isArray { elements.sort { $0.name < $1.name } }
    output.append(UInt8(ascii: isArray ? "[" : "{"))
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      separate(depth + 1, isFirst: index == 0)
      if !isArray {
        write(element.name)
        output.append(contentsOf: style == .pretty ? Array(": ".utf8) : Array(":".utf8))
      }
      write(element.value, depth: depth + 1)
    }
    if !elements.isEmpty { separate(depth, isFirst: true) }
    output.append(UInt8(ascii: isArray ? "]" : "}"))
  }

  private mutating func separate(_ depth: Int, isFirst: Bool) {
    guard style == .pretty else { return }
    output.append(0x0A)
    output.append(contentsOf: repeatElement(0x20, count: depth * 2))
  }

  private mutating func write(_ value: Value, depth: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .int32(let number): append(String(number))
    case .int64(let number): append(String(number))
    case .double(let number):
      number.isFinite ? append(String(number)) : append("{\"$numberDouble\":\"\(number)\"}")
    case .string(let text): write(text)
    case .document(let document): write(document, isArray: false, depth: depth)
    case .array(let list): write(list, isArray: true, depth: depth)
    case .objectID(let id): append("{\"$oid\":\"\(id)\"}")
    case .date(let milliseconds): append("{\"$date\":\(milliseconds)}")
    case .unrepresentable(let reason):
      append("{\"$unrepresentable\":")
      write(reason)
      append("}")
    case .other(let type, let bytes):
      let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      append("{\"$\(type.mongoName)\":\"\(digits)\"}")
    }
  }

  private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

  private mutating func write(_ text: String) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20, 0x7F: append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
