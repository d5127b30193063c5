import Foundation
import Mapping
import MappingTest
import Report
import TestSupport
import Testing
import YAML

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("What tests find")
struct JudgementTests {
  private static let given = """
    given:
      project: {name: Hulk}
      sequences: [SQ01, {name: SQ02, canceled: true}]
      shots:
        - {name: SH010, sequence: SQ01, data: {frame_in: 1001, frame_out: one}, tasks: [FX, Comp]}
        - {name: SH020, sequence: SQ01}
        - {name: sh020, sequence: SQ01}
      edits: [Cut]

    """

  private func text(_ tests: String) throws -> String {
    MappingTestText.render([try run(JudgementTests.given + tests)], style: .plain)
  }

  @Test("Tests that pass are counted")
  func pass() throws {
    #expect(
      try text(
        """
        tests:
          - name: fields in any order, maps by a part of their fields, numbers by their value
            expect:
              documents:
                sq01_sh010: {data: {frameStart: 1001.0, parents: [sq01], label: SH010}, silo: shots}
                hulk: {config: {tasks: [{name: fx}, {name: comp, label: Comp}]}}
          - name: holds
            expect:
              held: [SH020, {entity: SQ01/sh020, because: is also that of}]
              held_fields: [{document: sq01_sh010, field: data.frameEnd, because: 'one'}]
              skipped: [SQ02, {entity: Cut, kind: edit}]
              exactly: true
        """) == "a.test.yaml: 2 tests passed\n")
  }

  @Test("Every failure is told with what helps")
  func failures() throws {
    let text = try text(
      """
      tests:
        - name: values
          expect:
            documents:
              sq01_sh010:
                silo: assets
                parent: {$ref: sq01}
                data:
                  label: SH010
                  fps: '25'
                  frameEnd: 1050
                  visualParent: {$ref: sq09}
                  tasks: [comp]
                  kitsuTasks: {comp: {status: 'todo', priority: 1}}
                  none: {}
        - name: documents
          expect: {exactly: true, documents: {hulk: {}, sq01: null, sq01_sh011: {}, q: {}}}
        - name: holds
          expect:
            held: [SH010, SQ02, {entity: SH020, because: too late}]
            held_fields:
              - {document: sq01, field: data.fps}
              - {document: sq01_sh010, field: data.frameEnd, because: too late}
              - {document: sq09, field: data.fps}
            skipped: [SQ01, SH020]
        - name: nothing is held
          expect: {held: [], held_fields: [], skipped: []}
        - name: a failure
          expect: {fails: too late}
        - name: this one passes
          expect: {documents: {sq01: {}}}
      """)
    // Where the mapping's line stands is not what this is about.
    let placeless = text.replacing(/avalon\.yaml:\d+:\d+/, with: "avalon.yaml:LINE")
    expectGolden(placeless, "mapping-test/failures.txt")
  }

  @Test("That a project fails is told, or expected")
  func failingProject() throws {
    let mapping = try CompiledMapping.compile(
      SourceText(
        name: "m.yaml",
        text: """
          apiVersion: avalon-sync/v1
          kind: Mapping
          names: {on_collision: fail}
          rules: {asset: {from: asset, name: same, document: {type: asset, data: {a: 1}}}}
          """))
    let tests = try file(
      """
      given: {assets: [Bob, Bill]}
      tests:
        - {name: a part of the reason, expect: {fails: the name 'same' is also that of}}
        - {name: another reason, expect: {fails: too late}}
        - {name: not expected, expect: {held: [Bob]}}
      """
    ).tests
    let messages = tests.map { $0.run(mapping).failures.map(\.message) }
    #expect(messages[0].isEmpty)
    #expect(messages[1] == ["the project fails for another reason"])
    #expect(messages[2].first?.hasPrefix("the project fails: ") == true)
  }

  @Test("Warnings are of columns that the test gives, and are expected by a part of them")
  func warnings() throws {
    let result = try run(
      """
      given:
        descriptors: [{name: handle, kind: shot}, {name: handel, kind: asset}, {name: mood, kind: shot}]
        shots: [SH010]
      tests:
        - {name: a part, expect: {exactly: true, warnings: [did you mean 'handle']}}
        - {name: another, expect: {warnings: [did you mean 'mood']}}
        - {name: none, expect: {warnings: []}}
        - name: what an entity has is no mistake
          given: {shots: [{name: SH010, data: {handles: 8}}]}
          expect: {warnings: []}
        - name: nor is a column
          given: {descriptors: [{name: handles, kind: shot}, {name: mood, kind: shot}]}
          expect: {warnings: []}
      """)
    let messages = result.tests.map { $0.failures.map(\.message) }
    #expect(messages[0].isEmpty && messages[3].isEmpty && messages[4].isEmpty, "\(messages)")
    #expect(messages[1] == ["there is no warning with 'did you mean 'mood''"])
    #expect(messages[2].count == 1 && messages[2][0].hasPrefix("a warning is not expected: "))
  }

  @Test("Colours are for terminals only")
  func colours() throws {
    let result = try run(
      JudgementTests.given + "tests: [{name: one, expect: {documents: {a: {}}}}]")
    let coloured = MappingTestText.render([result], style: TextStyle(isColoured: true))
    #expect(coloured.contains("\u{1B}[31m✗ one\u{1B}[0m"))
    #expect(!MappingTestText.render([result], style: .plain).contains("\u{1B}"))
  }

  @Test("Several files have a common line")
  func several() throws {
    let good = try run(
      JudgementTests.given + "tests: [{name: one, expect: {documents: {sq01: {}}}}]")
    let bad = TestFileResult(file: "b.test.yaml", tests: [], mistakes: "b.test.yaml:1:1: error: x")
    #expect(!bad.isPassed && good.isPassed)
    #expect(
      MappingTestText.render([good, bad], style: .plain) == """
        a.test.yaml: 1 test passed
        b.test.yaml: it has mistakes, nothing was tested
        2 files: 1 test passed, 1 of 2 files not tested

        """)
  }

  // MARK: JUnit

  /// Elements with their attributes, and the texts of failures, as a parser of XML finds them.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements.append((name, attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  private func read(_ xml: String) throws -> Reader {
    let reader = Reader()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))\n\(xml)")
    return reader
  }

  @Test("JUnit's XML tells suites, tests and failures")
  func junit() throws {
    let result = try run(
      JudgementTests.given + """
        tests:
          - {name: good, expect: {documents: {sq01: {}}}}
          - {name: bad, expect: {documents: {sq01: {silo: a}, sq: {}}}}
        """)
    let broken = TestFileResult(
      file: "b.test.yaml", tests: [], mistakes: "b.test.yaml:1:1: error: x")
    let xml = MappingTestJUnit.render([result, broken])
    expectGolden(xml, "mapping-test/junit.xml")
    let reader = try read(xml)
    #expect(
      reader.elements.map(\.name) == [
        "testsuites", "testsuite", "testcase", "testcase", "failure", "testsuite", "testcase",
        "error",
      ])
    #expect(reader.elements[0].attributes == ["tests": "3", "failures": "1", "errors": "1"])
    #expect(reader.elements[3].attributes["name"] == "bad")
    #expect(reader.text.contains("- silo: a") && reader.text.contains("b.test.yaml:1:1: error: x"))
  }

  @Test("Hostile names and values stay text, in XML as on a terminal", arguments: [1, 2, 3])
  func hostile(seed: UInt64) throws {
    var random = SeededRandom(seed)
    for _ in 0..<50 {
      let name = random.text(upTo: 60) + #"]]></failure>&amp;<"'"# + "\u{FFFE}\u{1}\u{1B}[31m"
      let failure = TestFailure(
        name, difference: [DiffLine(.expected, name), DiffLine(.found, "\(name)\r\n")],
        notes: [name])
      let result = TestFileResult(
        file: name, tests: [TestResult(name: name, line: 1, failures: [failure])])
      let reader = try read(MappingTestJUnit.render([result]))
      #expect(
        reader.elements.map(\.name) == ["testsuites", "testsuite", "testcase", "failure"])
      let plain = MappingTestText.render([result], style: .plain)
      #expect(!plain.contains("\u{1B}") && plain.split(separator: "\n").count == 8, "\(plain)")
    }
  }
}
