internal import CYAML

/// Reads one YAML document into nodes, with libyaml.
///
/// Refused, each with its place: tags, merge keys (`<<`), duplicate keys, keys that are no scalars,
/// several documents in a file, and files over the limits, so that a hostile file ("billion laughs")
/// costs bounded time and memory.
package enum YAML {
  package static let maximumBytes = 4 << 20
  package static let maximumDepth = 64
  package static let maximumNodes = 200_000

  package static func parse(_ source: SourceText) throws(Diagnostic) -> Node {
    guard source.bytes.count <= maximumBytes else {
      throw Diagnostic(
        "the file is larger than \(maximumBytes >> 20) MiB", at: source.position(ofByte: 0))
    }
    let parser = YAMLParser(source)
    return try parser.parse()
  }
}

private final class YAMLParser {
  private let source: SourceText
  private var parser = yaml_parser_t()
  private var anchors: [String: Node] = [:]
  private var nodeCount = 0
  private var lastMark: (index: Int, byte: Int)

  init(_ source: SourceText) {
    self.source = source
    lastMark = (0, source.start)
    yaml_parser_initialize(&parser)
  }

  deinit { yaml_parser_delete(&parser) }

  func parse() throws(Diagnostic) -> Node {
    let result = source.bytes[source.start...].withUnsafeBufferPointer { bytes in
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      return Result { () throws(Diagnostic) -> Node in try parseStream() }
    }
    return try result.get()
  }

  private func parseStream() throws(Diagnostic) -> Node {
    _ = try next()
    guard case .documentStart = try next() else {
      throw Diagnostic("the file is empty", at: source.position(ofByte: 0))
    }
    let root = try parseNode(try next(), depth: 0)
    _ = try next()
    if case .documentStart(let position) = try next() {
      throw Diagnostic("a second document in one file", at: position, hint: "remove the '---'")
    }
    return root
  }

  // MARK: Events

  private enum Event {
    case other
    case documentStart(Position)
    case alias(String, Position)
    case scalar(Node.Scalar, anchor: String?, Position)
    case sequenceStart(anchor: String?, Position)
    case mappingStart(anchor: String?, Position)
    case end
  }

  private func next() throws(Diagnostic) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxError() }
    defer { yaml_event_delete(&event) }
    let position = position(event.start_mark)
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      return .documentStart(position)
    case YAML_ALIAS_EVENT:
      return .alias(text(event.data.alias.anchor) ?? "", position)
    case YAML_SCALAR_EVENT:
      try refuse(tag: event.data.scalar.tag, position)
      return .scalar(scalar(event), anchor: text(event.data.scalar.anchor), position)
    case YAML_SEQUENCE_START_EVENT:
      try refuse(tag: event.data.sequence_start.tag, position)
      return .sequenceStart(anchor: text(event.data.sequence_start.anchor), position)
    case YAML_MAPPING_START_EVENT:
      try refuse(tag: event.data.mapping_start.tag, position)
      return .mappingStart(anchor: text(event.data.mapping_start.anchor), position)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      return .end
    default:
      return .other
    }
  }

  private func scalar(_ event: yaml_event_t) -> Node.Scalar {
    let data = event.data.scalar
    let text = String(
      decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
    return Node.Scalar(
      text: text, isPlain: data.style == YAML_PLAIN_SCALAR_STYLE,
      origin: TextOrigin(
        data.style, text: text, from: byteOffset(event.start_mark), to: byteOffset(event.end_mark),
        in: source))
  }

  /// libyaml counts characters, we need bytes. Marks come in order, so that the walk from the last
  /// one is short.
  private func byteOffset(_ mark: yaml_mark_t) -> Int {
    let wanted = Int(mark.index)
    if wanted < lastMark.index { lastMark = (0, source.start) }
    while lastMark.index < wanted, lastMark.byte < source.bytes.count {
      lastMark.byte += 1
      while lastMark.byte < source.bytes.count, source.bytes[lastMark.byte] & 0xC0 == 0x80 {
        lastMark.byte += 1
      }
      lastMark.index += 1
    }
    return lastMark.byte
  }

  private func position(_ mark: yaml_mark_t) -> Position {
    source.position(ofByte: byteOffset(mark))
  }

  private func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let bytes else { return nil }
    return String(cString: bytes)
  }

  private func refuse(
    tag: UnsafeMutablePointer<yaml_char_t>?, _ position: Position
  ) throws(Diagnostic) {
    guard let tag = text(tag) else { return }
    let shown = source.mayHoldSecrets ? "a tag" : "the tag '\(tag)'"
    throw Diagnostic("\(shown) is not allowed", at: position, hint: "leave it out")
  }

  private func syntaxError() -> Diagnostic {
    var problem = parser.problem.map { String(cString: $0) } ?? "no YAML"
    let position: Position
    if parser.error == YAML_READER_ERROR {
      position = source.position(ofByte: source.start + Int(parser.problem_offset))
    } else {
      position = self.position(parser.problem_mark)
    }
    if let context = parser.context.map({ String(cString: $0) }) { problem += " \(context)" }
    return Diagnostic(problem, at: position, hint: expressionHint(position))
  }

  /// An unquoted `${…}` that holds `: `, ` #`, `{` or `,` in flow style breaks YAML: say so.
  private func expressionHint(_ position: Position) -> String? {
    guard let line = position.file.excerpt(position.line), let start = line.firstRange(of: "${")
    else { return nil }
    var quote: Character?
    let rest = line[start.upperBound...]
    let end = rest.firstIndex { character in
      if character == "'" || character == "\"" {
        if quote == nil { quote = character } else if quote == character { quote = nil }
      }
      return character == "}" && quote == nil
    }
    guard let end else { return nil }
    let expression = String(line[start.lowerBound...end])
    return "put the expression into quotes: '\(expression.replacing("'", with: "''"))'"
  }

  // MARK: Nodes

  private func parseNode(_ event: Event, depth: Int) throws(Diagnostic) -> Node {
    switch event {
    case .scalar(let scalar, let anchor, let position):
      return try keep(Node(content: .scalar(scalar), position: position), anchor)
    case .sequenceStart(let anchor, let position):
      try check(depth, position)
      let items = try parseItems(depth: depth + 1)
      return try keep(Node(content: .sequence(items), position: position), anchor)
    case .mappingStart(let anchor, let position):
      try check(depth, position)
      let entries = try parseEntries(depth: depth + 1)
      return try keep(Node(content: .mapping(entries), position: position), anchor)
    case .alias(let name, let position):
      guard let node = anchors[name] else {
        let shown = source.mayHoldSecrets ? "this alias" : "the alias '*\(name)'"
        throw Diagnostic("\(shown) has no anchor before it", at: position)
      }
      try count(node, depth: depth, position)
      return Node(content: node.content, position: node.position)
    case .other, .end, .documentStart:
      throw Diagnostic("no YAML", at: source.position(ofByte: 0))
    }
  }

  private func check(_ depth: Int, _ position: Position) throws(Diagnostic) {
    if depth >= YAML.maximumDepth {
      throw Diagnostic("nested deeper than \(YAML.maximumDepth) levels", at: position)
    }
  }

  private func keep(_ node: Node, _ anchor: String?) throws(Diagnostic) -> Node {
    nodeCount += 1
    try checkCount(node.position)
    if let anchor { anchors[anchor] = node }
    return node
  }

  /// An alias counts as all the nodes that it stands for.
  private func count(_ node: Node, depth: Int, _ position: Position) throws(Diagnostic) {
    nodeCount += 1
    try checkCount(position)
    if node.text == nil { try check(depth, position) }
    for item in node.items ?? [] { try count(item, depth: depth + 1, position) }
    for entry in node.entries ?? [] { try count(entry.value, depth: depth + 1, position) }
  }

  private func checkCount(_ position: Position) throws(Diagnostic) {
    if nodeCount > YAML.maximumNodes {
      throw Diagnostic("more than \(YAML.maximumNodes) values, aliases counted out", at: position)
    }
  }

  private func parseItems(depth: Int) throws(Diagnostic) -> [Node] {
    var items: [Node] = []
    while true {
      let event = try next()
      if case .end = event { return items }
      items.append(try parseNode(event, depth: depth))
    }
  }

  private func parseEntries(depth: Int) throws(Diagnostic) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    var seen: Set<String> = []
    while true {
      let event = try next()
      if case .end = event { return entries }
      let key = try parseNode(event, depth: depth)
      guard let name = key.text else {
        throw Diagnostic("a key must be a plain text, not \(key.kind)", at: key.position)
      }
      guard name != "<<" else {
        throw Diagnostic("merge keys ('<<') are not allowed", at: key.position)
      }
      guard seen.insert(name).inserted else {
        throw Diagnostic("the key '\(name)' occurs twice", at: key.position)
      }
      entries.append(Node.Entry(key: key, value: try parseNode(try next(), depth: depth)))
    }
  }
}
