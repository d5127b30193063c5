internal import BSON
internal import Identity
internal import Planning

/// `status` and `held` for programs: `formatVersion`, `now`, `owner`, `places[]`, `running`,
/// `replicas[]` (`host version projects feed startedAt heardAt stoppedAt lives`), `projects[]` and
/// `open[]` (`request kind project name user host time why`).
///
/// A project has `id name state fresh replica toldAt pause` and, where a replica told of it, `mapping
/// policy target collection conditions[] last lagSeconds summary held[] heldCount` as in the service's
/// `/status.json`, and `offer` (`plan lifts[] work`) where something waits for `approve`. Times are
/// milliseconds since 1970-01-01 UTC; what is not known is null.
package enum SteeringJSON {
  package static let formatVersion = 1

  package static func render(_ report: SteeringReport) -> String {
    let document = DocumentWriter.document { writer in
      writer.append("formatVersion", .int(formatVersion))
      writer.append("now", .int(Int(report.now)))
      writer.append("owner", report.owner)
      writer.appendArray("places", report.places.map(Value.string))
      writer.append("running", .bool(report.isRunning))
      writer.appendRecords("replicas", report.replicas) { item, writer in
        writer.append("host", item.replica.host)
        writer.append("version", item.replica.version)
        writer.append("projects", .int(item.replica.projects))
        writer.append("feed", item.replica.feed)
        writer.appendTime("startedAt", item.replica.startedAt)
        writer.appendTime("heardAt", item.heardAt)
        writer.appendTime("stoppedAt", item.replica.stoppedAt)
        writer.append("lives", .bool(item.lives))
      }
      writer.appendRecords("projects", report.projects, project)
      writer.appendRecords("open", report.open) { request, writer in
        writer.append("request", request.id.description)
        writer.append("kind", request.kind.name)
        writer.append("project", request.scope.project.description)
        writer.append("name", request.title)
        writer.append("user", request.user)
        writer.append("host", request.host)
        writer.appendTime("time", request.time)
        writer.append("why", request.why)
      }
    }
    return JSONText.write(document, .pretty) + "\n"
  }

  private static func project(_ project: SteeringReport.Project, _ writer: DocumentWriter) {
    writer.append("id", project.id)
    writer.append("name", project.name)
    writer.append("state", project.standing.word)
    writer.append("fresh", .bool(project.isFresh))
    writer.appendText("replica", project.replica)
    writer.appendTime("toldAt", project.toldAt)
    writer.appendText("pause", project.pause)
    guard let status = project.status else { return }
    writer.appendText("mapping", status.mapping)
    writer.appendText("policy", status.policy)
    writer.appendText("target", status.target)
    writer.appendText("collection", status.collection)
    writer.appendRecords("conditions", status.conditions, ServiceJSON.condition)
    ServiceJSON.last(status.last, writer)
    writer.appendNumber("lagSeconds", status.lag)
    writer.beginDocument("summary")
    for (name, count) in status.counts.sorted(by: { $0.key < $1.key }) {
      writer.append(FieldName(name), .int(count))
    }
    writer.end()
    writer.append("heldCount", .int(status.heldCount))
    writer.appendRecords("held", status.held, RecordedStatus.write)
    guard let offer = status.offer else { return }
    writer.beginDocument("offer")
    writer.append("plan", offer.digest)
    writer.appendArray("lifts", offer.lifts.map(\.name).sorted().map(Value.string))
    writer.append("work", offer.work)
    writer.end()
  }
}
