/// Texts in the order in which they came, each once.
struct DistinctTexts {
  private(set) var all: [String] = []
  /// Nil for so few that looking through them costs less.
  private var known: Set<String>?
  private static let few = 16

  /// - Returns: false where it is there already.
  mutating func insert(_ text: String) -> Bool {
    guard !(known?.contains(text) ?? all.contains(text)) else { return false }
    all.append(text)
    known?.insert(text)
    if known == nil, all.count > DistinctTexts.few { known = Set(all) }
    return true
  }
}
