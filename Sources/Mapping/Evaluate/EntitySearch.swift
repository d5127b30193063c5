internal import BSON
package import Identity

extension Explainer {
  /// The entity of an id: its own, or that of a task of it.
  package func entities(named id: EntityID) -> [EntityID] {
    if id == world.projectID || world.entity(id) != nil { return [id] }
    return records.filter { record in
      world.tasks(of: record).contains { $0.id == id }
    }.compactMap(\.id)
  }

  /// Entities by their path in Kitsu (`EP01/SQ010/SH0100`; leading parts may be left out, an asset
  /// may stand under its type) or by the name that their document gets in Avalon. Exact letters
  /// come before others.
  package func entities(called text: String) -> [EntityID] {
    let wanted = EntitySearch.parts(text)
    for fold in [{ $0 }, { $0.lowercased() }] as [(String) -> String] {
      var found = Set(
        records.filter { matches($0, wanted.map(fold), fold) }.compactMap(\.id))
      found.formUnion(
        evaluation.documents.filter { fold($0.name) == fold(text) || $0.id.description == text }
          .map(\.identity.entity))
      if !found.isEmpty { return found.sorted() }
    }
    return []
  }

  /// Where people find an entity in Kitsu.
  package func title(of id: EntityID) -> String? {
    let record = id == world.projectID ? world.project : world.entity(id)
    return record.map { "\($0.type.rawValue) '\(world.title(of: $0))'" }
  }

  private func matches(_ record: Record, _ wanted: [String], _ fold: (String) -> String) -> Bool {
    guard let name = record.name, let last = wanted.last, fold(name) == last else { return false }
    var rest = wanted.dropLast()
    for part in above(record) where rest.last == fold(part) { rest.removeLast() }
    return rest.isEmpty
  }

  /// The names above an entity from the nearest to the project's.
  private func above(_ record: Record) -> [String] {
    var names = Array(world.title(of: record).components(" / ").dropLast().reversed())
    if let type = EntityID(record.document.element("asset_type_id")).flatMap(world.studioRecord) {
      names.insert(type.name ?? "", at: 0)
    }
    return names + [world.project.name ?? ""]
  }

  private var records: [Record] {
    [world.project] + EntityKind.allCases.flatMap { world.entities($0) ?? [] }
  }
}

private enum EntitySearch {
  /// A path's parts; blanks around `/` do not count.
  static func parts(_ text: String) -> [String] {
    text.components("/").map { TextStep.trimmed($0, of: \.isWhitespace) }.filter { !$0.isEmpty }
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
