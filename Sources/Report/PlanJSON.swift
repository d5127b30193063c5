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
      writer.beginArray("projects")
      for (index, project) in report.projects.enumerated() {
        writer.beginDocument(index: index)
        self.project(project, writer)
        writer.end()
      }
      writer.end()
      totals(report.totals, writer)
    }
    return JSONText.write(document, .pretty) + "\n"
  }

  private static func header(_ report: PlanReport, _ writer: DocumentWriter) {
    let header = report.header
    writer.beginDocument("kitsu")
    writer.append("address", header.kitsu)
    writer.append("version", header.kitsuVersion)
    writer.append("account", text(header.account))
    writer.append("role", text(header.role))
    writer.end()
    // The first target; programs that know of one only read it here.
    writer.beginDocument("avalon")
    database(header.targets.first, writer)
    writer.end()
    writer.beginArray("targets")
    for (index, target) in header.targets.enumerated() {
      writer.beginDocument(index: index)
      writer.append("name", target.name)
      database(target, writer)
      writer.append("failure", text(target.failure))
      writer.end()
    }
    writer.end()
    writer.append("mapping", report.mappings.joined(separator: ", "))
    writer.append("policy", report.policies.map(\.rawValue).joined(separator: ", "))
    writer.append("owner", header.owner)
    writer.beginArray("leftOut")
    for (index, project) in header.leftOut.enumerated() {
      writer.beginDocument(index: index)
      writer.append("name", project.name)
      writer.append("reason", project.reason)
      writer.end()
    }
    writer.end()
  }

  private static func database(_ target: ReportTarget?, _ writer: DocumentWriter) {
    writer.append("address", text(target?.address))
    writer.append("database", text(target?.database))
    writer.append("version", text(target?.version))
  }

  private static func text(_ text: String?) -> Value { text.map(Value.string) ?? .null }

  private static func project(_ project: ProjectReport, _ writer: DocumentWriter) {
    let plan = project.plan
    writer.append("id", plan.project.id.description)
    writer.append("name", plan.project.title)
    writer.append("collection", text(plan.project.collection))
    writer.append("mapping", text(project.setup?.mapping))
    writer.append("target", text(project.setup?.target))
    writer.append("policy", text(project.setup?.policy.rawValue))
    writer.append("failure", text(project.failure))
    writer.append("caution", text(project.caution))
    writer.beginArray("warnings")
    for (index, warning) in project.warnings.enumerated() {
      writer.append(index: index, .string(warning))
    }
    writer.end()
    writer.beginDocument("unreadable")
    for (kind, reason) in project.unreadable.sorted(by: { $0.key < $1.key }) {
      writer.append(FieldName(kind), reason)
    }
    writer.end()
    writer.beginArray("held")
    for (index, item) in plan.held.enumerated() {
      writer.beginDocument(index: index)
      held(item, writer)
      writer.end()
    }
    writer.end()
    writer.beginArray("changes")
    for (index, change) in plan.changes.enumerated() {
      writer.beginDocument(index: index)
      self.change(change, project.applied?.outcomes[index], writer)
      writer.end()
    }
    writer.end()
    writer.beginArray("leftOut")
    for (index, change) in project.leftOut.enumerated() {
      writer.beginDocument(index: index)
      self.change(change, nil, writer)
      writer.end()
    }
    writer.end()
    if let applied = project.applied {
      writer.appendArray("doubledNames", applied.doubledNames.map(Value.string))
    }
    totals(Totals(project), writer)
  }

  static func held(_ item: HeldItem, _ writer: DocumentWriter) {
    writer.append("scope", item.scope.rawValue)
    writer.append("kind", item.kind)
    writer.append("title", item.title)
    writer.append("entity", text(item.identity?.entity.description))
    writer.append("name", text(item.name))
    writer.append("path", text(item.path?.description))
    writer.append("reason", item.reason)
    writer.append("remedy", item.remedy)
  }

  static func change(
    _ change: Change, _ outcome: Outcome?, _ writer: DocumentWriter
  ) {
    writer.append("action", change.action.rawValue)
    writer.append("rule", change.rule)
    writer.append("title", change.title)
    writer.append("name", change.name)
    writer.append("previousName", text(change.previousName))
    writer.append("entity", change.identity.entity.description)
    writer.append("facet", change.identity.facet)
    writer.append("_id", change.id.description)
    writer.append("wave", .int(change.wave))
    writer.appendArray("notes", change.notes.map(Value.string))
    writer.beginArray("fields")
    for (index, field) in change.shownFields.enumerated() {
      writer.beginDocument(index: index)
      writer.append("path", field.path.description)
      if let before = field.before { writer.append("before", before) }
      if let after = field.after { writer.append("after", after) }
      writer.append("reason", field.reason.rawValue)
      writer.end()
    }
    writer.end()
    if let outcome {
      writer.append("outcome", outcome.name)
      writer.append("message", text(outcome.reason))
    }
  }

  private static func totals(_ totals: Totals, _ writer: DocumentWriter) {
    writer.beginDocument("summary")
    writer.append("add", .int(totals.add))
    writer.append("change", .int(totals.change))
    writer.append("rename", .int(totals.rename))
    writer.append("held", .int(totals.held))
    writer.append("unchanged", .int(totals.unchanged))
    writer.append("kept", .int(totals.kept))
    writer.append("leftOut", .int(totals.leftOut))
    writer.end()
  }
}
