internal import BSON
internal import Planning

/// An audit for programs: `formatVersion`, `avalon` (`address database version`), `collections[]` with
/// `name documents findings[] failure`, and `summary` (`collections findings failed`). A finding has
/// `kind title detail documents[] breaks mend`, a document `name _id`. Additions leave
/// `formatVersion` as it is, all else raises it.
package enum AuditJSON {
  package static let formatVersion = 1

  package static func render(_ report: AuditReport) -> String {
    let document = DocumentWriter.document { writer in
      writer.append("formatVersion", .int(formatVersion))
      writer.beginDocument("avalon")
      writer.append("address", text(report.target.address))
      writer.append("database", text(report.target.database))
      writer.append("version", text(report.target.version))
      writer.end()
      writer.beginArray("collections")
      for (index, collection) in report.collections.enumerated() {
        writer.beginDocument(index: index)
        self.collection(collection, writer)
        writer.end()
      }
      writer.end()
      writer.beginDocument("summary")
      writer.append("collections", .int(report.collections.count))
      writer.append("findings", .int(report.findingCount))
      writer.append("failed", .int(report.failureCount))
      writer.end()
    }
    return JSONText.write(document, .pretty) + "\n"
  }

  private static func collection(
    _ collection: AuditReport.Collection, _ writer: DocumentWriter
  ) {
    writer.append("name", collection.name)
    switch collection.outcome {
    case .failed(let reason): writer.append("failure", reason)
    case .looked(let audit):
      writer.append("documents", .int(audit.documentCount))
      writer.beginArray("findings")
      for (index, finding) in audit.findings.enumerated() {
        writer.beginDocument(index: index)
        self.finding(finding, writer)
        writer.end()
      }
      writer.end()
    }
  }

  private static func finding(_ finding: AuditFinding, _ writer: DocumentWriter) {
    writer.append("kind", finding.kind.rawValue)
    writer.append("title", finding.kind.title)
    writer.append("detail", text(finding.detail))
    writer.beginArray("documents")
    for (index, document) in finding.documents.enumerated() {
      writer.beginDocument(index: index)
      writer.append("name", text(document.name))
      writer.append("_id", .string(ValueText.id(document.id)))
      writer.end()
    }
    writer.end()
    writer.append("breaks", finding.kind.breaks)
    writer.append("mend", finding.kind.remedy)
  }

  private static func text(_ text: String?) -> Value { text.map(Value.string) ?? .null }
}
