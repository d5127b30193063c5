import BSON
import Mapping
import Testing
import YAML

/// Conditions by which the settings choose projects.
@Suite("Conditions over projects")
struct ProjectConditionTests {
  private static func node(_ text: String) throws -> Node {
    let file = try YAML.parse(SourceText(name: "s.yaml", text: "- \(text)"))
    return try #require(file.items?.first)
  }

  private static let project = #"""
    {"id":"98735561-04ea-56a9-b33e-2332b9b8c3f6","name":"Gulls","code":"GUL","fps":"25",
     "nb_episodes":2,"production_type":"tvshow","data":{"avalon":"yes","season":"one"}}
    """#

  @Test(
    "What Kitsu's list of projects holds",
    arguments: [
      ("${project.data.avalon == 'yes'}", true), ("${project.data.avalon == 'no'}", false),
      ("${project.data.gone == 'yes'}", false), ("${project.data.gone}", false),
      ("${project.name == 'Gulls' and (project.fps | int) > 24}", true),
      ("${project.production_type in ['short', 'tvshow']}", true),
      ("${project.nb_episodes > 2}", false), ("${project.project_status_name == 'Open'}", true),
      ("${true}", true),
    ])
  func holds(text: String, expected: Bool) throws {
    let condition = try ProjectCondition.compile(ProjectConditionTests.node(text))
    let document = try JSON.document(ProjectConditionTests.project)
    #expect(try condition.holds(for: document, status: "Open") == expected)
  }

  @Test("A value that does not fit is an error of that project, with its place")
  func fails() throws {
    let condition = try ProjectCondition.compile(
      ProjectConditionTests.node("${(project.data.season | int) > 1}"))
    let document = try JSON.document(ProjectConditionTests.project)
    let error = try #require(
      #expect(throws: ProjectConditionError.self) {
        try condition.holds(for: document, status: nil)
      })
    #expect(error.reason.contains("'one'") && error.reason.contains("s.yaml:1:"))
  }

  @Test(
    "Mistakes are told at their places",
    arguments: [
      ("${project.nme == 'x'}", 12, "project has no field 'nme'"),
      (
        "${(project.team | length) > 2}", 13,
        "'project.team' is not known before the project is read"
      ),
      ("${(studio.persons | length) > 2}", 6, "'studio' is not known before a project is read"),
      ("${project.avalon.name == 'x'}", 12, "'project.avalon' is not known"),
      ("${project.name}", 3, "a condition needs true or false, not a text"),
      ("a ${project.name}", 3, "a condition is one expression, without text around it"),
      ("${shot.name == 'x'}", 5, "'shot' is not known here"),
      ("${project.name ==}", 3, ""),
    ])
  func mistakes(text: String, column: Int, message: String) throws {
    let node = try ProjectConditionTests.node(text)
    let found = try #require(
      #expect(throws: Diagnostics.self) { try ProjectCondition.compile(node) })
    let messages = found.all.map { "\($0.position.line):\($0.message)" }
    #expect(found.all.contains { $0.message.hasPrefix(message) }, "\(messages)")
    #expect(found.all.allSatisfy { $0.position.column >= column }, "\(found)")
  }
}
