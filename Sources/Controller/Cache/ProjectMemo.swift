internal import BSON
internal import Identity
internal import Mapping
internal import Planning

/// What was made of a project: its evaluation, and what its plan is made of.
final class ProjectMemo {
  private let evaluation: MemoisedEvaluation
  private var ledger: PlanLedger
  /// The name of the project's document, which no update of the memo changes.
  private let project: String?

  init(_ evaluation: MemoisedEvaluation, _ ledger: PlanLedger, project: String?) {
    self.evaluation = evaluation
    self.ledger = ledger
    self.project = project
  }

  var facts: AvalonFacts { evaluation.facts }

  /// - Parameters:
  ///   - changed: entities whose records are others.
  ///   - edited: whose documents are.
  /// - Returns: nil where all is to be made anew.
  func update(
    _ production: Production, _ changed: Set<EntityID>, _ edited: Set<Identity>,
    _ observed: ObservedState
  ) -> MemoisedEvaluation.Update? {
    var documents: [Identity: AvalonFacts.Known?] = [:]
    for identity in edited {
      documents[identity] = .some(
        observed.linked[identity].flatMap { AvalonFacts.Known($0, isAdopted: false) })
    }
    return evaluation.update(production, changed, documents)
  }

  func plan(
    _ update: MemoisedEvaluation.Update, _ sight: Sight, _ reconciler: Reconciler
  ) -> WantedPlan {
    take(update, sight, reconciler)
    return reconciler.wanted(ledger, sight, project: project, warnings: update.warnings)
  }

  /// The plan with what stands on documents, of which nothing is kept.
  /// - Returns: nil where all is to be made anew, and the memo with it.
  func plan(standing sight: Sight, _ reconciler: Reconciler) -> WantedPlan? {
    let changing = Set(ledger.changing.map(\.entity))
    guard !changing.contains(sight.project.id),
      let update = evaluation.update(
        changing, standing: sight.facts.standing, taskTypes: sight.facts.taskTypes)
    else { return nil }
    take(update, sight, reconciler)
    let plan = reconciler.wanted(ledger, sight, project: project, warnings: update.warnings)
    let concerned = changing.union(update.identities.map(\.entity))
    guard let back = evaluation.update(concerned, standing: [:], taskTypes: [:]) else { return nil }
    take(back, sight, reconciler)
    return plan
  }

  private func take(
    _ update: MemoisedEvaluation.Update, _ sight: Sight, _ reconciler: Reconciler
  ) {
    ledger.replace(
      update.identities, by: reconciler.desired(update.documents, sight),
      held: update.held.map(HeldItem.init), sight.observed,
      sight.circumstances(reconciler.settings))
  }
}
