internal import BSON
internal import Identity

/// Computes the smallest set of changes that takes what is observed to what is desired.
///
///     desired   observed                    result
///     yes       none                        create
///     yes       linked, same                unchanged
///     yes       linked, other fields        update
///     yes       linked, other name          rename (with its other fields)
///     yes       linked, archived            restore (with its other fields)
///     yes       no link, known otherwise    adopt; held where values would be lost
///     no        linked                      kept, archived or deleted, as its rule says
///     any       of others                   never looked at
///
/// Pure: the same input gives the same plan, in whatever order it comes.
package enum Planner {
  package static func plan(
    project: PlannedProject, desired: [DesiredDocument], observed: ObservedState, held: [HeldItem],
    circumstances: Circumstances = Circumstances()
  ) -> Plan {
    var draft = Draft(held: held)
    for document in desired { draft.add(document, observed, circumstances) }
    draft.remove(what: desired, observed, circumstances)
    var plan = Plan(
      project: project,
      changes: ChangeGraph.order(draft.changes, desired: desired, observed: observed),
      held: draft.held.sorted(by: HeldItem.isBefore), unchanged: draft.unchanged, kept: draft.kept)
    plan.published = circumstances.published ?? []
    return plan
  }
}

/// A plan while it is made.
private struct Draft {
  var changes: [Change] = []
  var held: [HeldItem]
  var unchanged = 0
  var kept = 0

  init(held: [HeldItem]) { self.held = held }

  mutating func add(
    _ document: DesiredDocument, _ observed: ObservedState, _ circumstances: Circumstances
  ) {
    let linked = observed.linked[document.identity]
    guard let found = linked ?? observed.unlinked[document.id] else {
      changes.append(Draft.create(document))
      held += Draft.holds(of: document, nil)
      return
    }
    var diff = DocumentDiff(document, found)
    if let lastApplied = circumstances.lastApplied {
      diff.leave(lastApplied.abandoned(found, document.shape))
    }
    let adoption = linked == nil ? Adoption(document, diff.changes, in: observed) : nil
    if let adoption, !circumstances.mayOverwriteAdopted,
      document.adoptionHold != nil || !adoption.losses.isEmpty
    {
      held.append(adoption.hold(document))
      return
    }
    held += Draft.holds(of: document, diff)
    if diff.changes.isEmpty {
      unchanged += 1
    } else {
      changes.append(Draft.update(document, diff.changes, found, isLinked: linked != nil, adoption))
    }
  }

  /// Looks after our documents that nothing is wanted of. What is held as a whole is wanted.
  mutating func remove(
    what desired: [DesiredDocument], _ observed: ObservedState, _ circumstances: Circumstances
  ) {
    let wanted = Set(desired.map(\.identity))
    let waiting = Set(held.filter { $0.scope == .entity }.compactMap(\.identity))
    let gone = observed.linked.filter { !wanted.contains($0.key) && !waiting.contains($0.key) }
    guard !gone.isEmpty else { return }
    let going = Set(gone.values.compactMap { $0.element(.documentID)?.value.objectID })
    let removals = Removals(
      gone.map { ($0.key, $0.value) }, observed: observed,
      staying: places(desired, observed, except: going), circumstances)
    changes += removals.changes
    held += removals.held
    kept += removals.kept
  }

  /// The parents that documents have when all is done.
  private func places(
    _ desired: [DesiredDocument], _ observed: ObservedState, except going: Set<ObjectID>
  ) -> [ObjectID: ObjectID] {
    var places: [ObjectID: ObjectID] = [:]
    for (id, document) in observed.documents where !going.contains(id) {
      guard document.element(.type)?.string != ArchivedType.asset else { continue }
      places[id] = document.visualParent
    }
    for change in changes {
      if let field = change.fields.first(where: { $0.path == PathFields.visualParent }) {
        places[change.id] = field.after?.objectID
      } else if change.action == .create {
        places[change.id] = change.document?.visualParent
      }
    }
    return places
  }

  private static func create(_ desired: DesiredDocument) -> Change {
    Change(
      action: .create, identity: desired.identity, id: desired.id, rule: desired.rule,
      title: desired.title(), name: desired.name, fields: [], document: desired.document,
      notes: desired.notes)
  }

  private static func update(
    _ desired: DesiredDocument, _ fields: [FieldChange], _ found: Document, isLinked: Bool,
    _ adoption: Adoption?
  ) -> Change {
    let action: Action =
      if !isLinked {
        .adopt
      } else if found.element(.type)?.string == ArchivedType.asset,
        fields.contains(where: { $0.path == [.type] })
      {
        .restore
      } else {
        fields.contains { $0.path == .name } ? .rename : .update
      }
    let evidence = isLinked ? nil : adoption?.evidence ?? "its _id, which we made"
    return Change(
      action: action, identity: desired.identity, id: desired.id, rule: desired.rule,
      title: desired.title(), name: desired.name, fields: fields, notes: desired.notes,
      evidence: evidence)
  }

  private static func holds(of desired: DesiredDocument, _ diff: DocumentDiff?) -> [HeldItem] {
    let fields = desired.heldFields + (diff?.held ?? [])
    let isKeptInPlace = diff?.isKeptInPlace == true && desired.nameHold == nil
    let placeHold = isKeptInPlace ? desired.placeHold : nil
    let isHeld = desired.nameHold != nil || placeHold != nil || !desired.heldTasks.isEmpty
    guard !fields.isEmpty || isHeld else { return [] }
    func item(_ scope: HeldItem.Scope, _ path: FieldPath?, _ hold: Hold) -> HeldItem {
      HeldItem(
        scope: scope, identity: desired.identity, kind: desired.rule, title: desired.title(),
        name: desired.name, path: path, reason: hold.reason, remedy: hold.remedy, lift: hold.lift)
    }
    var items = fields.map {
      item(.field, $0.path, Hold($0.reason, remedy: "correct the value, then plan again"))
    }
    if let hold = desired.nameHold { items.append(item(.name, nil, hold)) }
    if let placeHold {
      let reason = "it would move, but \(placeHold.reason)"
      items.append(item(.name, nil, Hold(reason, remedy: placeHold.remedy)))
    }
    items += desired.heldTasks.map {
      item(.name, $0.path, Hold($0.reason, remedy: PathFields.followRemedy))
    }
    return items
  }
}

extension HeldItem {
  /// Twins, which differ in nothing that people read, stand in the order of their identities.
  fileprivate static func isBefore(_ left: HeldItem, _ right: HeldItem) -> Bool {
    func shown(_ item: HeldItem) -> (HeldItem.Scope, String, String, String, String) {
      (item.scope, item.kind, item.title, item.path?.description ?? "", item.reason)
    }
    if shown(left) != shown(right) { return shown(left) < shown(right) }
    guard let mine = left.identity, let theirs = right.identity else {
      return left.identity == nil && right.identity != nil
    }
    return mine < theirs
  }
}
