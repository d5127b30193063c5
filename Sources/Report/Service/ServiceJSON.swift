internal import BSON
internal import Identity
internal import Planning

/// The service's state for programs: `formatVersion`, `version host startedAt now ready`, `kitsu`
/// (`address version`) and `targets[]` (`name address database version failure`), `owner`, `feed`
/// (`state reason since lastEventAt`), `queue` (`depth running retries oldestSeconds`),
/// `conditions[]` and `projects[]`.
///
/// A condition has `type status reason message since`. A project has `id name mapping target policy
/// collection conditions[]`, `last` (`at seconds trigger outcome`), `lagSeconds`, `failure`,
/// `summary` and `held[]` as a plan has them, and `applied` (changes by outcome; null where nothing
/// was applied). Times are milliseconds since 1970-01-01 UTC; what is not known is null. Additions
/// leave `formatVersion` as it is, all else raises it.
package enum ServiceJSON {
  package static let formatVersion = 1

  package static func render(_ report: ServiceReport) -> String {
    let document = DocumentWriter.document { writer in
      writer.append("formatVersion", .int(formatVersion))
      writer.append("version", report.version)
      writer.append("host", report.host)
      writer.appendTime("startedAt", report.startedAt)
      writer.appendTime("now", report.now)
      writer.append("ready", .bool(report.isReady))
      header(report.header, writer)
      feed(report.feed, writer)
      queue(report.queue, writer)
      writer.appendRecords("conditions", report.conditions, condition)
      writer.appendRecords("projects", report.projects, project)
    }
    return JSONText.write(document, .pretty) + "\n"
  }

  private static func header(_ header: ReportHeader?, _ writer: DocumentWriter) {
    writer.beginDocument("kitsu")
    writer.appendText("address", header?.kitsu)
    writer.appendText("version", header?.kitsuVersion)
    writer.end()
    writer.appendRecords("targets", header?.targets ?? [], PlanRecord.target)
    writer.appendText("owner", header?.owner)
  }

  private static func feed(_ feed: FeedReport, _ writer: DocumentWriter) {
    writer.beginDocument("feed")
    writer.append("state", feed.state.name)
    writer.appendText("reason", feed.state.reason)
    writer.appendTime("since", feed.since)
    writer.appendTime("lastEventAt", feed.lastEventAt)
    writer.end()
  }

  private static func queue(_ queue: QueueReport, _ writer: DocumentWriter) {
    writer.beginDocument("queue")
    writer.append("depth", .int(queue.depth))
    writer.append("running", .int(queue.running))
    writer.append("retries", .int(queue.retries))
    writer.appendNumber("oldestSeconds", queue.oldest)
    writer.end()
  }

  private static func condition(_ condition: Condition, _ writer: DocumentWriter) {
    writer.append("type", condition.kind.rawValue)
    writer.append("status", .bool(condition.isTrue))
    writer.append("reason", condition.reason.rawValue)
    writer.append("message", condition.message)
    writer.appendTime("since", condition.since)
  }

  private static func project(_ project: ProjectStatus, _ writer: DocumentWriter) {
    writer.append("id", project.id)
    writer.append("name", project.name)
    writer.appendText("mapping", project.setup?.mapping)
    writer.appendText("target", project.setup?.target)
    writer.appendText("policy", project.setup?.policy.rawValue)
    writer.appendText("collection", project.report?.plan.project.collection)
    writer.appendRecords("conditions", project.conditions, condition)
    if let last = project.last {
      writer.beginDocument("last")
      writer.appendTime("at", last.at)
      writer.appendNumber("seconds", last.duration)
      writer.append("trigger", last.trigger)
      writer.append("outcome", last.outcome)
      writer.end()
    } else {
      writer.append("last", .null)
    }
    writer.appendNumber("lagSeconds", project.lag)
    writer.appendText("failure", project.report?.failure)
    if let report = project.report {
      PlanRecord.totals(Totals(report), writer)
    } else {
      writer.append("summary", .null)
    }
    if let applied = project.report?.applied {
      writer.beginDocument("applied")
      for name in Outcome.names { writer.append(FieldName(name), .int(applied.count(name))) }
      writer.end()
    } else {
      writer.append("applied", .null)
    }
    writer.appendRecords("held", project.report?.plan.held ?? [], PlanRecord.held)
  }
}

extension DocumentWriter {
  fileprivate func appendTime(_ name: FieldName, _ time: Int64?) {
    append(name, time.map { .int(Int($0)) } ?? .null)
  }

  fileprivate func appendNumber(_ name: FieldName, _ number: Double?) {
    append(name, number.map(Value.double) ?? .null)
  }
}
