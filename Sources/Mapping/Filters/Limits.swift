internal import BSON

/// Bounds of what filters make: own filters that use each other could double a value at each step.
extension Filter {
  /// In bytes. A text of Kitsu's is taken however long it is; made of it is hardly more.
  private static let maximumText = 65_536
  private static let maximumGrowth = 64
  static let maximumItems = 100_000

  /// - Parameter input: the length of the longest text that it was made of, in bytes.
  static func check(text count: Int, madeOf input: Int = 0) throws(Refusal) {
    guard count <= max(maximumText, input + maximumGrowth) else {
      throw Refusal("the text is longer than 64 KiB")
    }
  }

  static func check(items count: Int) throws(Refusal) {
    guard count <= maximumItems else {
      throw Refusal("the list has more than \(maximumItems) items")
    }
  }

  static func check(_ datum: Datum, madeOf input: Datum) throws(Refusal) {
    switch datum {
    case .text(let text):
      let length = if case .text(let given) = input { given.utf8.count } else { 0 }
      try check(text: text.utf8.count, madeOf: length)
    case .list(let items): try check(items: items.count)
    default: break
    }
  }

  // MARK: Lists in lists

  /// A list may hold the same one twice, and that one another twice: in memory they are small,
  /// written out they are endless.
  private static let maximumBytes = 4 << 20
  private static let maximumNesting = 32

  static func check(nested items: [Datum]) throws(Refusal) {
    var bytes = 0
    try weigh(items, depth: 1, &bytes)
  }

  private static func weigh(
    _ items: [Datum], depth: Int, _ bytes: inout Int
  ) throws(Refusal) {
    guard depth <= maximumNesting else {
      throw Refusal("lists stand in lists more than \(maximumNesting) times")
    }
    for item in items {
      bytes += 8
      switch item {
      case .text(let text): bytes += text.utf8.count
      case .map(let document), .rawList(let document): bytes += document.byteCount
      case .list(let inner): try weigh(inner, depth: depth + 1, &bytes)
      default: break
      }
      guard bytes <= maximumBytes else {
        throw Refusal("the list is larger than \(maximumBytes >> 20) MiB")
      }
    }
  }

  // MARK: What filters take

  /// The text of a value that can stand in one; null never gets here.
  static func text(_ datum: Datum, _ filter: String) throws(Refusal) -> String {
    guard let text = datum.asText else {
      throw Refusal("'\(filter)' needs a text, not \(datum.shown)")
    }
    return text
  }

  static func items(_ datum: Datum, _ filter: String) throws(Refusal) -> [Datum] {
    guard let items = datum.items else {
      throw Refusal("'\(filter)' needs a list, not \(datum.shown)")
    }
    try check(items: items.count)
    return items
  }
}
