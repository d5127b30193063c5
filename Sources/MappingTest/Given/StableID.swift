internal import Identity

/// Kitsu ids for what a test gives: the same text, the same id, in every run and on every machine.
enum StableID {
  static func of(_ text: String) -> String {
    let digits = hash(text, 0xcbf2_9ce4_8422_2325) + hash(text, 0x6c62_272e_07bb_0142)
    let groups = [8, 4, 4, 4, 12]
    var rest = digits[...]
    return groups.map { length in
      defer { rest = rest.dropFirst(length) }
      return String(rest.prefix(length))
    }.joined(separator: "-")
  }

  static let project = id(Show.projectID)

  static func entity(_ entity: Entity) -> EntityID { id(entity.id) }

  private static func id(_ text: String) -> EntityID {
    guard let id = EntityID(text) else { fatalError("a stable id is no UUID: \(text)") }
    return id
  }

  /// FNV-1a in 16 hexadecimal digits.
  private static func hash(_ text: String, _ start: UInt64) -> String {
    let hash = text.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
