package import BSON
package import Identity

/// What a mapping makes of a production: the desired documents, and what could not be made.
package struct Evaluation: Sendable {
  package let documents: [EvaluatedDocument]
  package let held: [HeldEntity]
  /// Entities for which no rule's `when` holds.
  package let skipped: [Identity]
  /// Why nothing of the project may be written, where the mapping says `fail`.
  package let failure: String?
  /// What is probably not meant: metadata that Kitsu does not have.
  package let warnings: [String]

  /// Evaluates a mapping.
  ///
  /// Pure: the same input gives the same documents, whatever the order of Kitsu's lists.
  ///
  /// - Parameters:
  ///   - facts: what is in Avalon already; names and ids of existing documents are taken from it.
  ///   - owner: goes into the link of every document.
  /// - Returns: nil where the production's project has no id, which is no production of Kitsu.
  package static func evaluate(
    _ mapping: CompiledMapping, over production: Production, facts: AvalonFacts, owner: String
  ) -> Evaluation? {
    guard let world = World(production) else { return nil }
    let names = NameResolver(mapping, world, facts)
    names.resolve()
    return DocumentEvaluation.run(names, owner: owner)
  }
}

/// A document as it should be.
package struct EvaluatedDocument: Sendable {
  package let identity: Identity
  /// The rule that made it.
  package let rule: String
  /// The document with `_id`, its effective name and its link. A field that came out null is
  /// missing.
  package let document: Document
  package let id: ObjectID
  package let name: String
  /// Fields that could not be evaluated, with the reason: neither written nor unset.
  package let heldFields: [HeldField]
  /// Why the document keeps the name that it has, where it does.
  package let nameHold: NameHold?
  /// Why its place stays, and its name with it, whether or not they would change.
  package let protection: FixedName?
  /// Names of tasks that stay, of a document that lists task types.
  package let heldTasks: [HeldTask]
  package let notes: [String]
  /// The documents that it stands on.
  package let references: [ObjectID]
  /// By path of merged fields: the items that are ours.
  package let items: [String: [String]]

  let record: Record
  let world: World

  /// Where people find the entity in Kitsu: `EP01 / SQ010 / SH0100`. It keeps nothing else of the
  /// document in memory.
  package var title: @Sendable () -> String {
    { [identity, record, world] in identity.title(of: record, in: world) }
  }
}

package struct HeldField: Sendable, Equatable {
  package let path: FieldPath
  package let reason: String
}

package struct NameHold: Sendable, Equatable {
  /// What the mapping would name it, nil where that failed.
  package let wanted: String?
  package let why: FixedName

  package var reason: String { why.reason }
}

/// A name of a task that stays though Kitsu's task type has another one now.
package struct HeldTask: Sendable, Equatable {
  package let path: FieldPath
  package let wanted: String
  package let name: String
}

/// An entity that has no document, or whose document must stay as it is, because something is
/// wrong.
package struct HeldEntity: Sendable {
  package let identity: Identity
  package let kind: String
  package let title: String
  /// The name that it would have, where that is known.
  package let name: String?
  package let reason: String
  /// What lifts it; nil for something to be corrected in Kitsu.
  package let remedy: String?
}

extension CompiledMapping {
  /// The name that a project's document, and with it its collection, gets.
  ///
  /// - Parameter project: `/data/projects/{id}` or an item of `/data/projects/all`.
  /// - Returns: nil where no rule is for the project.
  /// - Throws: ``ProjectNameError`` where it has no valid name.
  package func projectName(of project: Document) throws(ProjectNameError) -> String? {
    let production = Production(
      project: project, entities: [:], links: nil, descriptors: [], studio: Studio())
    guard let world = World(production) else {
      throw ProjectNameError(reason: "the project has no id")
    }
    let names = NameResolver(self, world, AvalonFacts())
    names.resolve()
    let identity = Identity(project: world.projectID, entity: world.projectID)
    if let refused = names.refused.first(where: { $0.identity == identity }) {
      throw ProjectNameError(reason: refused.reason)
    }
    guard let index = names.candidates.firstIndex(where: \.rule.isProject) else { return nil }
    switch names.state(of: index) {
    case .named(let name, _): return name
    case .held(let why): throw ProjectNameError(reason: why.reason)
    case .pending, .computing: throw ProjectNameError(reason: "its name was not computed")
    }
  }
}

package struct ProjectNameError: Error, Sendable {
  package let reason: String
}
