internal import BSON
package import Planning

/// What a replica tells of one project in the controller's database, for `status` and `held` on any
/// terminal: a summary of bounded size, which needs no plan.
package struct RecordedStatus: Sendable, Equatable {
  /// Something that is held, as people are told of it.
  package struct Held: Sendable, Equatable {
    package let scope: HeldItem.Scope
    package let kind: String
    package let title: String
    package let name: String?
    package let path: String?
    package let reason: String
    package let remedy: String

    package init(
      scope: HeldItem.Scope, kind: String, title: String, name: String?, path: String?,
      reason: String, remedy: String
    ) {
      self.scope = scope
      self.kind = kind
      self.title = title
      self.name = name
      self.path = path
      self.reason = reason
      self.remedy = remedy
    }
  }

  /// A plan that waits for somebody's word.
  package struct Offer: Sendable, Equatable {
    /// As ``SavedProject/digest``.
    package let digest: String
    package let lifts: Set<Lift>
    /// What it would do, in words.
    package let work: String

    package init(digest: String, lifts: Set<Lift>, work: String) {
      self.digest = digest
      self.lifts = lifts
      self.work = work
    }

    /// - Parameter plan: the plan as it would be.
    package init(digest: String, lifts: Set<Lift>, plan: ProjectReport) {
      self.init(digest: digest, lifts: lifts, work: Totals(plan).work)
    }
  }

  /// So much is told of one text, and of so many held items.
  static let longestText = 1000
  static let mostHeld = 100

  package let name: String
  package let collection: String?
  package let mapping: String?
  package let policy: String?
  package let target: String?
  package let conditions: [Condition]
  package let last: ProjectStatus.Reconcile?
  /// In seconds.
  package let lag: Double?
  /// The counts of the last plan, by their names.
  package let counts: [String: Int]
  /// The first of them, a bounded number.
  package let held: [Held]
  package let heldCount: Int
  package let offer: Offer?

  init(
    name: String, collection: String?, mapping: String?, policy: String?, target: String?,
    conditions: [Condition], last: ProjectStatus.Reconcile?, lag: Double?, counts: [String: Int],
    held: [Held], heldCount: Int, offer: Offer?
  ) {
    self.name = name
    self.collection = collection
    self.mapping = mapping
    self.policy = policy
    self.target = target
    self.conditions = conditions
    self.last = last
    self.lag = lag
    self.counts = counts
    self.held = held
    self.heldCount = heldCount
    self.offer = offer
  }

  /// - Parameter offer: what can be approved, where something can.
  package init(_ status: ProjectStatus, offer: Offer?) {
    let held = status.report?.plan.held ?? []
    let counts = status.report.map { Totals($0).all } ?? []
    self.init(
      name: status.name, collection: status.report?.plan.project.collection,
      mapping: status.setup?.mapping, policy: status.setup?.policy.rawValue,
      target: status.setup?.target,
      conditions: status.conditions.map { $0.with(RecordedStatus.brief($0.message)) },
      last: status.last, lag: status.lag,
      counts: Dictionary(uniqueKeysWithValues: counts.map { ($0.name, $0.count) }),
      held: held.sorted { $0.scope < $1.scope }.prefix(RecordedStatus.mostHeld).map(Held.init),
      heldCount: held.count, offer: offer)
  }

  static func brief(_ text: String) -> String {
    text.count > longestText ? text.prefix(longestText) + "…" : text
  }

  package func condition(_ kind: Condition.Kind) -> Condition? {
    conditions.first { $0.kind == kind }
  }
}

extension RecordedStatus.Held {
  fileprivate init(_ item: HeldItem) {
    self.init(
      scope: item.scope, kind: item.kind, title: RecordedStatus.brief(item.title),
      name: item.name.map(RecordedStatus.brief), path: item.path?.description,
      reason: RecordedStatus.brief(item.reason), remedy: RecordedStatus.brief(item.remedy))
  }
}

extension Condition {
  func with(_ message: String) -> Condition {
    Condition(kind, isTrue, reason, message, since: since)
  }
}
