internal import YAML

extension Node {
  /// Nodes that are made and not read stand in no file.
  private static let nowhere = SourceText(name: "", text: "").position(ofByte: 0)

  init(_ content: Content) { self.init(content: content, position: Node.nowhere) }

  /// A number, a truth value or nothing, as YAML writes it.
  init(plain text: String) { self.init(.scalar(Scalar(text: text))) }

  /// A text, quoted where YAML would take it for something else.
  init(word text: String) {
    let isText = Scalar(text: text).value == .text(text)
    self.init(.scalar(Scalar(text: text, isPlain: isText)))
  }

  /// A map of one entry.
  init(key: String, _ value: Node) {
    self.init(.mapping([Entry(key: Node(word: key), value: value)]))
  }
}
