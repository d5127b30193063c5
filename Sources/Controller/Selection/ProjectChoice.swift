package import Planning

/// How one project is synced.
package struct ProjectChoice: Sendable, Hashable {
  package let mapping: MappingChoice
  package let policy: Policy
  /// The name of a target.
  package let target: String
  /// Where the settings say who is told of it; nil where it is as of most.
  package let notifyAt: String?

  package init(mapping: MappingChoice, policy: Policy, target: String, notifyAt: String? = nil) {
    self.notifyAt = notifyAt
    self.mapping = mapping
    self.policy = policy
    self.target = target
  }
}

/// Which mapping a project gets.
package struct MappingChoice: Sendable, Hashable {
  /// A file; nil for the mapping that is built in.
  package let file: String?
  /// Where the settings give an overlay of it, nil where they give none.
  package let overrideAt: String?

  package init(file: String?, overrideAt: String? = nil) {
    self.file = file
    self.overrideAt = overrideAt
  }
}
