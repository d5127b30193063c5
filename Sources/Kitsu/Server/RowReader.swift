internal import BSON
internal import Identity
internal import Mapping

/// Reads rows of boards again, and those that hang on them.
struct RowReader: Sendable {
  let reader: ProjectReader

  /// An episode's name is in its sequences' shots: this many steps at most, and one more for what
  /// moved meanwhile.
  private static let rounds = 4

  private struct Answer: Sendable {
    let kind: EntityKind
    /// Nil for the whole board.
    let asked: EntityID?
    let rows: [Document]
  }

  /// Gives whether all is told.
  func read(
    _ rows: RowSelection, into draft: inout ProductionDraft, since before: Production
  ) async throws(KitsuError) -> Bool {
    var done = RowSelection()
    var next = rows
    for _ in 0..<RowReader.rounds {
      draft.dropLinks()
      next.formUnion(draft.dependants(since: before))
      next.subtract(done)
      if next.isEmpty { return true }
      next.settle(draft.count(of:))
      done.formUnion(next)
      guard let others = try await readRound(next, &draft) else { return false }
      next = others
    }
    return false
  }

  /// Gives rows that turned out to be of another kind; nil where boards contradict one another.
  private func readRound(
    _ rows: RowSelection, _ draft: inout ProductionDraft
  ) async throws(KitsuError) -> RowSelection? {
    let answers = try await Parallel.run(jobs(rows, draft))
    var others = RowSelection()
    for kind in EntityKind.allCases {
      let ofKind = answers.filter { $0.kind == kind }
      guard !ofKind.isEmpty else { continue }
      let isWhole = ofKind.contains { $0.asked == nil }
      let asked = Set(ofKind.compactMap(\.asked)).union(rows.ids[kind] ?? [])
      // A server that knows no id there gives all rows, time and again.
      var list = ofKind.flatMap(\.rows).filter { row in
        isWhole || EntityID(row.element(.id)).map { asked.contains($0) } ?? false
      }
      let missing = asked.union(isWhole ? draft.ids(of: kind) : [])
        .subtracting(list.compactMap { EntityID($0.element(.id)) })
      guard let found = try await find(missing, kind, &draft, &others) else { return nil }
      list += found
      draft.take(list, of: kind, asked: isWhole ? nil : asked)
    }
    return others
  }

  private func jobs(
    _ rows: RowSelection, _ draft: ProductionDraft
  ) -> [@Sendable () async throws -> Answer] {
    var jobs: [@Sendable () async throws -> Answer] = []
    for kind in EntityKind.allCases where draft.production.entities[kind] != nil {
      if rows.boards.contains(kind) {
        jobs.append { try await ask(kind, nil) }
      } else {
        for id in (rows.ids[kind] ?? []).sorted() { jobs.append { try await ask(kind, id) } }
      }
    }
    return jobs
  }

  private func ask(_ kind: EntityKind, _ id: EntityID?) async throws(KitsuError) -> Answer {
    let route = Route.board(kind, reader.project, reader.needs.fields)
    let path = route.path + (id.map { "&id=\($0)" } ?? "")
    let rows = try await reader.client.read(path) { body throws(JSONError) in
      try body.documents(route.table)
    }
    return Answer(kind: kind, asked: id, rows: rows)
  }

  // MARK: What a board lacks

  /// The rows of shots without a sequence, which no board has; the others are of another kind now,
  /// or gone.
  private func find(
    _ missing: Set<EntityID>, _ kind: EntityKind, _ draft: inout ProductionDraft,
    _ others: inout RowSelection
  ) async throws(KitsuError) -> [Document]? {
    guard !missing.isEmpty else { return [] }
    guard let found = try await EntityLookup(reader: reader).find(missing, &draft) else {
      return nil
    }
    if !missing.subtracting(found.keys).isDisjoint(with: draft.ids(of: kind)) {
      // Boards answer an empty list for what is not allowed: gone is believed with the project at
      // hand, and to an account that sees all of it.
      _ = try await reader.readProject()
      try await reader.checkRole()
    }
    var loose: [Document] = []
    for (id, entity) in found {
      if entity.kind == kind {
        guard kind == .shot else { return nil }
        loose.append(entity.document)
      } else if let other = entity.kind {
        others.insert(other, ids: [id])
      }
    }
    return try await SequencelessShots(client: reader.client, project: reader.project)
      .rows(of: loose)
  }
}
