internal import BSON
internal import Identity

/// Computes the smallest set of changes that takes what is observed to what is desired.
///
///     desired   observed                    result
///     yes       none                        create
///     yes       linked, same                unchanged
///     yes       linked, other fields        update
///     yes       linked, other name          rename (with its other fields)
///     yes       no link, derived `_id`      adopt
///     no        linked                      kept (policy upsert-only: nothing is removed)
///     any       of others                   never looked at
///
/// Pure: the same input gives the same plan, in whatever order it comes.
package enum Planner {
  package static func plan(
    project: PlannedProject, desired: [DesiredDocument], observed: ObservedState, held: [HeldItem],
    lastApplied: LastApplied? = nil
  ) -> Plan {
    var changes: [Change] = []
    var held = held
    var unchanged = 0
    for document in desired {
      let found = observed.linked[document.identity] ?? observed.unlinked[document.id]
      guard let found else {
        changes.append(create(document))
        held += fieldHolds(document, nil)
        continue
      }
      var diff = DocumentDiff(document, found)
      if let lastApplied { diff.leave(lastApplied.abandoned(found, document.shape)) }
      held += fieldHolds(document, diff)
      if diff.changes.isEmpty {
        unchanged += 1
      } else {
        let isLinked = observed.linked[document.identity] != nil
        changes.append(update(document, diff.changes, isLinked: isLinked))
      }
    }
    let wanted = Set(desired.map(\.identity))
    let entities = Set(held.filter { $0.scope == .entity }.compactMap(\.identity))
    let kept = observed.linked.keys.count { !wanted.contains($0) && !entities.contains($0) }
    return Plan(
      project: project, changes: ChangeGraph.order(changes, desired: desired, observed: observed),
      held: sorted(held), unchanged: unchanged, kept: kept)
  }

  private static func create(_ desired: DesiredDocument) -> Change {
    Change(
      action: .create, identity: desired.identity, id: desired.id, rule: desired.rule,
      title: desired.title(), name: desired.name, fields: [], document: desired.document,
      notes: desired.notes)
  }

  private static func update(
    _ desired: DesiredDocument, _ fields: [FieldChange], isLinked: Bool
  ) -> Change {
    let isRename = fields.contains { $0.path == .name }
    return Change(
      action: !isLinked ? .adopt : isRename ? .rename : .update, identity: desired.identity,
      id: desired.id, rule: desired.rule, title: desired.title(), name: desired.name,
      fields: fields, notes: desired.notes)
  }

  private static func fieldHolds(_ desired: DesiredDocument, _ diff: DocumentDiff?) -> [HeldItem] {
    let fields = desired.heldFields + (diff?.held ?? [])
    let isKeptInPlace = diff?.isKeptInPlace == true && desired.nameHold == nil
    let placeHold = isKeptInPlace ? desired.placeHold : nil
    guard !fields.isEmpty || desired.nameHold != nil || placeHold != nil else { return [] }
    func item(_ scope: HeldItem.Scope, _ path: FieldPath?, _ reason: String, _ remedy: String)
      -> HeldItem
    {
      HeldItem(
        scope: scope, identity: desired.identity, kind: desired.rule, title: desired.title(),
        name: desired.name, path: path, reason: reason, remedy: remedy)
    }
    var items = fields.map {
      item(.field, $0.path, $0.reason, "correct the value, then plan again")
    }
    if let reason = desired.nameHold {
      items.append(item(.name, nil, reason, "correct its name in Kitsu, then plan again"))
    }
    if let placeHold {
      items.append(item(.name, nil, "it would move, but \(placeHold)", "plan again"))
    }
    return items
  }

  /// Twins, which differ in nothing that people read, stand in the order of their identities.
  private static func sorted(_ held: [HeldItem]) -> [HeldItem] {
    func shown(_ item: HeldItem) -> (HeldItem.Scope, String, String, String, String) {
      (item.scope, item.kind, item.title, item.path?.description ?? "", item.reason)
    }
    return held.sorted { left, right in
      if shown(left) != shown(right) { return shown(left) < shown(right) }
      guard let mine = left.identity, let theirs = right.identity else {
        return left.identity == nil && right.identity != nil
      }
      return mine < theirs
    }
  }
}
