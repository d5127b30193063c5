import BSON
import Identity
import TestSupport

/// What artists and their tools do to a collection in the meantime, by chance.
struct ArtistEdits {
  private(set) var documents: [Document]
  /// Makes ids and names that nobody has; goes on from one round to the next.
  private(set) var number: Int

  init(_ documents: [Document], number: Int) {
    self.documents = documents
    self.number = number
  }

  mutating func edit(_ random: inout SeededRandom) {
    for _ in 0..<random.below(6) { editOnce(&random) }
  }

  private mutating func editOnce(_ random: inout SeededRandom) {
    number += 1
    switch random.below(12) {
    case 0: addForeign("asset", random.pick(["010", "020", "x", "seagull\(number)"]))
    case 1: addForeign("subset", random.pick(["010", "x"]))
    case 2: change(&random, ["data", "note"], .string("mine \(number)"))
    case 3: change(&random, ["data", "a.b"], .int32(1))
    case 4:
      change(&random, ["extra"], .document(DocumentWriter.document { $0.append("$x", .null) }))
    case 5: change(&random, ["data", "kitsuTasks", "p.q"], .string("mine"))
    case 6:
      change(&random, ["data", "fps"], random.pick([.double(24), .int64(24), .string("24"), nil]))
    case 7: change(&random, ["data", "parents"], random.pick([.null, .string("x"), nil]))
    case 8: change(&random, ["data", "kitsu"], nil)
    case 9: change(&random, ["name"], .string("renamed\(number)"))
    case 10: changeTasks(&random)
    default: removeAsset(&random)
    }
  }

  private mutating func addForeign(_ type: String, _ name: String) {
    let isTaken = documents.contains { $0["type"]?.string == "asset" && $0["name"]?.string == name }
    guard !isTaken || type != "asset" else { return }
    add(type, name, parent: nil)
  }

  private mutating func add(_ type: String, _ name: String, parent: Value?) {
    let digits = String(number, radix: 16)
    guard let id = ObjectID(hex: String(repeating: "f", count: 24 - digits.count) + digits) else {
      return
    }
    documents.append(
      DocumentWriter.document { writer in
        writer.append("_id", .objectID(id))
        writer.append("type", type)
        writer.append("name", name)
        if let parent { writer.append("parent", parent) }
        writer.append("data", .document(DocumentWriter.document { $0.append("x.y", .int32(1)) }))
      })
  }

  /// Puts a subset under an asset.
  mutating func publish(_ random: inout SeededRandom) {
    guard let index = anAsset(&random), let parent = documents[index]["_id"] else { return }
    number += 1
    add("subset", "modelDefault", parent: parent)
  }

  private func anAsset(_ random: inout SeededRandom) -> Int? {
    let assets = documents.indices.filter { documents[$0]["type"]?.string == "asset" }
    return assets.isEmpty ? nil : random.pick(assets)
  }

  private mutating func change(_ random: inout SeededRandom, _ path: FieldPath, _ value: Value?) {
    guard let index = anAsset(&random) else { return }
    documents[index] = ArtistEdits.setting(path.names[...], to: value, in: documents[index])
  }

  private mutating func changeTasks(_ random: inout SeededRandom) {
    guard let index = anAsset(&random) else { return }
    let old = documents[index][path: ["data", "tasks"]]?.array.map(Array.init) ?? []
    var tasks = old.map(\.value)
    switch random.below(4) {
    case 0: tasks.insert(.string("artist\(number)"), at: random.below(tasks.count + 1))
    case 1: if !tasks.isEmpty { tasks.remove(at: random.below(tasks.count)) }
    case 2: tasks.append(.document(DocumentWriter.document { $0.append("n", .int(number)) }))
    default:
      documents[index] = ArtistEdits.setting(
        ["data", "tasks"], to: random.pick([.null, .string("anim"), nil]), in: documents[index])
      return
    }
    let list = DocumentWriter.document { writer in
      for (index, task) in tasks.enumerated() { writer.append(index: index, task) }
    }
    documents[index] = ArtistEdits.setting(
      ["data", "tasks"], to: .array(list), in: documents[index])
  }

  private mutating func removeAsset(_ random: inout SeededRandom) {
    if let index = anAsset(&random) { documents.remove(at: index) }
  }

  /// A document with one field set or, by nil, removed. Steps through what is no map change nothing.
  static func setting(
    _ names: ArraySlice<FieldName>, to value: Value?, in document: Document
  ) -> Document {
    guard let name = names.first else { return document }
    let old = document.element(name)
    let rest = names.dropFirst()
    if !rest.isEmpty, let old, old.document == nil { return document }
    let new: Value? =
      rest.isEmpty ? value : .document(setting(rest, to: value, in: old?.document ?? .empty))
    return DocumentWriter.document { writer in
      for element in document {
        guard element.hasName(name) else {
          writer.append(element)
          continue
        }
        if let new { writer.append(name, new) }
      }
      if old == nil, let new { writer.append(name, new) }
    }
  }
}
