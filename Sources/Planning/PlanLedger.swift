internal import BSON
package import Identity

/// What a plan is made of, document by document, so that a part of it can be made anew.
package struct PlanLedger {
  /// What changes, with the documents that it stands on.
  private var changes: [Identity: (change: Change, references: [ObjectID])] = [:]
  private var held: [Identity: [HeldItem]] = [:]
  /// What is held of no document.
  private var others: [HeldItem] = []
  /// What is as it should be.
  private var unchanged: Set<Identity> = []
  /// Documents of others that are not taken over.
  private var refused: Set<Identity> = []
  /// Our documents that nothing is wanted of.
  private var gone = GoneDocuments()

  package init(
    _ desired: [DesiredDocument], held: [HeldItem], observed: ObservedState,
    _ circumstances: Circumstances
  ) {
    unchanged.reserveCapacity(desired.count)
    add(desired, held, observed, circumstances)
    for (identity, document) in observed.linked where !isWanted(identity) {
      gone.set(identity, document)
    }
  }

  /// Makes what some identities have a part in anew.
  /// - Parameters:
  ///   - identities: all that are concerned.
  ///   - desired: the documents that are wanted of these.
  ///   - held: what holds these.
  package mutating func replace(
    _ identities: Set<Identity>, by desired: [DesiredDocument], held: [HeldItem],
    _ observed: ObservedState, _ circumstances: Circumstances
  ) {
    for identity in identities {
      changes[identity] = nil
      self.held[identity] = nil
      unchanged.remove(identity)
      refused.remove(identity)
    }
    add(desired, held, observed, circumstances)
    for identity in identities {
      gone.set(identity, isWanted(identity) ? nil : observed.linked[identity])
    }
  }

  private mutating func add(
    _ desired: [DesiredDocument], _ held: [HeldItem], _ observed: ObservedState,
    _ circumstances: Circumstances
  ) {
    for item in held {
      if let identity = item.identity {
        self.held[identity, default: []].append(item)
      } else {
        others.append(item)
      }
    }
    for document in desired { add(document, observed, circumstances) }
  }

  /// How many documents of ours nothing is wanted of, by what decides on their removal.
  package var goneCounts: [(kind: GoneKind, count: Int)] { gone.counts }

  /// Whose documents change.
  package var changing: some Collection<Identity> { changes.keys }

  /// What is held as a whole is wanted.
  private func isWanted(_ identity: Identity) -> Bool {
    unchanged.contains(identity) || changes[identity] != nil || refused.contains(identity)
      || held[identity]?.contains { $0.scope == .entity } == true
  }

  package func plan(
    _ project: PlannedProject, _ observed: ObservedState, _ circumstances: Circumstances
  ) -> Plan {
    let (leaving, kept) = gone.leaving(circumstances)
    let removals = Removals(
      leaving, observed: observed, staying: { places(observed) }, circumstances)
    var plan = Plan(
      project: project,
      changes: ChangeGraph.order(
        changes.values.map(\.change) + removals.changes,
        references: { changes[$0]?.references ?? [] }, observed: observed),
      held: (held.values.joined() + others + removals.held).sorted(by: HeldItem.isBefore),
      unchanged: unchanged.count, kept: kept + removals.kept)
    plan.published = circumstances.published ?? []
    plan.gone = gone.ids
    return plan
  }

  private mutating func add(
    _ document: DesiredDocument, _ observed: ObservedState, _ circumstances: Circumstances
  ) {
    let linked = observed.linked[document.identity]
    guard let found = linked ?? observed.unlinked[document.id] else {
      changes[document.identity] = (PlanLedger.create(document), document.references)
      hold(document, PlanLedger.holds(of: document, nil))
      return
    }
    var diff = DocumentDiff(document, found)
    if let lastApplied = circumstances.lastApplied {
      diff.leave(lastApplied.abandoned(found, document.shape))
    }
    let adoption = linked == nil ? Adoption(document, diff.changes, in: observed) : nil
    if let adoption, !circumstances.mayOverwriteAdopted,
      document.adoptionHold != nil || !adoption.losses.isEmpty
    {
      refused.insert(document.identity)
      hold(document, [adoption.hold(document)])
      return
    }
    hold(document, PlanLedger.holds(of: document, diff))
    if diff.changes.isEmpty {
      unchanged.insert(document.identity)
    } else {
      changes[document.identity] = (
        PlanLedger.update(document, diff.changes, found, isLinked: linked != nil, adoption),
        document.references
      )
    }
  }

  private mutating func hold(_ document: DesiredDocument, _ items: [HeldItem]) {
    if !items.isEmpty { held[document.identity, default: []] += items }
  }

  /// The parents that documents have when all is done.
  private func places(_ observed: ObservedState) -> [ObjectID: ObjectID] {
    let going = gone.ids
    var places: [ObjectID: ObjectID] = [:]
    for (id, document) in observed.documents where !going.contains(id) {
      guard document.element(.type)?.string != ArchivedType.asset else { continue }
      places[id] = document.visualParent
    }
    for (change, _) in changes.values {
      if let field = change.fields.first(where: { $0.path == PathFields.visualParent }) {
        places[change.id] = field.after?.objectID
      } else if change.action == .create {
        places[change.id] = change.document?.visualParent
      }
    }
    return places
  }

  private static func create(_ desired: DesiredDocument) -> Change {
    Change(
      action: .create, identity: desired.identity, id: desired.id, rule: desired.rule,
      title: desired.title(), name: desired.name, fields: [], document: desired.document,
      notes: desired.notes)
  }

  private static func update(
    _ desired: DesiredDocument, _ fields: [FieldChange], _ found: Document, isLinked: Bool,
    _ adoption: Adoption?
  ) -> Change {
    let action: Action =
      if !isLinked {
        .adopt
      } else if found.element(.type)?.string == ArchivedType.asset,
        fields.contains(where: { $0.path == [.type] })
      {
        .restore
      } else {
        fields.contains { $0.path == .name } ? .rename : .update
      }
    let evidence = isLinked ? nil : adoption?.evidence ?? "its _id, which we made"
    return Change(
      action: action, identity: desired.identity, id: desired.id, rule: desired.rule,
      title: desired.title(), name: desired.name, fields: fields, notes: desired.notes,
      evidence: evidence)
  }

  private static func holds(of desired: DesiredDocument, _ diff: DocumentDiff?) -> [HeldItem] {
    let fields = desired.heldFields + (diff?.held ?? [])
    let isKeptInPlace = diff?.isKeptInPlace == true && desired.nameHold == nil
    let placeHold = isKeptInPlace ? desired.placeHold : nil
    let isHeld = desired.nameHold != nil || placeHold != nil || !desired.heldTasks.isEmpty
    guard !fields.isEmpty || isHeld else { return [] }
    func item(_ scope: HeldItem.Scope, _ path: FieldPath?, _ hold: Hold) -> HeldItem {
      HeldItem(
        scope: scope, identity: desired.identity, kind: desired.rule, title: desired.title(),
        name: desired.name, path: path, reason: hold.reason, remedy: hold.remedy, lift: hold.lift)
    }
    var items = fields.map {
      item(.field, $0.path, Hold($0.reason, remedy: "correct the value, then plan again"))
    }
    if let hold = desired.nameHold { items.append(item(.name, nil, hold)) }
    if let placeHold {
      let reason = "it would move, but \(placeHold.reason)"
      items.append(item(.name, nil, Hold(reason, remedy: placeHold.remedy)))
    }
    items += desired.heldTasks.map {
      item(.name, $0.path, Hold($0.reason, remedy: PathFields.followRemedy))
    }
    return items
  }
}
