package import BSON
internal import Identity

/// What a person asks of the service, and what came of it: one record of the controller's database.
package struct ServiceRequest: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// Read the project as a whole now.
    case sync
    /// Let what is held be done once.
    case approve(Approval)
    /// The project is paused: this only tells of it.
    case pause(until: Int64?)
    /// The project is resumed: this only tells of it.
    case resume

    package var name: String {
      switch self {
      case .sync: "sync"
      case .approve: "approve"
      case .pause: "pause"
      case .resume: "resume"
      }
    }
  }

  package enum State: String, Sendable {
    /// No replica has dealt with it yet.
    case open
    case done
    case refused
  }

  package let id: ObjectID
  package let scope: JournalScope
  /// The project's name in Kitsu.
  package let title: String
  package let kind: Kind
  package let user: String
  package let host: String
  /// Milliseconds since 1970-01-01 UTC.
  package let time: Int64
  /// In the person's own words.
  package let why: String
  package let state: State
  /// What came of it, and where; empty while it is open.
  package let outcome: String

  package init(
    id: ObjectID, scope: JournalScope, title: String, kind: Kind, user: String, host: String,
    time: Int64, why: String, state: State = .open, outcome: String = ""
  ) {
    self.id = id
    self.scope = scope
    self.title = title
    self.kind = kind
    self.user = user
    self.host = host
    self.time = time
    self.why = why
    self.state = state
    self.outcome = outcome
  }
}

/// What a person let pass: just the plan that was shown, once.
package struct Approval: Sendable, Equatable {
  /// For how long it waits for the service.
  package static let lifetime: Int64 = 24 * 3600 * 1000

  /// SHA-256 over what the plan does, in hexadecimal digits.
  package let digest: String
  package let lifts: Set<Lift>
  /// Milliseconds since 1970-01-01 UTC; later it counts no more.
  package let until: Int64

  package init(digest: String, lifts: Set<Lift>, until: Int64) {
    self.digest = digest
    self.lifts = lifts
    self.until = until
  }
}

// MARK: As a record

extension ServiceRequest {
  /// Names of the fields by which records are found and settled.
  package enum Field {
    /// ``JournalScope/installation``.
    package static let installation: FieldName = "installation"
    package static let state: FieldName = "state"
    package static let outcome: FieldName = "outcome"
  }

  package var record: Document {
    DocumentWriter.document { writer in
      writer.append("_id", .objectID(id))
      writer.append(Field.installation, scope.installation)
      writer.append("database", scope.database)
      writer.append("owner", scope.owner)
      writer.append("project", scope.project.description)
      writer.append("title", title)
      writer.append("kind", kind.name)
      writer.append("user", user)
      writer.append("host", host)
      writer.append("time", .date(time))
      writer.append("why", why)
      writer.append(Field.state, state.rawValue)
      writer.append(Field.outcome, outcome)
      switch kind {
      case .sync, .resume: break
      case .pause(let until): writer.append("until", until.map(Value.date) ?? .null)
      case .approve(let approval):
        writer.append("until", .date(approval.until))
        writer.append("plan", approval.digest)
        writer.appendArray("lifts", approval.lifts.map(\.name).sorted().map(Value.string))
      }
    }
  }

  /// - Returns: nil for a record that another version wrote, with words that this one does not know.
  package init?(_ record: Document) {
    func text(_ name: FieldName) -> String { record[name]?.string ?? "" }
    func date(_ name: FieldName) -> Int64? {
      if case .date(let time)? = record[name] { time } else { nil }
    }
    guard let id = record["_id"]?.objectID, let project = EntityID(record["project"]),
      let time = date("time"), let state = State(rawValue: text(Field.state))
    else { return nil }
    switch text("kind") {
    case "sync": kind = .sync
    case "resume": kind = .resume
    case "pause": kind = .pause(until: date("until"))
    case "approve":
      let names = record["lifts"]?.array?.compactMap(\.string) ?? []
      let lifts = names.compactMap(Lift.init(name:))
      guard lifts.count == names.count, let until = date("until") else { return nil }
      kind = .approve(Approval(digest: text("plan"), lifts: Set(lifts), until: until))
    default: return nil
    }
    self.id = id
    scope = JournalScope(database: text("database"), owner: text("owner"), project: project)
    title = text("title")
    user = text("user")
    host = text("host")
    self.time = time
    why = text("why")
    self.state = state
    outcome = text(Field.outcome)
  }
}
