package import Planning

/// What an audit found in the collections of one database.
package struct AuditReport: Sendable {
  package struct Collection: Sendable {
    package let name: String
    package let outcome: Outcome

    package init(name: String, outcome: Outcome) {
      self.name = name
      self.outcome = outcome
    }
  }

  package enum Outcome: Sendable {
    case looked(CollectionAudit)
    /// It could not be read; the others were.
    case failed(String)
  }

  package let target: ReportTarget
  package let collections: [Collection]

  package init(target: ReportTarget, collections: [Collection]) {
    self.target = target
    self.collections = collections
  }

  package var audits: [CollectionAudit] {
    collections.compactMap { if case .looked(let audit) = $0.outcome { audit } else { nil } }
  }

  package var findingCount: Int { audits.reduce(0) { $0 + $1.findings.count } }
  package var failureCount: Int { collections.count - audits.count }
}
