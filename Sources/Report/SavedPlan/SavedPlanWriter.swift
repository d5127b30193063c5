internal import BSON
internal import Identity
internal import Planning

/// Writes a plan for ``SavedPlanReader``: JSON with one change a line. The same plan gives the same
/// bytes.
package enum SavedPlanWriter {
  /// - Parameter report: one without failures and not applied.
  package static func text(
    _ report: PlanReport, for installation: SavedInstallation, _ request: SavedRequest,
    engine: String
  ) -> String {
    let head = DocumentWriter.document { writer in
      writer.append("format", SavedPlan.format)
      writer.append("formatVersion", .int(SavedPlan.formatVersion))
      writer.append("engine", engine)
      self.installation(installation, writer)
      self.request(request, writer)
    }
    let projects = report.projects.map(project)
    return SavedPlanSeal.close(open(head) + ",\n" + list("projects", projects))
  }

  private static func installation(_ installation: SavedInstallation, _ writer: DocumentWriter) {
    writer.append("owner", installation.owner)
    writer.append("kitsu", installation.kitsu)
    writer.appendRecords("targets", installation.targets) { target, writer in
      writer.append("name", target.name)
      writer.append("address", target.address)
      writer.appendText("replicaSet", target.replicaSet)
      writer.append("database", target.database)
    }
  }

  private static func request(_ request: SavedRequest, _ writer: DocumentWriter) {
    writer.beginDocument("request")
    writer.appendArray("projects", request.projects.map(Value.string))
    writer.beginDocument("flags")
    for (name, values) in request.flags.sorted(by: { $0.key < $1.key }) {
      writer.appendArray(FieldName(name), values.map(Value.string))
    }
    writer.end()
    writer.end()
  }

  static func project(_ project: ProjectReport) -> String {
    let plan = project.plan
    let facts = DocumentWriter.document { writer in
      writer.append("id", plan.project.id.description)
      writer.append("name", plan.project.title)
      writer.appendText("mapping", project.setup?.mapping)
      writer.appendText("mappingDigest", project.setup?.mappingDigest)
      writer.appendText("policy", project.setup?.policy.rawValue)
      PlanRecord.place(plan, writer)
      writer.appendRecords("held", plan.held, PlanRecord.held)
    }
    let changes = plan.changes.map { change in
      JSONText.write(
        DocumentWriter.document { PlanRecord.change(change, nil, TypedValue.json, $0) })
    }
    return open(facts) + ",\n" + list("changes", changes) + "}"
  }

  /// An object that is not yet closed.
  private static func open(_ document: Document) -> String {
    String(JSONText.write(document).dropLast())
  }

  private static func list(_ name: String, _ items: [String]) -> String {
    items.isEmpty ? "\"\(name)\":[]" : "\"\(name)\":[\n" + items.joined(separator: ",\n") + "\n]"
  }
}
