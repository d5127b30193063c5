import BSON
import Identity
import Report
import TestSupport
import Testing

@testable import Planning

/// A plan with every kind of change, and views of it.
@Suite("Plans with all that there is")
struct WholePlanTests {
  private func change(
    _ action: Action, _ number: Int, _ name: String, title: String? = nil,
    _ fields: [FieldChange] = [], evidence: String? = nil
  ) throws -> Change {
    let identity = Identity(project: entity(0), entity: entity(number))
    return Change(
      action: action, identity: identity, id: identity.derivedID,
      rule: number < 40 ? "shot" : "asset",
      title: title ?? name.uppercased(), name: name, fields: fields,
      document: action == .create ? try JSON.document(#"{"type":"asset","name":"\#(name)"}"#) : nil,
      evidence: evidence)
  }

  private func field(
    _ path: FieldPath, _ before: Value?, _ after: Value?, _ reason: Reason = .differs
  ) -> FieldChange {
    FieldChange(path: path, before: before, after: after, reason: reason)
  }

  private func changes() throws -> [Change] {
    let label = field(["data", "label"], .string("A"), .string("B"))
    let gone = field(["type"], .string("asset"), .string("archived_asset"), .gone)
    let back = field(["type"], .string("archived_asset"), .string("asset"), .returned)
    let link = field(["data", "kitsu", "id"], nil, .string("x"), .link)
    return [
      try change(.create, 1, "sh1", title: "EP01 / SQ1 / SH1"),
      try change(.update, 2, "sh2", title: "EP01 / SQ1 / SH2", [label]),
      try change(
        .update, 3, "sh3", title: "EP02 / SQ1 / SH3", [field(["silo"], .null, .string("shots"))]),
      try change(.rename, 41, "heron", [field(.name, .string("hero"), .string("heron"))]),
      try change(
        .adopt, 42, "prop", [link, label], evidence: "its data.zou.id is the entity's id"),
      try change(.archive, 43, "old", [gone]), try change(.restore, 44, "back", [back]),
      try change(.delete, 45, "empty", [field(.name, .string("empty"), nil, .gone)]),
    ]
  }

  private func whole() throws -> PlanReport {
    let plan = Plan(
      project: PlannedProject(id: entity(0), title: "Gulls II", collection: "gulls_ii"),
      collectionRename: CollectionRename(from: "gulls", to: "gulls_ii"), changes: try changes(),
      directories: [
        DirectoryRename(identity: nil, title: "Gulls II", from: "gulls", to: "gulls_ii"),
        DirectoryRename(
          identity: Identity(project: entity(0), entity: entity(41)), title: "HERON",
          from: "gulls_ii/assets/hero", to: "gulls_ii/assets/heron"),
      ], held: [heldEntity(46, "asset", "日本", "the name is empty")], unchanged: 7, kept: 1)
    return report(ProjectReport(plan: plan, setup: usual))
  }

  @Test("What frightens comes first")
  func order() throws {
    let report = try whole()
    expectGolden(PlanText.render(report), "report/whole.txt")
    expectGolden(
      PlanText.render(report, style: TextStyle(isColoured: true)).replacing("\u{1B}", with: "␛"),
      "report/whole.colour.txt")
    expectGolden(PlanText.render(report, view: PlanView(isFull: true)), "report/whole.full.txt")
    expectGolden(PlanJSON.render(report), "report/whole.json")
    expectGolden(PlanMarkdown.render(report), "report/whole.md")
    expectGoldenPage(PlanHTML.render(report), "report/whole.html")
  }

  @Test("Over a guard the project comes first, what it would do last")
  func guarded() throws {
    let held = HeldItem(
      scope: .project, identity: nil, kind: "project", title: "Gulls", name: "gulls",
      reason: "4 of 10 documents would get other paths (path-changes)",
      remedy: "look at them, then add --allow path-changes")
    let plan = Plan(
      project: PlannedProject(id: entity(0), title: "Gulls", collection: "gulls"), changes: [],
      held: [held], unchanged: 6, kept: 0)
    let report = report(ProjectReport(plan: plan, leftOut: try changes(), setup: usual))
    expectGolden(PlanText.render(report), "report/guarded.txt")
    expectGolden(PlanMarkdown.render(report), "report/guarded.md")
    #expect(!report.hasChanges)
  }

  @Test("A saved plan has the collection and the folders too")
  func saved() throws {
    func saved(_ report: PlanReport) throws -> SavedPlan {
      let text = SavedPlanWriter.text(
        report, for: SavedInstallation(report.header, folder: "/"), SavedRequest(projects: []),
        engine: "1")
      return try SavedPlanReader.read(Array(text.utf8), engine: "1")
    }
    let plan = try saved(try whole())
    #expect(plan.projects[0].steps.count == 11)
    #expect(PlanComparison(saved: plan, now: try saved(try whole())).lines.isEmpty)
    let lines = PlanComparison(saved: plan, now: try saved(report())).lines
    #expect(lines.contains("  gone: → collection gulls → gulls_ii in Gulls II"))
    #expect(lines.contains { $0.contains("folder gulls_ii/assets/hero → gulls_ii/assets/heron") })
  }

  // MARK: Views

  private func shown(_ view: PlanView) throws -> String {
    let lines = PlanText.render(try whole(), view: view).split(separator: "\n")
    return lines.dropFirst(5).joined(separator: "\n")
  }

  @Test("--only shows a kind and opens it", arguments: PlanView.Kind.allCases)
  func kinds(_ kind: PlanView.Kind) throws {
    expectGolden(try shown(PlanView(only: [kind])) + "\n", "report/only/\(kind.rawValue).txt")
  }

  @Test("--only opens what is folded")
  func open() throws {
    let samples = (1...30).map { Sample($0, "shot", "sh\($0)") }
    let report = report(ProjectReport(plan: try plan(samples)))
    #expect(PlanText.render(report).contains("+ 30 shots"))
    let text = PlanText.render(report, view: PlanView(only: [.created]))
    #expect(text.contains("+ shot sh30") && text.contains("data.kitsu.id"))
    #expect(!PlanMarkdown.render(report, view: PlanView(only: [.created])).contains("<details>"))
  }

  @Test("--entity takes an id, a name, and a path with all below it")
  func entities() throws {
    func names(_ text: String) throws -> Set<String> {
      let found = try shown(PlanView(entity: text)).split(separator: "\n")
      return Set(
        found.compactMap { $0.firstMatch(of: /^  [^ ] (shot|asset|folder|collection) (.*)/) }
          .map { String($0.2) })
    }
    #expect(try names("sh1") == ["sh1  EP01 / SQ1 / SH1"])
    #expect(try names("EP01/SQ1") == ["sh1  EP01 / SQ1 / SH1", "sh2  EP01 / SQ1 / SH2"])
    #expect(try names("ep02 / sq1 / sh3") == ["sh3  EP02 / SQ1 / SH3"])
    #expect(try names("SQ1/SH2") == ["sh2  EP01 / SQ1 / SH2"])
    #expect(try names("EP0").isEmpty && names("Q1/SH2").isEmpty && names("/").isEmpty)
    #expect(try names("hero") == ["hero → heron  HERON"])
    let heron = ["hero → heron  HERON", "gulls_ii/assets/hero → gulls_ii/assets/heron  HERON"]
    #expect(try names(entity(41).description.uppercased()) == Set(heron))
    #expect(try names("日本") == ["日本  entity held: the name is empty"])
    #expect(try shown(PlanView(entity: "nobody")).hasSuffix("0 of 12 shown (--entity nobody)."))
  }
}
