import BSON
import Foundation
import Mapping
import MappingTest
import TestSupport
import Testing

/// What a test gives has the form of what a real Zou 1.0.97 answered, field for field.
@Suite("The given as Kitsu's answers")
struct ShapeTests {
  private static let given = """
      episodes: [{name: EP01, tasks: [Script]}]
      sequences: [{name: SQ01, episode: EP01, tasks: [Script]}]
      shots: [{name: SH010, sequence: SQ01, tasks: [{type: FX, assignees: [ann]}], casting: [Bob]}]
      assets: [{name: Bob, episode: EP01, tasks: [Modeling]}]
      edits: [{name: Edit, episode: EP01, tasks: [Edit]}]
      concepts: [{name: Sketch, entities: [Bob], tasks: [Sketch]}]
      departments: [Modeling]
      descriptors: [{name: mood, kind: sequence}]
    """

  private static func recorded(_ name: String) throws -> [Document] {
    try JSON.documents(try fixture("kitsu/\(name).json"))
  }

  private static func names(_ document: Document) -> Set<String> { Set(document.map(\.name)) }

  private static func firstTask(_ entities: [Document]) -> Document? {
    entities.lazy.compactMap { $0["tasks"]?.array?["0"]?.document }.first
  }

  @Test("Every board", arguments: EntityKind.allCases)
  func boards(kind: EntityKind) throws {
    let made = try #require(try kitsu(ShapeTests.given).entities[kind]?.first)
    let real =
      try ShapeTests.recorded("tvshow-\(kind)s-with-tasks")
      + ShapeTests.recorded("short-\(kind)s-with-tasks")
    let board = try #require(real.first)
    #expect(ShapeTests.names(made) == ShapeTests.names(board))
    let task = try #require(ShapeTests.firstTask([made]))
    let realTask = try #require(ShapeTests.firstTask(real))
    #expect(ShapeTests.names(task) == ShapeTests.names(realTask))
  }

  @Test("A field that is never null in Kitsu has the type that it has there")
  func types() throws {
    let production = try kitsu(ShapeTests.given)
    for kind in EntityKind.allCases {
      let made = try #require(production.entities[kind]?.first)
      for real in try ShapeTests.recorded("tvshow-\(kind)s-with-tasks") {
        for field in real where field.type != .null {
          let type = try #require(made.element(FieldName(field.name))).type
          #expect(type == .null || type == field.type, "\(kind).\(field.name)")
        }
      }
    }
  }

  @Test("The project, casting and the studio's lists")
  func others() throws {
    let production = try kitsu(ShapeTests.given)
    let project = try JSON.document(try fixture("kitsu/short-project.json"))
    #expect(ShapeTests.names(production.project) == ShapeTests.names(project))
    let lists: [([Document]?, String)] = [
      (production.links, "short-entity-links"), (production.studio.taskTypes, "task-types"),
      (production.studio.taskStatuses, "task-status"), (production.studio.persons, "persons"),
      (production.studio.departments, "departments"),
      (production.studio.entityTypes, "entity-types"),
      (production.descriptors, "short-metadata-descriptors"),
    ]
    for (all, name) in lists {
      let made = try #require(all?.first)
      let real = try #require(try ShapeTests.recorded(name).first)
      #expect(ShapeTests.names(made) == ShapeTests.names(real), "\(name)")
    }
  }

  @Test("Parents are named as each board names them")
  func parents() throws {
    let production = try kitsu(ShapeTests.given)
    func first(_ kind: EntityKind) throws -> Document {
      try #require(production.entities[kind]?.first)
    }
    let (episode, sequence) = (try first(.episode).text("id"), try first(.sequence).text("id"))
    let shot = try first(.shot)
    #expect(try first(.sequence).text("episode_id") == episode)
    #expect(shot.text("parent_id") == sequence && shot.text("sequence_id") == sequence)
    #expect(shot.text("sequence_name") == "SQ01")
    #expect(shot.text("episode_id") == episode && shot.text("episode_name") == "EP01")
    #expect(try first(.asset).text("episode_id") == episode)
    #expect(try first(.edit).text("parent_id") == episode)
    #expect(try first(.concept).texts("entity_concept_links") == [first(.asset).text("id")])
    let link = try #require(production.links?.first)
    #expect(link.text("entity_in_id") == shot.text("id"))
    #expect(link.text("entity_out_id") == (try first(.asset).text("id")))
  }

  @Test("Where there is no parent, the boards say so as Zou does")
  func orphans() throws {
    let production = try kitsu("  sequences: [SQ01]\n  assets: [Bob]\n  shots: [SH010]")
    #expect(production.entities[.sequence]?.first?.text("episode_id") == "None")
    #expect(production.entities[.asset]?.first?.text("episode_id") == "")
    #expect(production.entities[.shot]?.first?["parent_id"] == .null)
  }
}
