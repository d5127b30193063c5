internal import Avalon
package import BSON
package import Identity
internal import Kitsu
internal import Logging
package import Planning
package import Report

/// What came of an approval.
package struct SteeringAnswer: Sendable, Equatable {
  package let isDone: Bool
  package let text: String
}

/// What people ask of the service.
extension ServiceController {
  /// Reads a project as a whole soon.
  /// - Returns: now: what begins from here on is it; nil where the project is none of ours.
  package func resync(_ project: EntityID) -> Int64? {
    guard isOurs(project) else { return nil }
    // Its name and its settings are in the list of projects.
    surveys.isDue = true
    mark(project, .whole, .manual)
    return clock.now()
  }

  /// Lets what is held in a project be done once, where it is just what was approved.
  /// - Returns: false where it is none of ours.
  package func approve(
    _ project: EntityID, _ approval: Approval, request: ObjectID
  ) -> Bool {
    guard resync(project) != nil else { return false }
    steering.asked[project] = SteeringState.Asked(request: request, approval: approval)
    return true
  }

  /// Whether an approval still waits for the project's next turn here.
  package func isAsked(_ request: ObjectID) -> Bool {
    steering.asked.values.contains { $0.request == request }
  }

  /// Looks again at a project whose approval could not be dealt with, as Kitsu was away.
  /// - Returns: whether the approval still waits here.
  package func remind(_ request: ObjectID) -> Bool {
    guard let (project, asked) = steering.asked.first(where: { $0.value.request == request })
    else { return false }
    if let next = asked.next, next <= clock.elapsed(), !queue.isKnown(project) {
      steering.asked[project]?.next = nil
      mark(project, .whole, .manual)
    }
    return true
  }

  /// What came of an approval; nil as long as it is not known.
  package func answer(to request: ObjectID) -> SteeringAnswer? { steering.answers[request] }

  /// Once somebody has taken note.
  package func forget(answerTo request: ObjectID) { steering.answers[request] = nil }

  /// What waits for somebody's word, by project.
  package var offers: [String: RecordedStatus.Offer] {
    Dictionary(uniqueKeysWithValues: steering.offers.map { ($0.key.description, $0.value) })
  }

  // MARK: After a reconcile, before the project may be worked on again

  /// Does what was approved, or finds what could be. What it cannot read it leaves for the next time.
  func steer(_ tracked: TrackedProject, _ result: ProjectPass.Result) async {
    let id = tracked.surveyed.summary.id
    guard case .open(let directory, let makeReconciler) = tracked.surveyed.way else { return }
    let lifts = result.report.plan.lifts
    if lifts.isEmpty {
      steering.offers[id] = nil
      steering.tried[id] = nil
    }
    let what = "what is held of \(title(of: id))"
    do {
      if let asked = steering.asked[id] {
        let reconciler = try makeReconciler("approved (request \(asked.request))")
        try await carryOut(asked, tracked.surveyed, reconciler, in: directory)
      } else if !lifts.isEmpty, result.wasWhole || steering.tried[id] != lifts {
        steering.offers[id] = try await offer(
          lifts, tracked.surveyed, try makeReconciler("plan"), in: directory)
        steering.tried[id] = lifts
      }
      contact.isWell(what)
    } catch {
      steering.asked[id]?.next = clock.elapsed() + SteeringState.pause
      note(error, of: what, in: target(of: id), isOne: true)
    }
  }

  /// What could be approved, if anything. Where what is lifted comes before a guard, with that one too.
  private func offer(
    _ lifts: Set<Lift>, _ project: SurveyedProject, _ reconciler: Reconciler,
    in directory: ProjectDirectory
  ) async throws -> RecordedStatus.Offer? {
    func lifted(_ lifts: Set<Lift>) async throws -> LiftedPlan {
      try await reconciler.liftedPlan(
        project.summary, in: directory, lifts: lifts, setup: project.setup)
    }
    var plan = try await lifted(lifts)
    let all = lifts.union(plan.planned.plan.lifts)
    if !plan.isWorthAsking, all != lifts { plan = try await lifted(all) }
    return plan.offer(of: project)
  }

  private func carryOut(
    _ asked: SteeringState.Asked, _ project: SurveyedProject, _ reconciler: Reconciler,
    in directory: ProjectDirectory
  ) async throws {
    let lifts = asked.approval.lifts
    let lifted = try await reconciler.liftedPlan(
      project.summary, in: directory, lifts: lifts, setup: project.setup)
    let verdict = lifted.verdict(on: asked.approval, at: clock.now())
    logger.notice(
      "a plan was approved",
      metadata: [
        "project.id": "\(project.summary.id)", "request.id": "\(asked.request)",
        "run.id": "\(reconciler.run)", "verdict": "\(verdict)",
      ])
    let answer: SteeringAnswer
    switch verdict {
    case .waits: return
    case .refused(let reason):
      answer = SteeringAnswer(isDone: false, text: reason)
      // What would be done now can be approved next.
      if let offer = lifted.offer(of: project) {
        steering.offers[project.summary.id] = offer
      } else {
        steering.offers[project.summary.id] = try await offer(
          lifts.union(lifted.planned.plan.lifts), project, reconciler, in: directory)
      }
    case .fits:
      let gate = project.leases?.gate(of: project.summary.id)
      let applied = await reconciler.lifting(lifts).apply(lifted.planned.plan, gate: gate)
      metrics.applied(applied)
      let text =
        "\(applied.count("applied")) of \(lifted.planned.plan.changes.count) changes applied"
      answer = SteeringAnswer(isDone: applied.isComplete, text: text)
      steering.offers[project.summary.id] = nil
      // What is in the cache is not what is in Avalon any more.
      mark(project.summary.id, .whole, .manual)
    }
    steering.asked[project.summary.id] = nil
    steering.answers[asked.request] = answer
  }
}

extension LiftedPlan {
  /// What a person is shown to approve; nil where there is nothing.
  fileprivate func offer(of project: SurveyedProject) -> RecordedStatus.Offer? {
    guard isWorthAsking else { return nil }
    return RecordedStatus.Offer(
      digest: digest, lifts: lifts, plan: ProjectReport(planned, setup: project.setup))
  }
}
