package import BSON
internal import Planning

// How a status is written into the controller's database, and read from there. What another version wrote
// and this one does not know is left out.

extension RecordedStatus {
  package var record: Document {
    DocumentWriter.document { writer in
      writer.append("name", name)
      writer.appendText("collection", collection)
      writer.appendText("mapping", mapping)
      writer.appendText("policy", policy)
      writer.appendText("target", target)
      writer.appendRecords("conditions", conditions, Condition.write)
      if let last {
        writer.beginDocument("last")
        writer.append("at", .date(last.at))
        writer.append("duration", .double(last.duration))
        writer.append("trigger", last.trigger)
        writer.append("outcome", last.outcome)
        writer.end()
      }
      if let lag { writer.append("lag", .double(lag)) }
      writer.beginDocument("counts")
      for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
        writer.append(FieldName(name), .int(count))
      }
      writer.end()
      writer.append("heldCount", .int(heldCount))
      writer.appendRecords("held", held, RecordedStatus.write)
      if let offer {
        writer.beginDocument("offer")
        writer.append("digest", offer.digest)
        writer.appendArray("lifts", offer.lifts.map(\.name).sorted().map(Value.string))
        writer.append("work", offer.work)
        writer.end()
      }
    }
  }

  static func write(_ item: Held, _ writer: DocumentWriter) {
    writer.append("scope", item.scope.rawValue)
    writer.append("kind", item.kind)
    writer.append("title", item.title)
    writer.appendText("name", item.name)
    writer.appendText("path", item.path)
    writer.append("reason", item.reason)
    writer.append("remedy", item.remedy)
  }

  /// - Returns: nil for what is no status.
  package init?(_ record: Document) {
    guard let name = record["name"]?.string else { return nil }
    var counts: [String: Int] = [:]
    for element in record["counts"]?.document ?? .empty {
      counts[element.name] = element.value.int
    }
    self.init(
      name: name, collection: record["collection"]?.string, mapping: record["mapping"]?.string,
      policy: record["policy"]?.string, target: record["target"]?.string,
      conditions: Condition.read(record["conditions"]),
      last: record["last"]?.document.flatMap(ProjectStatus.Reconcile.init),
      lag: record["lag"]?.number, counts: counts,
      held: record["held"]?.array?.compactMap(\.document).compactMap(Held.init) ?? [],
      heldCount: record["heldCount"]?.int ?? 0,
      offer: record["offer"]?.document.flatMap(Offer.init))
  }
}

extension RecordedStatus.Held {
  fileprivate init?(_ record: Document) {
    guard let scope = record["scope"]?.string.flatMap(HeldItem.Scope.init) else { return nil }
    func text(_ name: FieldName) -> String { record[name]?.string ?? "" }
    self.init(
      scope: scope, kind: text("kind"), title: text("title"), name: record["name"]?.string,
      path: record["path"]?.string, reason: text("reason"), remedy: text("remedy"))
  }
}

extension RecordedStatus.Offer {
  fileprivate init?(_ record: Document) {
    let names = record["lifts"]?.array?.compactMap(\.string) ?? []
    let lifts = names.compactMap(Lift.init(name:))
    guard let digest = record["digest"]?.string, lifts.count == names.count else { return nil }
    self.init(digest: digest, lifts: Set(lifts), work: record["work"]?.string ?? "")
  }
}

extension RecordedReplica {
  package var record: Document {
    DocumentWriter.document { writer in
      writer.append("version", version)
      writer.append("host", host)
      writer.append("startedAt", .date(startedAt))
      writer.append("projects", .int(projects))
      writer.appendRecords("conditions", conditions, Condition.write)
      writer.append("feed", feed)
      writer.appendText("feedReason", feedReason)
      if let stoppedAt { writer.append("stoppedAt", .date(stoppedAt)) }
    }
  }

  /// - Returns: nil for what is no replica.
  package init?(_ record: Document) {
    guard let host = record["host"]?.string, let startedAt = record["startedAt"]?.date else {
      return nil
    }
    self.init(
      version: record["version"]?.string ?? "", host: host, startedAt: startedAt,
      projects: record["projects"]?.int ?? 0, conditions: Condition.read(record["conditions"]),
      feed: record["feed"]?.string ?? "", feedReason: record["feedReason"]?.string,
      stoppedAt: record["stoppedAt"]?.date)
  }
}

extension Condition {
  fileprivate static func write(_ condition: Condition, _ writer: DocumentWriter) {
    writer.append("kind", condition.kind.rawValue)
    writer.append("isTrue", .bool(condition.isTrue))
    writer.append("reason", condition.reason.rawValue)
    writer.append("message", condition.message)
    writer.append("since", .date(condition.since))
  }

  fileprivate static func read(_ list: Value?) -> [Condition] {
    (list?.array?.compactMap(\.document) ?? []).compactMap { record in
      guard let kind = record["kind"]?.string.flatMap(Kind.init), let since = record["since"]?.date,
        let reason = record["reason"]?.string.flatMap(Reason.init)
      else { return nil }
      return Condition(
        kind, record["isTrue"]?.bool ?? false, reason, record["message"]?.string ?? "",
        since: since)
    }
  }
}

extension ProjectStatus.Reconcile {
  fileprivate init?(_ record: Document) {
    guard let at = record["at"]?.date, let outcome = record["outcome"]?.string else { return nil }
    self.init(
      at: at, duration: record["duration"]?.number ?? 0,
      trigger: record["trigger"]?.string ?? "", outcome: outcome)
  }
}

extension Value {
  /// Milliseconds since 1970-01-01 UTC.
  fileprivate var date: Int64? { if case .date(let time) = self { time } else { nil } }
  fileprivate var number: Double? { if case .double(let number) = self { number } else { nil } }
}
