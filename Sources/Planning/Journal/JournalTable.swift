internal import BSON

/// What the changes of one record share: their paths, and which of these are seeds.
struct JournalTable {
  private let table = PathTable()
  private let seeds: SeedTable

  init(_ seeds: [String: [FieldPath]]) { self.seeds = SeedTable(seeds) }

  var paths: [FieldPath] { table.paths }

  func leaves(of document: Document, rule: String) -> Value {
    var packer = LeafPacker()
    table.leaves(of: document) { path, element in
      packer.append(path, isSeed: seeds.isSeed(path, of: rule, in: table), element.stableHash)
    }
    return packer.value
  }

  func leaves(of fields: [FieldChange]) -> Value {
    var packer = LeafPacker()
    for field in fields {
      guard let after = field.after else { continue }
      packer.append(table.number(of: field.path), isSeed: false, after.stableHash)
    }
    return packer.value
  }
}
