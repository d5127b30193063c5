internal import BSON

/// What the changes of one record share: their paths, and which of these are seeds.
final class JournalTable {
  private let table = PathTable()
  private let seeds: [String: RuleSeeds]
  private let none = RuleSeeds([])

  init(_ seeds: [String: [FieldPath]]) { self.seeds = seeds.mapValues(RuleSeeds.init) }

  var paths: [FieldPath] { table.paths }

  func leaves(of document: Document, rule: String) -> Value {
    let seeds = seeds[rule] ?? none
    var packer = LeafPacker(count: table.paths.count)
    table.leaves(of: document) { path, element in
      packer.append(path, isSeed: seeds.isSeed(path, in: table), element.stableHash)
    }
    return packer.value
  }

  func leaves(of fields: [FieldChange]) -> Value {
    var packer = LeafPacker(count: fields.count)
    for field in fields {
      guard let after = field.after else { continue }
      packer.append(table.number(of: field.path), isSeed: false, after.stableHash)
    }
    return packer.value
  }
}
