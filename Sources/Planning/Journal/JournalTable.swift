internal import BSON

/// What the changes of one record share: their paths, and what the new documents of one rule have in
/// common.
struct JournalTable {
  private var table = PathTable()
  private let seeds: [String: [FieldPath]]
  private var rules: [String: RuleLeaves] = [:]

  init(_ seeds: [String: [FieldPath]]) { self.seeds = seeds }

  var paths: [FieldPath] { table.paths }

  /// What it takes in the record beside the changes.
  var byteCount: Int { table.byteCount + rules.values.reduce(0) { $0 + $1.byteCount } }

  /// The leaves of a new document, as far as they are not those of the first one of its rule.
  mutating func leaves(of document: Document, rule: String) -> Value {
    rules[rule, default: RuleLeaves(seeds[rule] ?? [])].pack(document, &table)
  }

  mutating func leaves(of fields: [FieldChange]) -> Value {
    var packer = LeafPacker(count: fields.count)
    for field in fields {
      guard let after = field.after else { continue }
      packer.append(table.number(of: field.path), isSeed: false, after.stableHash)
    }
    return packer.value
  }

  func writeCommon(_ writer: DocumentWriter) {
    writer.beginArray("common")
    for (index, rule) in rules.sorted(by: { $0.key < $1.key }).enumerated() {
      writer.beginDocument(index: index)
      writer.append("rule", rule.key)
      writer.append("leaves", rule.value.common)
      writer.end()
    }
    writer.end()
  }

  /// What ``writeCommon(_:)`` wrote, by rule.
  static func common(of record: Document) -> [String: [PackedLeaf]] {
    let items = record["common"]?.array?.compactMap(\.document) ?? []
    return Dictionary(
      items.map { ($0["rule"]?.string ?? "", PackedLeaf.all($0["leaves"])) },
      uniquingKeysWith: { first, _ in first })
  }
}

/// The leaves of the first new document of a rule, and how others differ from it. Most values are
/// the same bytes, which costs less to see than their hash.
private struct RuleLeaves {
  private let seeds: [FieldPath]
  /// Which paths are seeds: asked for each leaf, and so remembered.
  private var isSeed: [Bool?] = []
  private(set) var common = LeafPacker(count: 0).value
  private var first: Document?
  /// Those of the first document by their paths' numbers, lent with it.
  private var firstFields: [LentField?] = []
  private var firstCount = 0
  /// By path, the number of the last document that has it.
  private var seen: [Int] = []
  private var documentCount = 0
  private var leaves: [PathTable.Leaf] = []

  init(_ seeds: [FieldPath]) { self.seeds = seeds }

  /// A hash and some for its path's number.
  var byteCount: Int { firstCount * 12 }

  mutating func pack(_ document: Document, _ table: inout PathTable) -> Value {
    documentCount += 1
    table.leaves(of: document, into: &leaves)
    guard first != nil else {
      keepFirst(document, table)
      return LeafPacker(count: 0).value
    }
    var packer = LeafPacker(count: 16)
    var shared = 0
    for leaf in leaves {
      if leaf.path < firstFields.count, let other = firstFields[leaf.path] {
        shared += 1
        seen[leaf.path] = documentCount
        if leaf.field.isIdentical(to: other) { continue }
      }
      packer.append(leaf.path, isSeed: isSeed(leaf.path, table), leaf.field.stableHash)
    }
    if shared < firstCount {
      for path in seen.indices where firstFields[path] != nil && seen[path] != documentCount {
        packer.append(absent: path)
      }
    }
    return packer.value
  }

  private mutating func keepFirst(_ document: Document, _ table: PathTable) {
    first = document
    firstCount = leaves.count
    var packer = LeafPacker(count: leaves.count)
    for leaf in leaves {
      packer.append(leaf.path, isSeed: isSeed(leaf.path, table), leaf.field.stableHash)
      while firstFields.count <= leaf.path { firstFields.append(nil) }
      firstFields[leaf.path] = leaf.field
    }
    seen = Array(repeating: 0, count: firstFields.count)
    common = packer.value
  }

  private mutating func isSeed(_ path: Int, _ table: PathTable) -> Bool {
    if path < isSeed.count, let known = isSeed[path] { return known }
    let answer = seeds.contains { table.paths[path].starts(with: $0) }
    while isSeed.count <= path { isSeed.append(nil) }
    isSeed[path] = answer
    return answer
  }
}
