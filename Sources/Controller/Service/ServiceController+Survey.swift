internal import Identity
internal import Kitsu
internal import Report

/// When the list of projects is read again.
struct SurveyState {
  /// Something was heard that may have changed it.
  var isDue = true
  var next: Duration = .zero
  var failures = 0
  var running: Task<Void, Never>?
  /// How long the last one took.
  var duration: Duration = .zero

  func isDue(at now: Duration) -> Bool { mustComeFirst || next <= now }

  /// Whether what was heard decides on where projects go.
  var mustComeFirst: Bool { failures == 0 && isDue }

  /// Whether it is waited for: a database that is away keeps nobody from working on the others.
  var isQuick: Bool { duration < .seconds(5) }
}

extension ServiceController {
  /// Reads the list of projects; whoever asks meanwhile waits for the same reading.
  func survey() async {
    if let running = surveys.running { return await running.value }
    let task = Task { await readProjects() }
    surveys.running = task
    // Whoever waits is cancelled when the service ends, and nobody needs it then.
    await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    surveys.running = nil
  }

  private func readProjects() async {
    surveys.isDue = false
    let began = clock.elapsed()
    defer { surveys.duration = clock.elapsed() - began }
    do {
      take(try await world.survey())
      surveys.failures = 0
      surveys.next = clock.elapsed() + settings.surveyInterval
    } catch {
      surveys.failures += 1
      surveys.next = clock.elapsed() + backoff(surveys.failures)
      note(error, of: "the list of projects")
    }
  }

  /// What is new is read as a whole; what is no longer selected is let alone.
  private func take(_ survey: Survey) {
    contact.reached(.kitsu, at: clock.now())
    let targets = survey.projects.compactMap(\.setup?.target)
    contact.forget(.avalon, besides: Set(targets + [ServiceController.leases]))
    header = survey.header
    let ids = Set(survey.projects.map(\.summary.id))
    for id in projects.keys where !ids.contains(id) {
      lose(id)
      queue.forget(id)
      steering.forget(id)
      projects[id] = nil
      sharing.heard[id] = nil
    }
    for project in survey.projects { take(project) }
  }

  private func take(_ project: SurveyedProject) {
    let id = project.summary.id
    guard let known = projects[id]?.surveyed else {
      projects[id] = tracked(project)
      return mark(id, .whole, .resync)
    }
    // Where a condition cannot be judged there is no setup, and nothing is done.
    if let last = known.setup?.target, let target = project.setup?.target, last != target {
      // Nothing that is known of it holds for the other database.
      lose(id)
      steering.forget(id)
      projects[id] = tracked(project)
      return mark(id, .whole, .resync)
    }
    projects[id]?.surveyed = project
    guard known.isOther(than: project) else { return }
    mark(id, ChangeHint(project: true), .event, news: clock.elapsed())
  }

  /// A project of which nothing is known yet.
  func tracked(_ project: SurveyedProject) -> TrackedProject {
    let schedule = Schedule(interval: settings.resyncInterval, hours: nil)
    return TrackedProject(
      project, nextResync: schedule.next(after: clock.elapsed(), chance: clock.chance()),
      at: clock.now())
  }

  /// Twice as long each time, up to a minute.
  private func backoff(_ failures: Int) -> Duration {
    min(.seconds(60), .seconds(1) * (1 << min(failures - 1, 6))) * (0.8 + 0.4 * clock.chance())
  }
}

extension SurveyedProject {
  /// Whether another plan may follow from it.
  fileprivate func isOther(than other: SurveyedProject) -> Bool {
    if summary.document != other.summary.document || setup != other.setup { return true }
    switch (way, other.way) {
    case (.open, .open): return false
    case (.blocked(let hold), .blocked(let otherHold)): return hold != otherHold
    default: return true
    }
  }
}
