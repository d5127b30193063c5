extension Filter {
  static let listFilters: [Filter] = [
    Filter(
      "compact", inputs: [.list(.unknown)], result: .input, "the list without its nulls",
      [Example("['a', null] | compact", #"["a"]"#)]
    ) { (datum, _) throws(Refusal) in
      .list(try items(datum, "compact").filter { !$0.isNull })
    },
    Filter(
      "flatten", inputs: [.list(.unknown)], result: .flattened,
      "the items of the lists in it, one level deep, without nulls in between",
      [Example("[[1], null, [2, 3], 4] | flatten", "[1,2,3,4]")]
    ) { (datum, _) throws(Refusal) in
      var all: [Datum] = []
      for item in try items(datum, "flatten") where !item.isNull {
        all += item.items ?? [item]
        try check(items: all.count)
      }
      return .list(all)
    },
    Filter(
      "first", inputs: [.list(.unknown)], result: .item, "the first item; null of an empty list",
      [Example("[3, 1] | first", "3")]
    ) { (datum, _) throws(Refusal) in
      try items(datum, "first").first ?? .null
    },
    Filter(
      "last", inputs: [.list(.unknown)], result: .item, "the last item; null of an empty list",
      [Example("[3, 1] | last", "1")]
    ) { (datum, _) throws(Refusal) in
      try items(datum, "last").last ?? .null
    },
    Filter(
      "sum", inputs: [.list(.number)], result: .always(.number),
      "all numbers added, nulls left out; 0 of an empty list",
      [Example("[1, 2.5, null] | sum", "3.5"), Example("[] | sum", "0")]
    ) { (datum, _) throws(Refusal) in
      try sum(try items(datum, "sum"))
    },
  ]

  /// Whole numbers stay exact.
  private static func sum(_ items: [Datum]) throws(Refusal) -> Datum {
    var whole: Int64 = 0
    var rest = 0.0
    var isWhole = true
    for item in items {
      switch item {
      case .null: break
      case .int(let number):
        let (sum, overflow) = whole.addingReportingOverflow(number)
        if overflow { throw Refusal("the sum is too large") }
        whole = sum
      case .double(let number):
        rest += number
        isWhole = false
      default: throw Refusal("'sum' needs numbers, not \(item.shown)")
      }
    }
    if isWhole { return .int(whole) }
    let sum = Double(whole) + rest
    guard sum.isFinite else { throw Refusal("the sum is too large") }
    return .double(sum)
  }
}
