package import Planning

/// From where, to where, by what rules.
package struct ReportHeader: Sendable {
  /// A project that is not looked at, with the reason.
  package struct LeftOut: Sendable {
    package let name: String
    package let reason: String

    package init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  package let kitsu: String
  package let kitsuVersion: String
  /// As whom Kitsu is read, nil for a snapshot.
  package let account: String?
  package let role: String?
  /// The databases of the projects that are looked at.
  package let targets: [ReportTarget]
  /// What a project gets where the settings give it nothing else.
  package let usual: ProjectSetup
  package let owner: String
  package let leftOut: [LeftOut]

  package init(
    kitsu: String, kitsuVersion: String, account: String?, role: String?, targets: [ReportTarget],
    usual: ProjectSetup, owner: String, leftOut: [LeftOut]
  ) {
    self.kitsu = kitsu
    self.kitsuVersion = kitsuVersion
    self.account = account
    self.role = role
    self.targets = targets
    self.usual = usual
    self.owner = owner
    self.leftOut = leftOut
  }
}

/// One of Avalon's databases.
package struct ReportTarget: Sendable {
  /// Its name in the settings.
  package let name: String
  /// Nil where it could not be opened.
  package let address: String?
  package let database: String?
  package let version: String?
  /// The name of MongoDB's replica set, nil for none.
  package let replicaSet: String?
  /// Why it could not be opened.
  package let failure: String?

  package init(
    name: String, address: String, database: String, version: String?, replicaSet: String? = nil
  ) {
    self.name = name
    self.replicaSet = replicaSet
    self.address = address
    self.database = database
    self.version = version
    failure = nil
  }

  package init(name: String, failure: String) {
    self.name = name
    address = nil
    database = nil
    version = nil
    replicaSet = nil
    self.failure = failure
  }
}

/// How a project is synced.
package struct ProjectSetup: Sendable, Hashable {
  /// The mapping's name, as people know it.
  package let mapping: String
  /// The name of its target.
  package let target: String
  package let policy: Policy
  /// SHA-256 over the merged mapping; nil where the mapping was not read.
  package let mappingDigest: String?
  /// Where the settings say who is told of it; nil where it is as of most.
  package let notifyAt: String?

  package init(
    mapping: String, target: String, policy: Policy, mappingDigest: String? = nil,
    notifyAt: String? = nil
  ) {
    self.mapping = mapping
    self.mappingDigest = mappingDigest
    self.notifyAt = notifyAt
    self.target = target
    self.policy = policy
  }

  /// What differs from the usual, for people.
  func differences(from usual: ProjectSetup) -> [String] {
    var parts: [String] = []
    if mapping != usual.mapping { parts.append("mapping \(mapping)") }
    if target != usual.target { parts.append("target \(target)") }
    if policy != usual.policy { parts.append("policy \(policy.rawValue)") }
    return parts
  }
}

extension PlanReport {
  /// The mappings of the projects, the usual one first where a project has it; the usual one alone
  /// where there are no projects.
  var mappings: [String] { setups(\.mapping) }

  var policies: [Policy] { setups(\.policy) }

  private func setups<Value: Hashable>(_ value: (ProjectSetup) -> Value) -> [Value] {
    let usual = value(header.usual)
    let used = projects.compactMap(\.setup).map(value)
    var found: [Value] = used.isEmpty || used.contains(usual) ? [usual] : []
    for item in used where !found.contains(item) { found.append(item) }
    return found
  }
}
