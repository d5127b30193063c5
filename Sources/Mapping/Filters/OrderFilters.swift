internal import BSON

/// What goes by the order or the sameness of items, or of what an expression gives for each.
extension Filter {
  static let orderFilters: [Filter] = [
    Filter(
      "sort", inputs: [.list(.unknown)], result: .input,
      "in ascending order of the items, or of an expression over each: all numbers, all texts (by "
        + "code point) or all true and false. Nulls come last; equal ones keep their order",
      [
        Example("['b', 'a', 'B'] | sort", #"["B","a","b"]"#),
        Example("['bb', 'c', 'aa'] | sort(x, x | length)", #"["c","bb","aa"]"#),
      ],
      work: itemwise("sort") { (items, keys) throws(Refusal) in
        .list(try Order(keys, "sort").sorted().map { items[$0] })
      }),
    Filter(
      "unique", inputs: [.list(.unknown)], result: .input,
      "the first of equal items, or of those for which the expression gives the same",
      [
        Example("[1, 1.0, '1'] | unique", #"[1,"1"]"#),
        Example("['a', 'A', 'b'] | unique(x, x | lowercase)", #"["a","b"]"#),
      ],
      work: itemwise("unique") { (items, keys) throws(Refusal) in
        var seen: Set<Datum.Key> = []
        return .list(zip(items, keys).filter { seen.insert(Datum.Key($0.1)).inserted }.map(\.0))
      }),
    Filter(
      "min", inputs: [.list(.unknown)], result: .item,
      "the smallest number or text, or the item for which the expression is smallest; nulls are left "
        + "out, null of an empty list",
      [
        Example("[3, 1, 2] | min", "1"), Example("['bb', 'c'] | min(x, x | length)", #""c""#),
      ],
      work: itemwise("min") { (items, keys) throws(Refusal) in
        try Order(keys, "min").smallest().map { items[$0] } ?? .null
      }),
    Filter(
      "max", inputs: [.list(.unknown)], result: .item, "the same for the largest",
      [
        Example("[3, 1, 2] | max", "3"), Example("['bb', 'c'] | max(x, x | length)", #""bb""#),
      ],
      work: itemwise("max") { (items, keys) throws(Refusal) in
        try Order(keys, "max").largest().map { items[$0] } ?? .null
      }),
  ]

  /// Without an expression the items stand for themselves.
  private static func itemwise(
    _ name: String, _ function: @escaping ItemFunction
  ) -> Work {
    .items(
      function,
      plain: { (datum, _) throws(Refusal) in
        let items = try Filter.items(datum, name)
        return try function(items, items)
      })
  }
}

/// The order of values that are all numbers, all texts or all true and false; nulls aside.
private struct Order {
  private let keys: [Datum]
  private let places: [Int]

  init(_ keys: [Datum], _ filter: String) throws(Filter.Refusal) {
    self.keys = keys
    places = keys.indices.filter { !keys[$0].isNull }
    let kinds = Set(places.map { Kind(keys[$0]) })
    guard kinds.count < 2, kinds.first != .other else {
      throw Filter.Refusal("'\(filter)' needs all texts, all numbers or all true and false")
    }
  }

  /// Places in ascending order, nulls at the end; equal ones stay as they are.
  func sorted() -> [Int] {
    let sorted = places.sorted { left, right in
      isBefore(left, right) || (left < right && !isBefore(right, left))
    }
    return sorted + keys.indices.filter { keys[$0].isNull }
  }

  /// The first of several that are smallest.
  func smallest() -> Int? { places.min { isBefore($0, $1) } }

  /// The first of several that are largest.
  func largest() -> Int? { places.max { isBefore($0, $1) } }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    switch (keys[left], keys[right]) {
    case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.bool(let a), .bool(let b)): !a && b
    case (.int(let a), .int(let b)): a < b
    case (let a, let b): (a.asDouble ?? 0) < (b.asDouble ?? 0)
    }
  }

  private enum Kind {
    case number, text, bool, other

    init(_ datum: Datum) {
      self =
        switch datum {
        case .int, .double: .number
        case .text: .text
        case .bool: .bool
        default: .other
        }
    }
  }
}

extension Datum {
  /// A value as a member of a set; equal as ``isEqual(to:)`` has it.
  struct Key: Hashable {
    private let datum: Datum

    init(_ datum: Datum) { self.datum = datum }

    static func == (left: Key, right: Key) -> Bool { left.datum.isEqual(to: right.datum) }

    func hash(into hasher: inout Hasher) { datum.hash(into: &hasher) }
  }

  private func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let flag): hasher.combine(flag)
    case .int(let number): hasher.combine(Double(number))
    case .double(let number): hasher.combine(number)
    case .text(let text): hasher.combine(text)
    case .id(let id): hasher.combine(id)
    case .record(let record): hasher.combine(record.id)
    // Maps are equal in any order of their fields.
    case .map(let map): hasher.combine(Set(map.map(\.name)))
    case .list, .rawList: for item in items ?? [] { item.hash(into: &hasher) }
    }
  }
}
