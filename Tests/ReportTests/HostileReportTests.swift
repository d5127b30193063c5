import BSON
import Planning
import Report
import TestSupport
import Testing

/// Text from elsewhere can neither steer a terminal nor pretend to be a line of ours.
@Suite("Hostile text in a report")
struct HostileReportTests {
  private static let hostile =
    "x\u{1B}[2J\u{1B}]0;owned\u{7}\nPlan: 0 to add\r\u{202E}gnp.exe\u{2066}\u{9B}31m\u{200B}\u{061C}"

  private func hostileReport() throws -> PlanReport {
    let bad = HostileReportTests.hostile
    let quoted = JSONText.quote(bad)
    let samples = [
      Sample(1, "shot\u{1B}[1m", bad, title: bad, #"{"label":\#(quoted)}"#).with {
        $0.notes = [bad]
      },
      Sample(
        2, "shot", "new", title: bad, #"{"label":\#(quoted),"status":{\#(quoted):1}}"#,
        before: (bad, #"{"label":"a","status":{\#(quoted):2}}"#)
      ).with {
        $0.heldFields = [HeldField(path: ["data", FieldName(bad)], reason: bad)]
        $0.nameHold = bad
      },
      Sample(3, "asset", "list", #"{"tasks":[\#(quoted)]}"#, before: ("list", #"{"tasks":[]}"#)),
    ]
    let held = [
      HeldItem(
        scope: .entity, identity: nil, kind: bad, title: bad, name: bad, reason: bad, remedy: bad)
    ]
    let plan = try plan(samples, held: held, title: bad, collection: bad)
    return PlanReport(
      header: ReportHeader(
        kitsu: bad, kitsuVersion: bad, account: bad, role: bad,
        targets: [
          ReportTarget(name: bad, address: bad, database: bad, version: bad),
          ReportTarget(name: bad, failure: bad),
        ], usual: usual, owner: bad, leftOut: [.init(name: bad, reason: bad)]),
      projects: [
        ProjectReport(
          plan: plan, leftOut: plan.changes,
          setup: ProjectSetup(mapping: bad, target: bad, policy: .observe),
          unreadable: [bad: bad], caution: nil, failure: bad,
          applied: AppliedPlan(
            plan: plan, outcomes: plan.changes.map { _ in .failed(bad) }, doubledNames: [bad]))
      ])
  }

  @Test("As text", arguments: [false, true])
  func text(_ isFull: Bool) throws {
    let text = PlanText.render(try hostileReport(), view: PlanView(isFull: isFull))
    let harmful = text.unicodeScalars.filter { scalar in
      scalar != "\n"
        && (scalar.properties.generalCategory == .control
          || scalar.properties.generalCategory == .format
          || scalar.properties.generalCategory == .lineSeparator)
    }
    #expect(harmful.isEmpty)
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("Plan: 0") })
    expectGolden(text, "report/hostile\(isFull ? ".full" : "").txt")
  }

  @Test("As Markdown it is code: no link, no HTML, no mention")
  func markdown() throws {
    for bad in [
      "@all [x](http://evil) <b>&", "a`b``c```", "`", " x ", "www.evil.example #1 !2 ~3", "",
    ] {
      let samples = (1...25).map { number in
        Sample(number, "shot", "\(bad)\(number)", title: bad).with { $0.notes = [bad] }
      }
      let text = PlanMarkdown.render(
        report(ProjectReport(plan: try plan(samples, title: bad), warnings: [bad])))
      // Code spans, HTML in summaries, and our own tags are all that may hold such text.
      let rest = withoutCode(text)
        .replacing(/<code>[^<]*<\/code>/, with: "")
        .replacing(/<\/?(details|summary)>/, with: "")
      #expect(
        !rest.replacing("### ", with: "").contains(/[@<>\[\]#!~`&]|www|evil/), "\(rest)")
    }
    expectGolden(PlanMarkdown.render(try hostileReport()), "report/hostile.md")
  }

  /// What is left of Markdown without its code spans, as CommonMark finds them: a run of backticks
  /// ends at the next run of the same length.
  private func withoutCode(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var rest = ""
      var left = line[...]
      while let start = left.firstIndex(of: "`") {
        rest += left[..<start]
        let fence = left[start...].prefix { $0 == "`" }
        left = left[fence.endIndex...]
        var end = left.startIndex
        var isClosed = false
        while !isClosed, let next = left[end...].firstIndex(of: "`") {
          let run = left[next...].prefix { $0 == "`" }
          end = run.endIndex
          isClosed = run.count == fence.count
        }
        if isClosed { left = left[end...] } else { rest += fence }
      }
      return rest + left
    }.joined(separator: "\n")
  }

  @Test("With colours none but ours")
  func coloured() throws {
    let text = PlanText.render(try hostileReport(), style: TextStyle(isColoured: true))
    let rest = text.replacing(/\u{1B}\[(0|1|2|31|32|33|36)m/, with: "")
    #expect(!rest.unicodeScalars.contains("\u{1B}") && !rest.unicodeScalars.contains("\u{9B}"))
  }

  @Test("As JSON it is data and comes back as it was")
  func json() throws {
    let text = PlanJSON.render(try hostileReport())
    #expect(!text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\r"))
    let document = try JSON.document(text)
    let projects = try #require(document["projects"]?.array)
    let project = try #require(projects["0"]?.document)
    #expect(project["name"]?.string == HostileReportTests.hostile)
  }

  @Test("One line of text, made safe")
  func safeText() {
    let cases = [
      ("plain ü 日本 👩🏽", "plain ü 日本 👩🏽"), ("a\nb\tc", "a\\nb\\tc"), ("\u{1B}[31m", "\\u{1b}[31m"),
      ("\u{202E}x", "\\u{202e}x"), ("\u{7F}\u{85}\u{9B}", "\\u{7f}\\u{85}\\u{9b}"),
      ("\u{2028}\u{FEFF}\u{061C}\u{E0041}", "\\u{2028}\\u{feff}\\u{61c}\\u{e0041}"),
      ("a\r\nb", "a\\u{d}\\nb"),
    ]
    for (text, expected) in cases { #expect(SafeText.line(text) == expected) }
    #expect(SafeText.line(String(repeating: "x", count: 300)).count == 201)
    #expect(SafeText.line("abc", limit: 3) == "abc" && SafeText.line("abcd", limit: 3) == "abc…")
  }
}
