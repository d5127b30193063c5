internal import Avalon
internal import Identity
internal import Kitsu
internal import Logging
internal import Report

/// Which projects this replica works on, where several share them. A replica that stops gives its
/// projects back; those of one that died are free when its leases end.
extension ServiceController {
  static let leases = "leases"

  /// How often is looked who is there and what is free.
  private static let lookInterval = Duration.milliseconds(1500)

  /// Whether this replica works on a project.
  func isOurs(_ id: EntityID) -> Bool {
    guard let project = projects[id]?.surveyed else { return false }
    return project.leases == nil || sharing.held[id] != nil
  }

  /// Until when the work of whoever held the project before, and died, may still arrive in Avalon.
  func settling(_ id: EntityID) -> Duration? {
    guard let rest = sharing.held[id]?.settlesAt.map({ $0 - .now }), rest > .zero else {
      return nil
    }
    return rest
  }

  /// Takes and renews leases, and gives back what is more than our share.
  func share() async {
    while !Task.isCancelled {
      // Beside each other: one that does not answer must not let the leases of the others end.
      await withDiscardingTaskGroup { group in
        for leases in sharedPlaces { group.addTask { await self.share(leases) } }
      }
      await rest(header == nil ? .milliseconds(100) : ServiceController.lookInterval)
    }
  }

  /// Every place that a project is in, or was while we held it.
  private var sharedPlaces: [MongoLeases] {
    var places = sharing.places.mapValues(\.leases)
    for leases in projects.values.compactMap(\.surveyed.leases) {
      places[ObjectIdentifier(leases)] = leases
    }
    return Array(places.values)
  }

  private func share(_ leases: MongoLeases) async {
    let key = ObjectIdentifier(leases)
    do throws(AvalonError) {
      let overview = try await leases.overview()
      var place = sharing.places[key] ?? SharingState.Place(leases: leases)
      place.overview = overview
      let moves = moves(&place, overview)
      if place.isAway {
        place.isAway = false
        contact.reached(.avalon, Self.leases, at: clock.now())
      }
      sharing.places[key] = place
      let idle = moves.release.filter { !queue.isRunning($0) }
      for id in idle { lose(id) }
      try await leases.release(idle)
      let kept = moves.hold + moves.release.filter { sharing.held[$0] != nil }
      // Taken by others, while we slept or could not reach the database.
      for id in held(in: leases).subtracting(kept) { lose(id) }
      try await hold(kept, key, leases)
    } catch {
      sharing.places[key, default: SharingState.Place(leases: leases)].isAway = true
      note(error, of: "the leases by which replicas share projects", in: Self.leases)
    }
  }

  private func held(in leases: MongoLeases) -> Set<EntityID> {
    Set(sharing.held.keys.filter { projects[$0]?.surveyed.leases === leases })
  }

  private func moves(
    _ place: inout SharingState.Place, _ overview: LeaseOverview
  ) -> (hold: [EntityID], release: [EntityID]) {
    let key = ObjectIdentifier(place.leases)
    let known = projects.filter { $0.value.surveyed.leases.map(ObjectIdentifier.init) == key }
    let mine = overview.holdings.filter { $0.value.holder == place.leases.holder.id }.map(\.key)
    if isStopping { return ([], mine) }
    let moves = place.share.moves(Array(known.keys), me: place.leases.holder, overview)
    // What is held by way of another target, whose address leads to the same server, stays.
    let gone = mine.filter { id in
      known[id] == nil
        && (sharing.held[id] == nil || projects[id]?.surveyed.leases == nil)
    }
    return (moves.hold, moves.release + gone)
  }

  private func hold(
    _ ids: [EntityID], _ key: ObjectIdentifier, _ leases: MongoLeases
  ) async throws(AvalonError) {
    let isNew = ids.contains { sharing.held[$0] == nil }
    let isDue = clock.elapsed() >= sharing.places[key]?.renewal ?? .zero
    guard isNew || isDue else { return }
    let held = try await leases.hold(ids)
    sharing.places[key]?.renewal = clock.elapsed() + leases.duration / 3
    for id in ids {
      if let lease = held[id] { take(lease) } else { lose(id) }
    }
  }

  /// What another replica did meanwhile is not known: all of it is read.
  private func take(_ lease: Lease) {
    let id = lease.project
    let known = sharing.held.updateValue(lease, forKey: id)
    guard known?.term != lease.term else { return }
    if let project = projects[id]?.surveyed { projects[id] = tracked(project) }
    logger.info("a project is ours now", metadata: ["project.id": "\(id)"])
    // What was heard just before goes first.
    let heard = sharing.heard.removeValue(forKey: id).map { clock.elapsed() - $0 < .seconds(60) }
    mark(id, .whole, heard == true ? .event : .lease)
  }

  /// Work that has begun comes to its end; what it may not write any more its gate tells.
  func lose(_ id: EntityID) {
    guard sharing.held.removeValue(forKey: id) != nil else { return }
    queue.forget(id)
    steering.forget(id)
    if let project = projects[id]?.surveyed { projects[id] = tracked(project) }
    logger.info("a project is not ours any more", metadata: ["project.id": "\(id)"])
  }

  /// Gives everything back, also where the task was cancelled.
  func leave() async {
    let places = sharing.places.values.map(\.leases)
    sharing.held = [:]
    await Task { [logger] in
      for leases in places {
        do throws(AvalonError) {
          try await leases.leave()
        } catch {
          logger.notice(
            "the projects were not given back: others take them when our leases end",
            metadata: ["error": "\(error)"])
        }
      }
    }.value
  }
}
