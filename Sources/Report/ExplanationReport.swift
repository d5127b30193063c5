package import Mapping
package import Planning

/// Why the documents of one entity are as they are, or are not there.
package struct ExplanationReport: Sendable {
  package let project: PlannedProject
  /// One for each facet.
  package let documents: [ExplainedDocument]

  package init(project: PlannedProject, documents: [ExplainedDocument]) {
    self.project = project
    self.documents = documents
  }
}

package struct ExplainedDocument: Sendable {
  /// The document as it stands in Avalon.
  package struct Standing: Sendable {
    package let id: String
    package let name: String

    package init(id: String, name: String) {
      self.id = id
      self.name = name
    }
  }

  package let explanation: Explanation
  /// Nil where it is not in Avalon.
  package let standing: Standing?
  /// What `plan` would do to it; nil where nothing.
  package let change: Change?
  /// The policy does not allow the change.
  package let isLeftOut: Bool
  /// What of it is held, with what lifts it.
  package let held: [HeldItem]

  package init(
    explanation: Explanation, standing: Standing?, change: Change?, isLeftOut: Bool,
    held: [HeldItem]
  ) {
    self.explanation = explanation
    self.standing = standing
    self.change = change
    self.isLeftOut = isLeftOut
    self.held = held
  }
}
