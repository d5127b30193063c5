/// What looks for one text in another. Texts are compared by their bytes.
extension Filter {
  static let searchFilters: [Filter] = [
    Filter(
      "replace", [Parameter("'pattern'", .pattern), Parameter("'with'", .text)], inputs: [.text],
      result: .always(.text), "every match of the [pattern](#names) replaced by a text",
      [Example("'sh 010' | replace('[^a-z0-9]+', '_')", #""sh_010""#)]
    ) { (datum, arguments) throws(Refusal) in
      .text(
        try arguments.pattern(0).replaceAll(
          in: try text(datum, "replace"), with: arguments.text(1) ?? ""))
    },
    Filter(
      "matches", [Parameter("'pattern'", .pattern)], inputs: [.text], result: .always(.bool),
      "whether the whole text matches the [pattern](#names)",
      [Example(#"'sh010' | matches('[a-z]+\d+')"#, "true")]
    ) { (datum, arguments) throws(Refusal) in
      .bool(try arguments.pattern(0).matchesWhole(try text(datum, "matches")))
    },
    Filter(
      "starts_with", [Parameter("text", .text)], inputs: [.text], result: .always(.bool),
      "whether the text starts so", [Example("'sh010' | starts_with('sh')", "true")]
    ) { (datum, arguments) throws(Refusal) in
      .bool(try text(datum, "starts_with").utf8.starts(with: (arguments.text(0) ?? "").utf8))
    },
    Filter(
      "ends_with", [Parameter("text", .text)], inputs: [.text], result: .always(.bool),
      "whether the text ends so", [Example("'sh010' | ends_with('01')", "false")]
    ) { (datum, arguments) throws(Refusal) in
      let end = (arguments.text(0) ?? "").utf8.reversed()
      return .bool(try text(datum, "ends_with").utf8.reversed().starts(with: end))
    },
    Filter(
      "contains", [Parameter("value", .value)], inputs: [.text, .list(.unknown)],
      result: .always(.bool), "whether the text stands in it; whether it is an item of the list",
      [Example("'sh010' | contains('01')", "true"), Example("[1, 2] | contains(3)", "false")]
    ) { (datum, arguments) throws(Refusal) in
      if let items = datum.items {
        return .bool(items.contains { $0.isEqual(to: arguments.value(0)) })
      }
      guard case .text(let part) = arguments.value(0) else {
        throw Refusal("'contains' looks for a text in a text, not for \(arguments.value(0).shown)")
      }
      return .bool(TextSearch(part).first(in: Array(try text(datum, "contains").utf8)) != nil)
    },
    Filter(
      "split", [Parameter("separator", .separator)], inputs: [.text], result: .always(.list(.text)),
      "the texts between the separators", [Example("'a,,b' | split(',')", #"["a","","b"]"#)]
    ) { (datum, arguments) throws(Refusal) in
      .list(try split(try text(datum, "split"), arguments.text(0) ?? ","))
    },
    Filter(
      "join", [.optional("separator", .text)], inputs: [.list(.unknown)], result: .always(.text),
      "the items as one text; a null is nothing, so `compact` first",
      [
        Example("['a', 1] | join('_')", #""a_1""#),
        Example("[null, 'b'] | join('_')", #""_b""#),
      ]
    ) { (datum, arguments) throws(Refusal) in
      let separator = arguments.text(0) ?? ""
      var joined = ""
      for (index, item) in try items(datum, "join").enumerated() {
        if index > 0 { joined += separator }
        joined += try text(item, "join")
        try check(text: joined.utf8.count)
      }
      return .text(joined)
    },
  ]

  private static func split(_ text: String, _ separator: String) throws(Refusal) -> [Datum] {
    let bytes = Array(text.utf8)
    let search = TextSearch(separator)
    var parts: [Datum] = []
    var start = 0
    while let found = search.first(in: bytes, from: start) {
      parts.append(.text(String(decoding: bytes[start..<found.lowerBound], as: UTF8.self)))
      try check(items: parts.count)
      start = found.upperBound
    }
    return parts + [.text(String(decoding: bytes[start...], as: UTF8.self))]
  }
}

/// Finds a text in bytes in linear time (Knuth, Morris and Pratt), as both may come from Kitsu.
struct TextSearch {
  private let part: [UInt8]
  /// For each place the length of the longest start of the part that ends there.
  private let borders: [Int]

  init(_ text: String) {
    part = Array(text.utf8)
    var borders = Array(repeating: 0, count: part.count)
    var length = 0
    for index in part.indices.dropFirst() {
      while length > 0, part[index] != part[length] { length = borders[length - 1] }
      if part[index] == part[length] { length += 1 }
      borders[index] = length
    }
    self.borders = borders
  }

  /// The first place at or after `start`; an empty text is everywhere.
  func first(in bytes: [UInt8], from start: Int = 0) -> Range<Int>? {
    guard !part.isEmpty else { return start..<start }
    var length = 0
    for index in bytes.indices.dropFirst(start) {
      while length > 0, bytes[index] != part[length] { length = borders[length - 1] }
      if bytes[index] == part[length] { length += 1 }
      if length == part.count { return (index + 1 - length)..<(index + 1) }
    }
    return nil
  }
}
