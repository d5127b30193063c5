internal import BSON
internal import Identity
internal import Planning

/// A plan for programs. README.md, "The plan as JSON", describes the format; additions leave
/// `formatVersion` as it is, all else raises it.
package enum PlanJSON {
  package static let formatVersion = 1

  package static func render(_ report: PlanReport) -> String {
    let document = DocumentWriter.document { writer in
      writer.append("formatVersion", .int(formatVersion))
      header(report, writer)
      writer.appendRecords("projects", report.projects, project)
      PlanRecord.totals(report.totals, writer)
    }
    return JSONText.write(document, .pretty) + "\n"
  }

  private static func header(_ report: PlanReport, _ writer: DocumentWriter) {
    let header = report.header
    writer.beginDocument("kitsu")
    writer.append("address", header.kitsu)
    writer.append("version", header.kitsuVersion)
    writer.appendText("account", header.account)
    writer.appendText("role", header.role)
    writer.end()
    // The first target; programs that know of one only read it here.
    writer.beginDocument("avalon")
    PlanRecord.database(header.targets.first, writer)
    writer.end()
    writer.appendRecords("targets", header.targets, PlanRecord.target)
    writer.append("mapping", report.mappings.joined(separator: ", "))
    writer.append("policy", report.policies.map(\.rawValue).joined(separator: ", "))
    writer.append("owner", header.owner)
    writer.appendRecords("leftOut", header.leftOut) { project, writer in
      writer.append("name", project.name)
      writer.append("reason", project.reason)
    }
  }

  private static func project(_ project: ProjectReport, _ writer: DocumentWriter) {
    let plan = project.plan
    writer.append("id", plan.project.id.description)
    writer.append("name", plan.project.title)
    writer.appendText("collection", plan.project.collection)
    writer.appendText("mapping", project.setup?.mapping)
    writer.appendText("target", project.setup?.target)
    writer.appendText("policy", project.setup?.policy.rawValue)
    writer.appendText("failure", project.failure)
    writer.appendText("caution", project.caution)
    writer.appendArray("warnings", project.warnings.map(Value.string))
    writer.beginDocument("unreadable")
    for (kind, reason) in project.unreadable.sorted(by: { $0.key < $1.key }) {
      writer.append(FieldName(kind), reason)
    }
    writer.end()
    PlanRecord.place(plan, writer)
    writer.appendRecords("held", plan.held, PlanRecord.held)
    let outcomes = project.applied?.outcomes
    writer.appendRecords("changes", Array(plan.changes.enumerated())) { item, writer in
      PlanRecord.change(item.element, outcomes?[item.offset], { $0 }, writer)
    }
    writer.appendRecords("leftOut", project.leftOut) { change, writer in
      PlanRecord.change(change, nil, { $0 }, writer)
    }
    if let applied = project.applied {
      writer.appendArray("doubledNames", applied.doubledNames.map(Value.string))
      writer.appendRecords("folderFailures", applied.folderFailures) { failure, writer in
        writer.append("title", failure.title)
        writer.append("reason", failure.reason)
      }
    }
    PlanRecord.totals(Totals(project), writer)
  }
}
