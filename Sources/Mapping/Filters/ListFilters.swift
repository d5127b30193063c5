internal import BSON

extension Filter {
  static let listFilters: [Filter] = [
    Filter("compact", input: .list(.unknown), result: .list(.unknown)) {
      (datum, _) throws(Refusal) in
      .list(try items(datum, "compact").filter { !$0.isNull })
    },
    Filter("first", input: .list(.unknown), result: .unknown) { (datum, _) throws(Refusal) in
      try items(datum, "first").first ?? .null
    },
    Filter("last", input: .list(.unknown), result: .unknown) { (datum, _) throws(Refusal) in
      try items(datum, "last").last ?? .null
    },
    Filter("length", result: .number, takesNull: true) { (datum, _) throws(Refusal) in
      switch datum {
      case .null: return .int(0)
      case .text(let text): return .int(Int64(text.count))
      case .map(let map): return .int(Int64(Array(map).count))
      default: return .int(Int64(try items(datum, "length").count))
      }
    },
    Filter("unique", input: .list(.unknown), result: .list(.unknown)) {
      (datum, _) throws(Refusal) in
      var kept: [Datum] = []
      for item in try items(datum, "unique")
      where !kept.contains(where: { $0.isEqual(to: item) }) {
        kept.append(item)
      }
      return .list(kept)
    },
    Filter("sort", input: .list(.unknown), result: .list(.unknown)) {
      (datum, _) throws(Refusal) in
      let items = try items(datum, "sort")
      let texts = items.compactMap { if case .text(let text) = $0 { text } else { nil } }
      if texts.count == items.count { return .list(texts.sorted().map(Datum.text)) }
      let numbers = items.compactMap(\.asDouble)
      guard numbers.count == items.count else {
        throw Refusal("'sort' needs a list of texts or a list of numbers")
      }
      let order = items.indices.sorted { numbers[$0] < numbers[$1] }
      return .list(order.map { items[$0] })
    },
  ]
}
