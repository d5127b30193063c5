internal import BSON
internal import Identity

/// The commands of ``MongoLeases``, and what their replies say.
///
/// One collection holds, per group, a document for each project (`holder`, `until`, `term`, and from
/// whom it was taken) and one for each member (`since`, `until`).
struct LeaseCommands {
  static let collection = "leases"

  let group: String
  let holder: LeaseHolder
  let duration: Duration

  /// The pipelines of updates and `$$NOW` are of MongoDB 4.2.
  static func flaw(ofVersion version: String) -> String? {
    let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
    guard let major = numbers.first, (major, numbers.dropFirst().first ?? 0) < (4, 2) else {
      return nil
    }
    return "replicas share projects by the server's time, which MongoDB 4.2 and later can compare;"
      + " this is \(version): upgrade it, or run one process alone"
  }

  // MARK: Documents

  private func id(_ project: EntityID) -> Value { .string("\(group)/\(project)") }

  var memberID: Value { .string("\(group)/member/\(holder.id)") }

  /// A lease that nobody ever had.
  func blank(_ project: EntityID) -> Document {
    DocumentWriter.document { writer in
      writer.append("_id", id(project))
      writer.append("group", group)
      writer.append("project", project.description)
      writer.append("holder", .null)
    }
  }

  // MARK: Writing

  /// A sign of life, and the leases that are ours or that nobody has.
  func take(_ projects: [EntityID], concern: (DocumentWriter) -> Void) -> Document {
    update(concern) { writer in
      writer.beginDocument(index: 0)
      writer.append("q", map(("_id", memberID)))
      writer.appendStage("u", member)
      writer.append("upsert", .bool(true))
      writer.end()
      guard !projects.isEmpty else { return }
      writer.beginDocument(index: 1)
      writer.beginDocument("q")
      appendIDs(projects, to: writer)
      writer.appendArray(
        "$or",
        [
          map(("holder", .string(holder.id))), map(("holder", .null)),
          map(("$expr", call("$lte", .string("$until"), .string("$$NOW")))),
        ])
      writer.end()
      writer.appendStage("u", lease)
      writer.append("multi", .bool(true))
      writer.end()
    }
  }

  private var end: Value { call("$add", .string("$$NOW"), .int(duration.milliseconds)) }
  private var me: Value { literal(holder.id) }

  private var member: Value {
    map(
      ("group", literal(group)), ("member", me), ("host", literal(holder.host)),
      ("process", .int32(holder.process)),
      ("since", call("$ifNull", .string("$since"), .string("$$NOW"))),
      ("until", end))
  }

  /// Each expression sees the document as it was before.
  private var lease: Value {
    let isOurs = call("$eq", .string("$holder"), me)
    func kept(_ field: Value, else value: Value) -> Value { call("$cond", isOurs, field, value) }
    let next = call("$add", call("$ifNull", .string("$term"), .int32(0)), .int32(1))
    return map(
      ("holder", me), ("until", end), ("term", kept(.string("$term"), else: next)),
      ("takenFrom", kept(.string("$takenFrom"), else: call("$ifNull", .string("$holder"), .null))),
      ("takenAt", kept(.string("$takenAt"), else: .string("$$NOW"))))
  }

  func release(_ projects: [EntityID], concern: (DocumentWriter) -> Void) -> Document {
    update(concern) { writer in
      writer.beginDocument(index: 0)
      writer.beginDocument("q")
      appendIDs(projects, to: writer)
      writer.append("holder", holder.id)
      writer.end()
      writer.appendStage("u", map(("holder", .null)))
      writer.append("multi", .bool(true))
      writer.end()
    }
  }

  private func update(
    _ concern: (DocumentWriter) -> Void, _ updates: (DocumentWriter) -> Void
  ) -> Document {
    DocumentWriter.document { writer in
      writer.append("update", Self.collection)
      writer.append("ordered", .bool(false))
      writer.beginArray("updates")
      updates(writer)
      writer.end()
      concern(writer)
    }
  }

  private func appendIDs(_ projects: [EntityID], to writer: DocumentWriter) {
    writer.beginDocument("_id")
    writer.appendArray("$in", projects.map(id))
    writer.end()
  }

  /// Members that have been gone for a day.
  func forget(concern: (DocumentWriter) -> Void) -> Document {
    let day: Value = .int(24 * 3600 * 1000)
    return DocumentWriter.document { writer in
      writer.append("delete", Self.collection)
      writer.beginArray("deletes")
      writer.beginDocument(index: 0)
      writer.beginDocument("q")
      writer.append("group", group)
      writer.append("member", map(("$exists", .bool(true))))
      writer.append(
        "$expr", call("$lt", .string("$until"), call("$subtract", .string("$$NOW"), day)))
      writer.end()
      writer.append("limit", .int32(0))
      writer.end()
      writer.end()
      concern(writer)
    }
  }

  // MARK: Reading

  func read(_ projects: [EntityID]) -> Document {
    aggregate { writer in appendIDs(projects, to: writer) }
  }

  /// All of the group.
  var overview: Document {
    aggregate { $0.append("group", group) }
  }

  /// The documents, with the time that is left by the server's clock.
  private func aggregate(_ match: (DocumentWriter) -> Void) -> Document {
    DocumentWriter.document { writer in
      writer.append("aggregate", Self.collection)
      writer.beginArray("pipeline")
      writer.beginDocument(index: 0)
      writer.beginDocument("$match")
      match(writer)
      writer.end()
      writer.end()
      let left = map(("left", call("$subtract", .string("$until"), .string("$$NOW"))))
      writer.append(index: 1, map(("$addFields", left)))
      writer.end()
      writer.append("cursor", map(("batchSize", .int32(1_000_000))))
    }
  }

  static func leases(_ rows: [Document]) -> [EntityID: LeaseRecord] {
    Dictionary(
      rows.compactMap(LeaseRecord.init).map { ($0.project, $0) }, uniquingKeysWith: { $1 })
  }

  static func overview(_ rows: [Document]) -> LeaseOverview {
    var members: [LeaseOverview.Member] = []
    var holdings: [EntityID: LeaseOverview.Holding] = [:]
    for row in rows {
      guard let left = row["left"]?.int, left > 0 else { continue }
      if let id = row["member"]?.string {
        let holder = LeaseHolder(
          id: id, host: row["host"]?.string ?? "",
          process: Int32(clamping: row["process"]?.int ?? 0))
        guard case .date(let since)? = row["since"] else { continue }
        members.append(.init(holder: holder, since: since, left: .milliseconds(left)))
      } else if let record = LeaseRecord(row), let holder = record.holder {
        holdings[record.project] = .init(holder: holder, left: .milliseconds(left))
      }
    }
    return LeaseOverview(
      members: members.sorted { $0.holder.id < $1.holder.id }, holdings: holdings)
  }
}

/// What a lease's document says.
struct LeaseRecord {
  let project: EntityID
  /// Nil where it was given back.
  let holder: String?
  let term: Int
  let takenFrom: String?

  init?(_ document: Document) {
    guard let project = EntityID(document["project"]) else { return nil }
    self.project = project
    holder = document["holder"]?.string
    term = document["term"]?.int ?? 0
    takenFrom = document["takenFrom"]?.string
  }
}

// MARK: Expressions of MongoDB

private func map(_ fields: (name: FieldName, value: Value)...) -> Value {
  .document(
    DocumentWriter.document { writer in
      for field in fields { writer.append(field.name, field.value) }
    })
}

private func call(_ name: FieldName, _ arguments: Value...) -> Value {
  .document(DocumentWriter.document { $0.appendArray(name, arguments) })
}

/// A text that is no field, whatever it begins with.
private func literal(_ text: String) -> Value { map(("$literal", .string(text))) }

extension DocumentWriter {
  /// An update that is a pipeline of one stage.
  fileprivate func appendStage(_ name: FieldName, _ fields: Value) {
    appendArray(name, [map(("$set", fields))])
  }
}
