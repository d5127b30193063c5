internal import Identity
internal import Kitsu

extension ServiceController {
  /// Asks for the version of each project that rests, one after another: what events missed is found
  /// within one round.
  ///
  /// Between two questions it waits as long as the last one took, so that at most half of one of
  /// Zou's workers is ever busy with them: a slow server is asked less often.
  func sweep() async {
    while !Task.isCancelled {
      let round = clock.elapsed()
      for project in projects.keys.sorted() {
        let began = clock.elapsed()
        guard await probe(project) else { continue }
        await rest(clock.elapsed() - began)
        if Task.isCancelled { return }
      }
      await rest(settings.sweepInterval - (clock.elapsed() - round))
    }
  }

  /// - Returns: whether anything was asked.
  private func probe(_ project: EntityID) async -> Bool {
    guard let known = await projects[project]?.cache.version, !queue.isKnown(project) else {
      return false
    }
    do {
      metrics.read(requests: 1, bytes: 0)
      let version = try await world.version(of: project)
      contact.reached(.kitsu, at: clock.now())
      // A reconcile may have been made meanwhile.
      let kept = await projects[project]?.cache.version
      if let version, kept == known, version != known, !queue.isKnown(project) {
        mark(project, .whole, .sweep, news: clock.elapsed())
      }
    } catch {
      note(error, of: title(of: project), isOne: true)
    }
    return true
  }

  func rest(_ duration: Duration) async {
    do {
      try await Task.sleep(for: max(duration, .milliseconds(10)))
    } catch {
      // Cancelled: whoever rests looks whether it goes on.
    }
  }

  /// What is due by the clock.
  func tick() async {
    while !Task.isCancelled {
      if surveys.isDue(at: clock.elapsed()) { await survey() }
      resyncWhatIsDue()
      await evict()
      await rest(.seconds(1))
    }
  }

  private func resyncWhatIsDue() {
    let schedule = Schedule(interval: settings.resyncInterval, hours: settings.resyncHours)
    let (now, hour) = (clock.elapsed(), clock.hour())
    for (id, project) in projects where schedule.isDue(project.nextResync, at: now, hour: hour) {
      projects[id]?.nextResync = schedule.next(after: now, chance: clock.chance())
      mark(id, .whole, .resync)
    }
  }

  /// Forgets the readings of those that rested longest, so that the rest fits: they are read as a
  /// whole when they change again.
  private func evict() async {
    var total = projects.values.reduce(0) { $0 + $1.cachedBytes }
    for (id, project) in projects.sorted(by: { $0.value.lastUsed < $1.value.lastUsed }) {
      guard total > settings.cacheBytes else { return }
      guard !queue.isKnown(id) else { continue }
      total -= project.cachedBytes
      projects[id]?.cachedBytes = 0
      await project.cache.evict()
    }
  }
}
