import BSON
import Identity
import Planning
import Report
import TestSupport
import Testing

/// An audit as text and JSON, of documents that have everything wrong.
@Suite struct AuditReportTests {
  @Test func text() {
    expectGolden(AuditText.render(report), "report/audit.txt")
    expectGolden(AuditText.render(report, isFull: true), "report/audit-full.txt")
  }

  @Test func json() { expectGolden(AuditJSON.render(report), "report/audit.json") }

  @Test func nothing() {
    let sound = AuditReport(
      target: ReportTarget(name: "avalon", address: "dump:copy", database: "avalon", version: nil),
      collections: [collection("empty", [])])
    #expect(
      AuditText.render(sound) == """
        Avalon   dump:copy, database avalon

        empty (0 documents)
          nothing found

        Audit: nothing found in 1 collection.

        """)
  }

  /// Every kind says what it is, what breaks and what mends it, each in one line.
  @Test func kinds() {
    for kind in AuditKind.allCases {
      for text in [kind.title, kind.breaks, kind.remedy] {
        #expect(text.count > 10 && !text.contains("\n") && !text.hasSuffix("."), "\(kind)")
      }
    }
    #expect(Set(AuditKind.allCases.map(\.title)).count == AuditKind.allCases.count)
  }

  private var report: AuditReport {
    let hulk =
      [project(1, "Hulk"), project(2, "hulk")]
      + (10..<35).map { asset($0, "shot\($0)", parent: 9) }
      + (40..<49).map { asset($0, "twin", parent: 1) }
      + [asset(50, "esc\u{1B}[2J", parent: 1)]
    return AuditReport(
      target: ReportTarget(
        name: "avalon", address: "mongodb://db.studio:27017", database: "avalon",
        version: "MongoDB 6.0.5"),
      collections: [
        collection("gulls", []), collection("hulk", hulk),
        AuditReport.Collection(name: "locked", outcome: .failed("not authorised")),
      ])
  }

  private func collection(_ name: String, _ documents: [Document]) -> AuditReport.Collection {
    let lost = documents.isEmpty ? [] : [id(99)]
    return AuditReport.Collection(
      name: name, outcome: .looked(Audit.look(at: name, documents, publishedParents: lost)))
  }

  private func id(_ number: Int) -> ObjectID {
    let digits = String(number)
    guard let id = ObjectID(hex: String(repeating: "0", count: 24 - digits.count) + digits) else {
      fatalError("\(number) makes no id")
    }
    return id
  }

  private func project(_ number: Int, _ name: String) -> Document {
    DocumentWriter.document { writer in
      writer.append("_id", .objectID(id(number)))
      writer.append("type", "project")
      writer.append("name", name)
      writer.append("data", .document(.empty))
    }
  }

  private func asset(_ number: Int, _ name: String, parent: Int) -> Document {
    DocumentWriter.document { writer in
      writer.append("_id", .objectID(id(number)))
      writer.append("type", "asset")
      writer.append("name", name)
      writer.append("silo", "shots")
      writer.append("parent", .objectID(id(parent)))
      writer.append("data", .document(.empty))
    }
  }
}
