extension Filter {
  static let textFilters: [Filter] = [
    Filter("text", result: .text) { (datum, _) throws(Refusal) in
      .text(try text(datum, "text"))
    },
    Filter("lowercase", input: .text, result: .text) { (datum, _) throws(Refusal) in
      .text(try text(datum, "lowercase").lowercased())
    },
    Filter("uppercase", input: .text, result: .text) { (datum, _) throws(Refusal) in
      .text(try text(datum, "uppercase").uppercased())
    },
    Filter("trim", input: .text, result: .text) { (datum, _) throws(Refusal) in
      .text(TextStep.trimmed(try text(datum, "trim"), of: \.isWhitespace))
    },
    Filter("split", arguments: 1...1, input: .text, result: .list(.text)) {
      (datum, arguments) throws(Refusal) in
      let separator = try text(arguments[0], "split")
      guard !separator.isEmpty else { throw Refusal("'split' needs a separator") }
      let parts = try text(datum, "split").split(
        separator: separator, omittingEmptySubsequences: false)
      return .list(parts.map { .text(String($0)) })
    },
    Filter("join", arguments: 0...1, input: .list(.unknown), result: .text) {
      (datum, arguments) throws(Refusal) in
      let separator = try arguments.first.map { (argument) throws(Refusal) in
        try text(argument, "join")
      }
      var parts: [String] = []
      for item in try items(datum, "join") { parts.append(try text(item, "join")) }
      return .text(parts.joined(separator: separator ?? ""))
    },
    Filter("pad", arguments: 1...1, result: .text) { (datum, arguments) throws(Refusal) in
      guard case .int(let width) = arguments[0], (0...100).contains(width) else {
        throw Refusal("'pad' needs a width from 0 to 100")
      }
      let text = try text(datum, "pad")
      return .text(String(repeating: "0", count: max(0, Int(width) - text.count)) + text)
    },
  ]
}
