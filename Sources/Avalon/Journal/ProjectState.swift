internal import BSON
internal import Identity
package import Planning

/// What the controller remembers of one project beside its journal.
package struct ProjectState: Sendable {
  /// Why nothing is written until somebody resumes the project.
  package struct Pause: Sendable, Equatable, CustomStringConvertible {
    package let user: String
    package let host: String
    /// Milliseconds since 1970-01-01 UTC.
    package let time: Int64
    package let why: String
    /// When it ends by itself; nil for a pause that a person ends.
    package let until: Int64?

    package init(user: String, host: String, time: Int64, why: String, until: Int64? = nil) {
      self.user = user
      self.host = host
      self.time = time
      self.why = why
      self.until = until
    }

    package var description: String {
      let end = until.map { " until \(UTCTime.text($0))" } ?? ""
      return "paused by \(user) on \(host) since \(UTCTime.text(time))\(end): \(why)"
    }
  }

  package let key: String
  package let title: String
  package let project: String
  private let lastPause: Pause?
  /// A digest of the mapping that the project was last applied with as a whole.
  package let mapping: String?
  /// The last batch that is in the snapshot of what was last applied.
  let folded: ObjectID?
  /// The collection that the project had before its last rename.
  package let former: String?
  /// See ``foldersBehind(in:)``.
  let folders: Document?

  init?(_ record: Document) {
    guard let key = record["_id"]?.string else { return nil }
    self.key = key
    title = record["title"]?.string ?? ""
    project = record["project"]?.string ?? ""
    mapping = record["mapping"]?.string
    folded = record["folded"]?.objectID
    folders = record["folders"]?.array
    former = record["former"]?.string
    lastPause = record["paused"]?.document.map(Pause.init)
  }

  /// The pause that counts at a moment: one that has ended is none.
  package func pause(at now: Int64) -> Pause? {
    guard let pause = lastPause, pause.until.map({ now < $0 }) ?? true else { return nil }
    return pause
  }
}

extension ProjectState.Pause {
  init(_ record: Document) {
    func date(_ name: FieldName) -> Int64? {
      if case .date(let time)? = record[name] { time } else { nil }
    }
    self.init(
      user: record["user"]?.string ?? "", host: record["host"]?.string ?? "",
      time: date("time") ?? 0, why: record["why"]?.string ?? "", until: date("until"))
  }
}

extension ProjectState.Pause {
  var value: Value {
    .document(
      DocumentWriter.document { writer in
        writer.append("user", user)
        writer.append("host", host)
        writer.append("time", .date(time))
        writer.append("why", why)
        if let until { writer.append("until", .date(until)) }
      })
  }
}

extension Journal {
  /// Nil where nothing is remembered yet.
  package func state(of scope: JournalScope) async throws(AvalonError) -> ProjectState? {
    try await states(key: scope.key).first
  }

  /// All projects of which something is remembered.
  package func states() async throws(AvalonError) -> [ProjectState] { try await states(key: nil) }

  func states(key: String?) async throws(AvalonError) -> [ProjectState] {
    let equal = key.map { [(field: FieldName("_id"), value: Value.string($0))] } ?? []
    return try await records.find(Journal.projects, RecordQuery(equal: equal))
      .compactMap(ProjectState.init)
  }

  /// Writes nothing to the project until it is resumed.
  package func pause(
    _ scope: JournalScope, title: String, _ pause: ProjectState.Pause
  ) async throws(AvalonError) {
    try await set(scope, title: title, [("paused", pause.value)])
  }

  /// - Returns: whether the project was paused when this run began.
  package func resume(_ state: ProjectState) async throws(AvalonError) -> Bool {
    guard state.pause(at: run.time) != nil else { return false }
    return try await records.update(
      Journal.projects, RecordUpdate(id: .string(state.key), set: [("paused", nil)]))
  }

  /// Remembers which collection a project is about to leave.
  package func leave(
    collection: String, _ scope: JournalScope, title: String
  ) async throws(AvalonError) {
    try await set(scope, title: title, [("former", .string(collection))])
  }

  func set(
    _ scope: JournalScope, title: String, _ fields: [(field: FieldName, value: Value?)],
    where expected: [(field: FieldName, value: Value?)] = []
  ) async throws(AvalonError) {
    let record = DocumentWriter.document { writer in
      writer.append("_id", scope.key)
      writer.append("project", scope.project.description)
      writer.append("title", title)
    }
    try await records.insert([record], into: Journal.projects)
    _ = try await records.update(
      Journal.projects,
      RecordUpdate(
        id: .string(scope.key), expected: expected, set: [("title", .string(title))] + fields))
  }
}
