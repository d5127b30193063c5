package import BSON
package import Identity
package import Kitsu
package import Mapping
package import Planning

/// A project with all that explains its documents.
package struct ProjectStudy: Sendable {
  package let project: ProjectSummary
  package let plan: ProjectPlan
  /// Nil where the project is held as a whole.
  package let observed: ObservedState?
  package let explainer: Explainer?

  init(
    project: ProjectSummary, plan: ProjectPlan, observed: ObservedState? = nil,
    explainer: Explainer? = nil
  ) {
    self.project = project
    self.plan = plan
    self.observed = observed
    self.explainer = explainer
  }

  /// The entities that a person may mean: by an id or a URL of Kitsu, a path or name there, and the
  /// name or `_id` of a document in Avalon.
  package func entities(_ text: String) -> [EntityID] {
    if let id = EntityID.all(in: text).last { return explainer?.entities(named: id) ?? [] }
    var found = explainer?.entities(called: text) ?? []
    for (identity, document) in observed?.linked ?? [:] {
      let name = document.element(.name)?.string
      let id = document.element(.documentID)?.value.objectID?.description
      if name == text || id == text, !found.contains(identity.entity) {
        found.append(identity.entity)
      }
    }
    return found.sorted()
  }

  /// A document of Avalon that has the name or `_id` and is linked to nothing of ours.
  package func foreign(_ text: String) -> ObjectID? {
    if let id = observed?.foreignNames[text] { return id }
    return observed?.unlinked.keys.first { $0.description == text }
  }

  /// Where a document stands in Avalon, in words; nil where it does not.
  package func place(of identity: Identity) -> String? {
    guard let document = observed?.linked[identity] else { return nil }
    let id = document.element(.documentID)?.value.objectID.map { "\($0)" } ?? "?"
    return "'\(document.element(.name)?.string ?? "?")' (_id \(id), collection "
      + "'\(plan.plan.project.collection ?? "?")')"
  }

  /// What `plan` would do to a document.
  package func change(of identity: Identity) -> (change: Change, isLeftOut: Bool)? {
    if let change = plan.plan.changes.first(where: { $0.identity == identity }) {
      return (change, false)
    }
    return plan.leftOut.first { $0.identity == identity }.map { ($0, true) }
  }
}
