/// Texts by their characters, lists by their items.
extension Filter {
  static let sequenceFilters: [Filter] = [
    Filter(
      "length", inputs: [.text, .list(.unknown), .map], result: .always(.number), takesNull: true,
      "how many items, characters or fields; 0 of null",
      [Example("'née' | length", "3"), Example("null | length", "0")]
    ) { (datum, _) throws(Refusal) in
      switch datum {
      case .null: return .int(0)
      case .text(let text): return .int(Int64(text.count))
      case .map(let map): return .int(Int64(Array(map).count))
      default: return .int(Int64(try items(datum, "length").count))
      }
    },
    Filter(
      "slice", [Parameter("from", .whole), .optional("to", .whole)],
      inputs: [.text, .list(.unknown)], result: .input,
      "from a place, counted from 0, to before another or the end; negative ones count from the end",
      [
        Example("'sh010' | slice(2)", #""010""#), Example("'sh010' | slice(0, 2)", #""sh""#),
        Example("[1, 2, 3] | slice(-2)", "[2,3]"),
      ]
    ) { (datum, arguments) throws(Refusal) in
      let (start, end) = (arguments.whole(0) ?? 0, arguments.whole(1))
      if let items = datum.items { return .list(slice(items, start, end)) }
      return .text(String(slice(Array(try text(datum, "slice")), start, end)))
    },
    Filter(
      "reverse", inputs: [.text, .list(.unknown)], result: .input, "in the opposite order",
      [Example("[1, 2] | reverse", "[2,1]"), Example("'abc' | reverse", #""cba""#)]
    ) { (datum, _) throws(Refusal) in
      if let items = datum.items { return .list(items.reversed()) }
      return .text(String(try text(datum, "reverse").reversed()))
    },
  ]

  private static func slice<Item>(_ items: [Item], _ start: Int, _ end: Int?) -> [Item] {
    func place(_ index: Int) -> Int {
      index < 0 ? max(0, items.count + max(index, -items.count)) : min(index, items.count)
    }
    let (from, to) = (place(start), end.map(place) ?? items.count)
    return from < to ? Array(items[from..<to]) : []
  }
}
