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
    PlanLedger(desired, held: held, observed: observed, circumstances)
      .plan(project, observed, circumstances)
  }
}

extension HeldItem {
  /// Twins, which differ in nothing that people read, stand in the order of their identities.
  static func isBefore(_ left: HeldItem, _ right: HeldItem) -> Bool {
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
