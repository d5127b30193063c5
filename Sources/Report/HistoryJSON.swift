internal import BSON
internal import Identity
internal import Planning

/// The journal for programs. README.md, "History and undo", describes the format.
package enum HistoryJSON {
  package static let formatVersion = 1

  package static func render(_ report: HistoryReport) -> String {
    let document = DocumentWriter.document { writer in
      writer.append("formatVersion", .int(formatVersion))
      writer.beginArray("runs")
      for (index, run) in report.runs.enumerated() {
        writer.beginDocument(index: index)
        self.run(run, writer)
        writer.end()
      }
      writer.end()
      writer.appendRecords("requests", report.requests, request)
    }
    return JSONText.write(document, .pretty) + "\n"
  }

  private static func request(_ request: ServiceRequest, _ writer: DocumentWriter) {
    writer.append("request", request.id.description)
    writer.append("kind", request.kind.name)
    writer.append("project", request.scope.project.description)
    writer.append("name", request.title)
    writer.append("time", UTCTime.text(request.time))
    writer.append("user", request.user)
    writer.append("host", request.host)
    writer.append("why", request.why)
    writer.append("state", request.state.rawValue)
    writer.append("outcome", request.outcome)
  }

  private static func run(_ run: HistoryReport.Run, _ writer: DocumentWriter) {
    writer.append("run", run.run.id.description)
    writer.append("time", UTCTime.text(run.run.time))
    writer.append("user", run.run.user)
    writer.append("host", run.run.host)
    writer.append("why", run.run.why)
    writer.beginArray("projects")
    for (index, project) in run.projects.enumerated() {
      writer.beginDocument(index: index)
      writer.append("id", project.scope.project.description)
      writer.append("name", project.title)
      writer.append("database", project.scope.database)
      writer.append("collection", project.collection)
      writer.beginArray("changes")
      for (number, entry) in project.entries.enumerated() {
        writer.beginDocument(index: number)
        self.entry(entry, writer)
        writer.end()
      }
      writer.end()
      writer.end()
    }
    writer.end()
  }

  private static func entry(_ entry: JournalEntry, _ writer: DocumentWriter) {
    writer.append("action", entry.action.rawValue)
    writer.append("rule", entry.rule)
    writer.append("title", entry.title)
    writer.append("name", entry.name)
    writer.append("entity", entry.identity.entity.description)
    writer.append("facet", entry.identity.facet)
    writer.append("_id", entry.id.description)
    writer.beginArray("fields")
    for (index, field) in entry.fields.enumerated() {
      writer.beginDocument(index: index)
      writer.append("path", field.path.description)
      if let before = field.before { writer.append("before", before) }
      if let after = field.after { writer.append("after", after) }
      writer.end()
    }
    writer.end()
    writer.append("outcome", entry.outcome.map { .string($0.name) } ?? .null)
    writer.append("message", entry.outcome?.reason.map(Value.string) ?? .null)
  }
}
