internal import BSON
package import Identity

/// Answers why the documents of an entity are as they are, over one evaluation of a production.
package struct Explainer: Sendable {
  package let evaluation: Evaluation
  private let names: NameResolver
  var world: World { names.world }

  /// - Parameters: as of ``Evaluation/evaluate(_:over:facts:owner:)``.
  /// - Returns: nil where the production's project has no id.
  package init?(
    _ mapping: CompiledMapping, over production: Production, facts: AvalonFacts, owner: String
  ) {
    guard let world = World(production) else { return nil }
    names = NameResolver(mapping, world, facts)
    names.resolve()
    evaluation = DocumentEvaluation.run(names, owner: owner)
  }

  /// One explanation for each document that the entity has or could have; none where no rule is for
  /// its kind.
  ///
  /// - Parameter entity: an entity, or the project, whose folders are its documents too.
  package func explain(_ entity: EntityID) -> [Explanation] {
    let record = entity == world.projectID ? world.project : world.entity(entity)
    guard let record else { return [] }
    return slots(of: record, entity).map { explain($0, record) }
  }

  // MARK: Which documents

  /// A document that an entity could have, with the rules that could make it.
  private struct Possible {
    let identity: Identity
    let item: Datum?
    var rules: [CompiledRule]
  }

  private func slots(of record: Record, _ entity: EntityID) -> [Possible] {
    var slots: [Possible] = []
    for rule in names.mapping.rules where rule.from == record.type {
      let facets = folders(rule, record).map { (rule.facet.facet(key: $0.key), $0.item) }
      for (facet, item) in rule.folder == nil ? [(rule.facet.name, nil)] : facets {
        let identity = Identity(project: world.projectID, entity: entity, facet: facet)
        let index = slots.firstIndex { $0.identity == identity }
        if let index, rule.folder == nil, slots[index].item == nil {
          slots[index].rules.append(rule)
        } else if index == nil {
          slots.append(Possible(identity: identity, item: item, rules: [rule]))
        }
      }
    }
    return slots
  }

  /// The keys of a rule with `for_each`, each with its item; `*` where the list failed.
  private func folders(_ rule: CompiledRule, _ record: Record) -> [(key: String, item: Datum?)] {
    guard let folder = rule.folder else { return [] }
    do {
      let items = try folder.source.evaluate(context(rule, record, nil)).items ?? []
      return try items.compactMap { item in
        try folder.key.key(context(rule, record, item)).map { ($0, item) }
      }
    } catch {
      return [("*", nil)]
    }
  }

  // MARK: One document

  private func explain(_ slot: Possible, _ record: Record) -> Explanation {
    let trials = trials(slot, record)
    let index = names.candidates.firstIndex { $0.identity == slot.identity }
    let made = evaluation.documents.first { $0.identity == slot.identity }
    return Explanation(
      identity: slot.identity, kind: slot.item == nil ? record.type.rawValue : "folder",
      title: slot.identity.title(of: record, in: world), trials: trials,
      outcome: outcome(slot.identity, index, isMade: made != nil),
      name: index.map { name(names.candidates[$0], names.state(of: $0)) },
      fields: made == nil ? [] : index.map { fields(names.candidates[$0]) } ?? [],
      notes: made?.notes ?? [], standsOn: made.map(standsOn) ?? [],
      carries: made.map(carries) ?? [])
  }

  private func trials(_ slot: Possible, _ record: Record) -> [Explanation.Trial] {
    var trials: [Explanation.Trial] = []
    for rule in slot.rules {
      var conditions: [Explanation.Condition] = []
      for condition in rule.conditions {
        conditions.append(self.condition(condition, rule, record, slot.item))
        if conditions.last?.result != .holds { break }
      }
      let last = conditions.last?.result ?? .holds
      let holds: Bool? = if case .mistake = last { nil } else { last == .holds }
      trials.append(
        Explanation.Trial(
          rule: rule.name, place: Explanation.Place(rule.position), conditions: conditions,
          holds: holds))
      if holds != false { break }
    }
    return trials
  }

  private func condition(
    _ condition: (name: String, evaluator: Evaluator), _ rule: CompiledRule, _ record: Record,
    _ item: Datum?
  ) -> Explanation.Condition {
    let (context, trace) = traced(rule, record, item)
    let result: Explanation.Condition.Result
    do {
      result = try condition.evaluator.condition(context) ? .holds : .fails
    } catch {
      result = .mistake(error.told)
    }
    return Explanation.Condition(
      name: condition.name, place: Explanation.Place(condition.evaluator.position),
      inputs: trace.found, result: result)
  }

  private func outcome(
    _ identity: Identity, _ index: Int?, isMade: Bool
  ) -> Explanation.Outcome {
    if isMade { return .made }
    guard let held = evaluation.held.first(where: { $0.identity == identity }) else {
      return .skipped
    }
    return .held(held.reason, by: index.map { causes(names.candidates[$0]) } ?? [])
  }

  /// What is held that a document stands on, up to the one with which it began.
  private func causes(_ candidate: Candidate) -> [HeldEntity] {
    var causes: [HeldEntity] = []
    var current: Candidate? = candidate
    while let candidate = current, let cause = cause(candidate),
      !causes.contains(where: { $0.identity == cause.identity })
    {
      causes.append(cause)
      current = names.candidates.first { $0.identity == cause.identity }
    }
    return causes
  }

  private func cause(_ candidate: Candidate) -> HeldEntity? {
    let errors =
      [nameError(candidate)]
      + candidate.rule.document.fields.indices
      .filter { candidate.rule.document.fields[$0].writer.isReference }
      .map { write($0, candidate).error }
    for case .held(let id)? in errors.map({ $0?.cause }) {
      return evaluation.held.first { $0.identity.entity == id }
    }
    return nil
  }

  private func nameError(_ candidate: Candidate) -> EvaluationError? {
    do {
      _ = try candidate.rule.nameEvaluator.evaluate(
        context(candidate.rule, candidate.record, candidate.item))
      return nil
    } catch {
      return error
    }
  }

  // MARK: Values

  private func name(_ candidate: Candidate, _ state: NameResolver.State) -> Explanation.Name {
    let evaluator = candidate.rule.nameEvaluator
    let (context, trace) = traced(candidate.rule, candidate.record, candidate.item)
    // A name that fails is told by its state.
    _ = try? evaluator.evaluate(context)
    let (effective, hold): (String?, NameHold?) =
      if case .named(let name, let hold) = state { (name, hold) } else { (nil, nil) }
    return Explanation.Name(
      place: Explanation.Place(evaluator.position), inputs: trace.found, effective: effective,
      hold: hold)
  }

  private func fields(_ candidate: Candidate) -> [Explanation.Field] {
    let document = candidate.rule.document
    return document.fields.indices.map { index in
      let (value, error, inputs) = write(index, candidate)
      return Explanation.Field(
        path: document.fields[index].owned.path,
        ownership: document.fields[index].owned.ownership,
        place: Explanation.Place(document.positions[index]), inputs: inputs, value: value,
        hold: error?.told)
    }
  }

  /// One field as ``DocumentEvaluation`` writes it, by itself.
  private func write(
    _ index: Int, _ candidate: Candidate
  ) -> (value: Value?, error: EvaluationError?, inputs: [Explanation.Input]) {
    let (context, trace) = traced(candidate.rule, candidate.record, candidate.item)
    let writer = DocumentWriter()
    writer.beginRoot()
    do {
      let slot = Slot.name("value")
      _ = try candidate.rule.document.fields[index].writer.write(
        slot, to: writer, DocumentContext(context))
    } catch {
      return (nil, error, trace.found)
    }
    writer.end()
    return (writer.finish().first?.element("value")?.value, nil, trace.found)
  }

  /// Values that are remembered within an evaluation would not be read again: each gets a context
  /// of its own.
  private func traced(
    _ rule: CompiledRule, _ record: Record, _ item: Datum?
  ) -> (Context, Trace) {
    let context = context(rule, record, item)
    let trace = Trace()
    context.trace = trace
    return (context, trace)
  }

  private func context(_ rule: CompiledRule, _ record: Record, _ item: Datum?) -> Context {
    let context = names.newContext()
    if let folder = rule.folder, let item { context.locals[folder.slot] = item }
    context.current = record
    return context
  }

  // MARK: Neighbours

  private func standsOn(_ document: EvaluatedDocument) -> [Explanation.Neighbour] {
    let ids = Set(document.references)
    return neighbours { ids.contains($0.id) }
  }

  private func carries(_ document: EvaluatedDocument) -> [Explanation.Neighbour] {
    neighbours { $0.references.contains(document.id) }
  }

  private func neighbours(
    where isNear: (EvaluatedDocument) -> Bool
  ) -> [Explanation.Neighbour] {
    evaluation.documents.filter(isNear)
      .sorted { ($0.name, $0.identity) < ($1.name, $1.identity) }
      .map { Explanation.Neighbour(rule: $0.rule, name: $0.name) }
  }
}
