import BSON
import Planning
import Report
import TestSupport
import Testing

@Suite("Saved plans as files")
struct SavedPlanFileTests {
  private let engine = "1.2.3"

  private func written(_ report: PlanReport, flags: [String: [String]] = [:]) -> String {
    SavedPlanWriter.text(
      report, for: SavedInstallation(report.header, folder: "/studio"),
      SavedRequest(projects: ["Gulls"], flags: flags), engine: engine)
  }

  private func saved(_ report: PlanReport) throws -> SavedPlan {
    try SavedPlanReader.read(Array(written(report).utf8), engine: engine)
  }

  /// A file whose digest fits, whatever is in it.
  private func sealed(_ text: String) -> [UInt8] {
    Array("\(text),\n\"sha256\":\"\(Digest.sha256(text))\"}\n".utf8)
  }

  private func refusal(_ bytes: [UInt8], engine: String = "1.2.3") -> String {
    do throws(SavedPlanError) {
      _ = try SavedPlanReader.read(bytes, engine: engine)
      return "(none)"
    } catch {
      return "\(error)"
    }
  }

  private func gulls(_ fps: String = "25") throws -> PlanReport {
    report(
      ProjectReport(
        plan: try plan(
          [
            Sample(1, "shot", "b", #"{"fps":\#(fps)}"#, before: ("a", #"{"fps":24}"#)),
            Sample(2, "shot", "a", before: ("b", "{}")),
            Sample(3, "asset", "hero", #"{"label":"Hero"}"#),
          ], held: [heldEntity(4, "asset", "日本", "the name is empty")]),
        setup: ProjectSetup(
          mapping: "avalon.yaml", target: "avalon", policy: .upsertOnly, mappingDigest: "abc")))
  }

  @Test("A file as it is written, and read again")
  func roundTrip() throws {
    let text = written(try gulls(), flags: ["allow": ["path-changes"]])
    expectGolden(text, "savedplan/gulls.json")
    let plan = try SavedPlanReader.read(Array(text.utf8), engine: "1.9")
    #expect(plan.request == SavedRequest(projects: ["Gulls"], flags: ["allow": ["path-changes"]]))
    #expect(plan.installation.owner == "studio" && plan.engine == engine)
    #expect(plan.projects[0].steps.count == 4 && plan.projects[0].mappingDigest == "abc")
    #expect(!text.contains("Mara"))
  }

  @Test("Equal plans do not differ, others say what does")
  func comparison() throws {
    let plan = try saved(try gulls())
    #expect(PlanComparison(saved: plan, now: try saved(try gulls())).lines.isEmpty)
    let other = PlanComparison(saved: plan, now: try saved(try gulls("30"))).lines
    expectGolden(other.joined(separator: "\n") + "\n", "savedplan/different.txt")
    // A number's type is part of a change.
    #expect(!PlanComparison(saved: plan, now: try saved(try gulls("25.0"))).lines.isEmpty)
  }

  @Test("Many differences end in a count")
  func manyDifferences() throws {
    let samples = (1...30).map { Sample($0, "shot", "sh\($0)") }
    let lines = PlanComparison(
      saved: try saved(report(ProjectReport(plan: try plan(samples)))),
      now: try saved(report(ProjectReport(plan: try plan([]))))
    ).lines
    #expect(lines.contains("  and 10 more") && lines.count == 23)
  }

  @Test("Types of values are told apart")
  func types() throws {
    func field(_ data: String) throws -> PlanReport {
      report(ProjectReport(plan: try plan([Sample(1, "shot", "a", #"{"label":\#(data)}"#)])))
    }
    let forms = [
      "1", "1.0", "\"1\"", "4294967296", "null", "[1]", "[1.0]", "{\"a\":1}", "[]", "{}",
      #"{"$numberLong":"4294967296"}"#, #"{"$literal":{"$numberLong":"4294967296"}}"#, "true",
    ]
    let plans = try forms.map { try saved(try field($0)) }
    for (index, plan) in plans.enumerated() {
      for (other, now) in plans.enumerated() {
        let isSame = PlanComparison(saved: plan, now: now).lines.isEmpty
        #expect(isSame == (index == other), "\(forms[index]) and \(forms[other])")
      }
    }
  }

  @Test("An engine of another major version")
  func engines() throws {
    let bytes = Array(written(try gulls()).utf8)
    #expect(refusal(bytes, engine: "1.0.0") == "(none)")
    #expect(
      refusal(bytes, engine: "2.0.0")
        == "the plan was made by version 1.2.3, and this is 2.0.0: make it anew with 'plan --out' "
        + "of this version")
  }

  @Test("Files that fit their digest and are hostile all the same")
  func hostile() throws {
    let head = #"{"format":"avalon-sync-plan","formatVersion":1"#
    let deep = String(repeating: "[", count: 200_000)
    let shut = String(repeating: "]", count: 200_000)
    let whole = written(try gulls())
    let body = String(whole[..<(try #require(whole.firstRange(of: ",\n\"sha256\""))).lowerBound])
    let cases: [(String, String)] = [
      (head, "'engine' is not a text"),
      (head + #","engine":"1","x":"# + deep, "is no JSON"),
      (head + #","engine":"1","x":\#(deep)\#(shut)"#, "'targets' is not a list"),
      (head + #","engine":5"#, "'engine' is not a text"),
      (head + #","engine":"1","engine":"2""#, "occurs twice"),
      (head + ",,,", "is no JSON"),
      (head + "}{", "format version unknown"),
      (body.replacing("\"entity\"", with: "\"e\""), "changes 1, 'entity' is not a text"),
      (body.replacing("\"fields\":[", with: "\"fields\":[5,"), "'fields' is not a list of objects"),
      (body.replacing("\"request\":{", with: "\"r\":{"), "'request' is not an object"),
    ]
    for (text, words) in cases {
      let found = refusal(sealed(text))
      #expect(found.contains(words), "\(found.prefix(300)) for \(text.prefix(100))")
      #expect(found.count < 1000)
    }
    #expect(refusal([0xFF, 0xFE]).contains("no saved plan"))
    #expect(
      refusal(sealed(#"{"format":"avalon-sync-plan","formatVersion":9999999999999999999999"#))
        .contains(
          "unknown"))
  }

  @Test("Another installation: each thing that differs is named")
  func installations() throws {
    func installation(_ owner: String, _ kitsu: String, _ target: ReportTarget) -> SavedInstallation
    {
      SavedInstallation(
        ReportHeader(
          kitsu: kitsu, kitsuVersion: "", account: nil, role: nil, targets: [target], usual: usual,
          owner: owner, leftOut: []), folder: "/studio")
    }
    func target(_ address: String, _ set: String?, _ database: String = "avalon") -> ReportTarget {
      ReportTarget(
        name: "avalon", address: address, database: database, version: nil, replicaSet: set)
    }
    func differences(_ left: SavedInstallation, _ right: SavedInstallation) -> String {
      do throws(SavedPlanError) {
        try left.check(right)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let here = installation("a", "snapshot:x", target("mongodb://one", "rs0"))
    #expect(differences(here, here) == "")
    // The hosts of a set come and go; a relative path counts from its folder.
    #expect(
      differences(here, installation("a", "snapshot:/studio/x", target("mongodb://two", "rs0")))
        == ""
    )
    #expect(
      differences(here, installation("b", "https://k", target("mongodb://one", "rs1", "other")))
        == "the plan is for another installation: the owner was a, and is b now; Kitsu's address was "
        + "snapshot:/studio/x, and is https://k now; the target 'avalon' was the replica set rs0, "
        + "database avalon, and is the replica set rs1, database other now: apply it with the settings "
        + "that it was made with, or make it anew")
    #expect(
      differences(
        installation("a", "x", target("dump:d", nil)), installation("a", "x", target("dump:e", nil))
      )
      .contains("was dump:/studio/d, database avalon, and is dump:/studio/e"))
    #expect(
      differences(here, installation("a", "snapshot:x", ReportTarget(name: "avalon", failure: "x")))
        .contains("not used or not reached"))
  }
}
