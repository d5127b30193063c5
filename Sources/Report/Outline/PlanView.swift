internal import BSON
internal import Identity
internal import Planning

/// What of a plan people want to see, and how much of it.
package struct PlanView: Sendable {
  /// What was done to a document, as `--only` names it.
  package enum Kind: String, Sendable, CaseIterable {
    case created, updated, renamed, adopted, archived, restored, deleted, held

    init(_ action: Action) {
      self =
        switch action {
        case .create: .created
        case .update: .updated
        case .rename: .renamed
        case .adopt: .adopted
        case .archive: .archived
        case .restore: .restored
        case .delete: .deleted
        }
    }
  }

  private let isFull: Bool
  private let kinds: [Kind]
  private let entity: String?

  /// - Parameters:
  ///   - isFull: folds nothing and shows the fields of new documents.
  ///   - only: the kinds that are shown; empty for all.
  ///   - entity: an id, a name or a path of titles; nil for all.
  package init(isFull: Bool = false, only: [Kind] = [], entity: String? = nil) {
    self.isFull = isFull
    kinds = only
    self.entity = entity
  }

  var isFiltered: Bool { !kinds.isEmpty || entity != nil }
  /// What was asked for is shown with all that belongs to it.
  var isOpen: Bool { isFull || isFiltered }

  /// The filters as the user gave them.
  var filters: String {
    (kinds.map { "--only \($0.rawValue)" } + (entity.map { ["--entity \($0)"] } ?? []))
      .joined(separator: " ")
  }

  func shows(_ change: Change) -> Bool {
    shows(Kind(change.action))
      && isMeant(
        [change.identity.entity.description, change.id.description],
        [change.name, change.previousName], change.title)
  }

  func shows(_ item: HeldItem) -> Bool {
    shows(.held) && isMeant([item.identity?.entity.description], [item.name], item.title)
  }

  func shows(_ rename: CollectionRename, of project: PlannedProject) -> Bool {
    shows(.renamed)
      && isMeant([project.id.description], [rename.from, rename.to], project.title)
  }

  func shows(_ directory: DirectoryRename) -> Bool {
    shows(.renamed)
      && isMeant(
        [directory.identity?.entity.description], [directory.from, directory.to], directory.title)
  }

  private func shows(_ kind: Kind) -> Bool { kinds.isEmpty || kinds.contains(kind) }

  /// A path of titles means all that is below it, too.
  private func isMeant(_ ids: [String?], _ names: [String?], _ title: String) -> Bool {
    guard let entity else { return true }
    if ids.contains(entity.lowercased()) || names.contains(entity) { return true }
    let wanted = PlanView.path(entity)
    let found = PlanView.path(title)
    return !wanted.isEmpty
      && (found.starts(with: wanted) || found.suffix(wanted.count) == wanted[...])
  }

  private static func path(_ title: String) -> [Substring] {
    title.lowercased().split(separator: "/").map { part in
      let start = part.drop { $0 == " " }
      return start.dropLast(start.reversed().prefix { $0 == " " }.count)
    }
  }
}
