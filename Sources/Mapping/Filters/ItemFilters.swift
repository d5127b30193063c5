/// What takes an expression over each item, or the name of a filter for it.
extension Filter {
  static let itemFilters: [Filter] = [
    Filter(
      "map", inputs: [.list(.unknown)], result: .mapped,
      "what the expression, or a filter by its name, gives for each item",
      [
        Example("[1, 2] | map(n, n * 10)", "[10,20]"),
        Example("['A', 'B'] | map(lowercase)", #"["a","b"]"#),
      ],
      work: .items({ (_, results) throws(Refusal) in .list(results) }, plain: nil)),
    Filter(
      "filter", inputs: [.list(.unknown)], result: .input,
      "the items for which the condition is true; null counts as false",
      [
        Example("[1, 2, 3] | filter(n, n > 1)", "[2,3]"),
        Example("['yes', 'no'] | filter(bool)", #"["yes"]"#),
      ],
      work: .items(
        { (items, results) throws(Refusal) in
          var kept: [Datum] = []
          for (item, result) in zip(items, results) {
            switch result {
            case .bool(true): kept.append(item)
            case .bool(false), .null: break
            default: throw Refusal("a condition must be true or false, not \(result.shown)")
            }
          }
          return .list(kept)
        }, plain: nil)),
  ]
}
