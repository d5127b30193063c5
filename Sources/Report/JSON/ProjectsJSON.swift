internal import BSON
internal import Identity
internal import Planning

/// The projects for programs: `formatVersion`, and `projects[]` with `id name status state mapping
/// policy target collection isNew problem why`. `state` is `synced`, `held` or `left out`; `problem`
/// says why there is no collection. Additions leave `formatVersion` as it is, all else raises it.
package enum ProjectsJSON {
  package static let formatVersion = 1

  package static func render(_ report: ProjectsReport) -> String {
    let document = DocumentWriter.document { writer in
      writer.append("formatVersion", .int(formatVersion))
      writer.beginArray("projects")
      for (index, row) in report.rows.enumerated() {
        writer.beginDocument(index: index)
        self.row(row, writer)
        writer.end()
      }
      writer.end()
    }
    return JSONText.write(document, .pretty) + "\n"
  }

  private static func row(_ row: ProjectsReport.Row, _ writer: DocumentWriter) {
    writer.append("id", row.id.description)
    writer.append("name", row.name)
    writer.append("status", text(row.status))
    writer.append("state", state(row))
    writer.append("mapping", text(row.setup?.mapping))
    writer.append("policy", text(row.setup?.policy.rawValue))
    writer.append("target", text(row.setup?.target))
    switch row.place {
    case .none: place(nil, isNew: false, problem: nil, writer)
    case .collection(let name, let isNew): place(name, isNew: isNew, problem: nil, writer)
    case .held(let reason), .unknown(let reason): place(nil, isNew: false, problem: reason, writer)
    }
    writer.append("why", row.why)
  }

  private static func state(_ row: ProjectsReport.Row) -> String {
    if case .held = row.place { return "held" }
    return row.setup == nil ? "left out" : "synced"
  }

  private static func place(
    _ collection: String?, isNew: Bool, problem: String?, _ writer: DocumentWriter
  ) {
    writer.append("collection", text(collection))
    writer.append("isNew", .bool(isNew))
    writer.append("problem", text(problem))
  }

  private static func text(_ text: String?) -> Value { text.map(Value.string) ?? .null }
}
