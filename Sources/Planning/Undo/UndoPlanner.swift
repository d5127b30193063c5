package import BSON
internal import Identity

/// Turns what a run did to one project backwards.
///
///     done in the run          undone by
///     update, rename, adopt    fields get back what they had
///     create                   archive; or delete, if nobody did anything with the document since
///     archive                  restore
///     restore                  archive
///     delete                   create, with what the document held
///     collection renamed       renamed back
///
/// A field that somebody changed since is held and told; so is a document that cannot go. Pure.
package struct UndoPlanner {
  private let documents: [ObjectID: Document]
  private let observed: ObservedState
  /// The parents of subsets.
  private let published: Set<ObjectID>
  private let choices: UndoPlaces.Choices
  private let places: UndoPlaces
  private var changes: [Change] = []
  private var held: [HeldItem] = []
  private var unchanged = 0

  /// - Parameters:
  ///   - batches: those of the run in this project.
  ///   - documents: all project and asset documents of the collection.
  ///   - follows: whether names and places go back that published work stands on.
  package static func plan(
    _ project: PlannedProject, undoing batches: [JournalBatch], documents: [Document],
    published: Set<ObjectID>, owner: String, mayDelete: Bool, follows: Bool
  ) -> Plan {
    let observed = ObservedState(documents, project: project.id, owner: owner)
    let histories = DocumentHistory.all(batches)
    var planner = UndoPlanner(
      histories, documents, observed, published,
      UndoPlaces.Choices(mayDelete: mayDelete, follows: follows))
    for history in histories { planner.undo(history) }
    let rename = planner.rename(batches, in: project)
    var plan = Plan(
      project: project, collectionRename: rename,
      changes: ChangeGraph.order(planner.changes, references: { _ in [] }, observed: observed),
      held: planner.held, unchanged: planner.unchanged, kept: 0)
    plan.published = published
    return plan
  }

  /// The collection's name is the project's.
  private mutating func rename(
    _ batches: [JournalBatch], in project: PlannedProject
  ) -> CollectionRename? {
    let done = batches.filter { $0.renameOutcome == .applied }.compactMap(\.rename)
    guard choices.follows || published.isEmpty, let first = done.first, let last = done.last,
      let collection = project.collection, collection != first.from
    else { return nil }
    guard last.to == collection else {
      held.append(
        HeldItem(
          scope: .name, identity: Identity(project: project.id, entity: project.id),
          kind: "project", title: project.title, name: collection,
          reason: "the run gave its collection the name '\(last.to)', and it has another one since",
          remedy: "undo the later run that renamed it, then this one (avalon-sync history)"))
      return nil
    }
    return CollectionRename(from: collection, to: first.from)
  }

  private init(
    _ histories: [DocumentHistory], _ documents: [Document], _ observed: ObservedState,
    _ published: Set<ObjectID>, _ choices: UndoPlaces.Choices
  ) {
    let documents = Dictionary(
      documents.compactMap { document in
        document.element(.documentID)?.value.objectID.map { ($0, document) }
      }, uniquingKeysWith: { first, _ in first })
    self.documents = documents
    self.observed = observed
    self.published = published
    self.choices = choices
    places = UndoPlaces(histories, documents, observed, published: published, choices)
  }

  private mutating func undo(_ history: DocumentHistory) {
    switch history.net {
    case .created(let leaves): undo(creationOf: history, leaves)
    case .deleted(let document): recreate(history, document)
    case .fields(let fields): putBack(history, fields)
    case .tooLarge:
      hold(
        history, "its values are not in the journal: too large, or not ours alone",
        "put them back by hand")
    case .nothing: unchanged += 1
    }
  }

  // MARK: Created documents

  private mutating func undo(
    creationOf history: DocumentHistory, _ leaves: AppliedLeaves
  ) {
    guard let document = documents[history.id] else {
      unchanged += 1
      return
    }
    if choices.mayDelete, !places.doomed.contains(history.id) {
      hold(
        history, whyKept(history.id, document, leaves), "run undo without --delete to archive it")
    } else if choices.mayDelete {
      let fields = document.filter { !$0.hasName(.documentID) }.map { element in
        FieldChange(
          path: [FieldName(element.name)], before: element.value, after: nil, reason: .undo)
      }
      changes.append(change(.delete, history, document, fields))
    } else if history.identity.isProject {
      hold(
        history, "a project's document cannot be archived",
        "run undo with --delete, which takes it away when nothing else is left")
    } else if document.element(.type)?.string == "asset" {
      guard places.archivable.contains(history.id) else {
        return hold(history, UndoPlanner.stoodOn, UndoPlanner.stoodOnRemedy)
      }
      let field = FieldChange(
        path: [.type], before: .string("asset"), after: .string("archived_asset"), reason: .undo)
      changes.append(change(.archive, history, document, [field]))
    } else {
      unchanged += 1
    }
  }

  private func whyKept(
    _ id: ObjectID, _ document: Document, _ leaves: AppliedLeaves
  ) -> String {
    if published.contains(id) { return "something is published of it" }
    if !leaves.isWhole(document) { return "somebody changed it since" }
    return UndoPlanner.stoodOn
  }

  private static let stoodOn = "documents that stay stand below it"
  private static let stoodOnRemedy = "move or archive what stands below it, then run undo again"

  // MARK: Others

  private mutating func recreate(_ history: DocumentHistory, _ document: Document) {
    guard documents[history.id] == nil else {
      hold(history, "a document with its _id is there again", "look at it in Avalon")
      return
    }
    changes.append(
      Change(
        action: .create, identity: history.identity, id: history.id, rule: history.rule,
        title: history.title, name: document.element(.name)?.string ?? history.name, fields: [],
        document: document))
  }

  private mutating func putBack(_ history: DocumentHistory, _ fields: [JournalEntry.Field]) {
    guard let document = documents[history.id] else {
      hold(history, "the document is gone", "nothing can be put back")
      return
    }
    var changed: [FieldChange] = []
    var isHeld = false
    for field in fields {
      let now = document[path: field.path.names]
      if now == field.before { continue }
      guard now == field.after else {
        isHeld = true
        hold(
          history, "somebody changed it since", "put it back by hand, if it should be", field.path)
        continue
      }
      if let hold = stays(history, field) {
        isHeld = true
        self.hold(history, hold.reason, hold.remedy, field.path)
        continue
      }
      changed.append(FieldChange(path: field.path, before: now, after: field.before, reason: .undo))
    }
    // What is ours of a list is remembered as long as the list is not put back.
    if isHeld { changed.removeAll { UndoPlanner.memories.contains($0.path) } }
    guard !changed.isEmpty else {
      if !isHeld { unchanged += 1 }
      return
    }
    changed = UndoPlanner.takingWholeLink(changed, document)
    changes.append(change(UndoPlanner.action(changed), history, document, changed))
  }

  /// What of the link says what of lists is ours.
  private static let memories = [Link.itemsField, Link.taskTypesField].map(Link.path.appending)

  /// Why a field is not put back, though nobody changed it.
  private func stays(_ history: DocumentHistory, _ field: JournalEntry.Field) -> Hold? {
    if field.isOfPlace, let reason = places.inPlace[history.id] {
      return Hold(
        reason,
        remedy: places.blocked.contains(history.id)
          ? "give that document another name, then run undo again"
          : "undo --follow puts names and places back all the same; files and scenes that were "
            + "made under the present ones then stay behind")
    }
    let isArchived = field.path == [.type] && field.before?.string == ArchivedType.asset
    guard isArchived, !places.archivable.contains(history.id) else { return nil }
    return Hold(UndoPlanner.stoodOn, remedy: UndoPlanner.stoodOnRemedy)
  }

  /// A link that was not there goes as a whole: what is left of it would be an empty map.
  private static func takingWholeLink(
    _ changed: [FieldChange], _ document: Document
  ) -> [FieldChange] {
    let own = changed.filter { $0.path.starts(with: Link.path) }
    guard let link = document[path: Link.path.names]?.document, !own.isEmpty,
      own.allSatisfy({ $0.after == nil }), own.count == Array(link).count
    else { return changed }
    return changed.filter { !$0.path.starts(with: Link.path) } + [
      FieldChange(path: Link.path, before: .document(link), after: nil, reason: .undo)
    ]
  }

  private static func action(_ fields: [FieldChange]) -> Action {
    if let type = fields.first(where: { $0.path == [.type] }) {
      if type.after?.string == "archived_asset" { return .archive }
      if type.before?.string == "archived_asset" { return .restore }
    }
    return fields.contains { $0.path == .name } ? .rename : .update
  }

  private func change(
    _ action: Action, _ history: DocumentHistory, _ document: Document, _ fields: [FieldChange]
  ) -> Change {
    let name = fields.first { $0.path == .name }?.after?.string
    return Change(
      action: action, identity: history.identity, id: history.id, rule: history.rule,
      title: history.title, name: name ?? document.element(.name)?.string ?? history.name,
      fields: fields)
  }

  private mutating func hold(
    _ history: DocumentHistory, _ reason: String, _ remedy: String, _ path: FieldPath? = nil
  ) {
    held.append(
      HeldItem(
        scope: path == nil ? .entity : .field, identity: history.identity, kind: history.rule,
        title: history.title, name: history.name, path: path, reason: reason, remedy: remedy))
  }
}
