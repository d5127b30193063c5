import BSON
import Foundation
import Identity
import Mapping
import TestSupport
import Testing

/// Answers of a real Zou 1.0.97, mapped by the shipped mapping.
@Suite("The shipped mapping over recorded productions")
struct RecordedProductionTests {
  private static func documents(_ name: String) throws -> [Document] {
    try JSON.documents(try fixture("kitsu/\(name).json"))
  }

  static func production(_ show: String) throws -> Production {
    var entities: [EntityKind: [Document]] = [:]
    for kind in EntityKind.allCases {
      entities[kind] = try documents("\(show)-\(kind)s-with-tasks")
    }
    return Production(
      project: try JSON.document(try fixture("kitsu/\(show)-project.json")), entities: entities,
      links: try documents("\(show)-entity-links"),
      descriptors: try documents("\(show)-metadata-descriptors"),
      studio: Studio(
        taskTypes: try documents("task-types"), taskStatuses: try documents("task-status"),
        entityTypes: try documents("entity-types"), departments: try documents("departments"),
        persons: try documents("persons")))
  }

  private static func evaluate(_ production: Production) throws -> Evaluation {
    try #require(
      Evaluation.evaluate(
        try shipped(), over: production, facts: AvalonFacts(), owner: "avalon-sync"))
  }

  @Test("The documents are those of the golden", arguments: ["tvshow", "short"])
  func golden(show: String) throws {
    let evaluation = try RecordedProductionTests.evaluate(RecordedProductionTests.production(show))
    expectGolden(evaluation.summary, "mapping/\(show).txt")
  }

  @Test("The order of Kitsu's lists has no meaning", arguments: ["tvshow", "short"])
  func order(show: String) throws {
    let production = try RecordedProductionTests.production(show)
    let expected = try RecordedProductionTests.evaluate(production).summary
    var random = SeededRandom(99)
    for _ in 0..<10 {
      var shuffled = production
      for kind in EntityKind.allCases {
        shuffled.entities[kind] = production.entities[kind]?
          .map { RecordedProductionTests.shuffledTasks($0, &random) }.shuffled(using: &random)
      }
      shuffled.studio.taskTypes.shuffle(using: &random)
      shuffled.studio.persons.shuffle(using: &random)
      shuffled.studio.entityTypes.shuffle(using: &random)
      shuffled.descriptors.shuffle(using: &random)
      #expect(try RecordedProductionTests.evaluate(shuffled).summary == expected)
    }
  }

  private static func shuffledTasks(_ entity: Document, _ random: inout SeededRandom) -> Document {
    let tasks = entity["tasks"]?.array.map { $0.shuffled(using: &random) } ?? []
    return DocumentWriter.document { writer in
      for field in entity where field.name != "tasks" { writer.append(field) }
      writer.beginArray("tasks")
      for (index, task) in tasks.enumerated() { writer.append(index: index, task) }
      writer.end()
    }
  }

  @Test("What is read of boards is enough: the same documents come from the fields asked for")
  func neededFields() throws {
    let production = try RecordedProductionTests.production("tvshow")
    let needs = try shipped().needs
    let fields = try #require(needs.fields)
    #expect(needs.kinds == [.episode, .sequence, .shot, .asset] && !needs.casting)
    var reduced = production
    for kind in EntityKind.allCases {
      guard needs.kinds.contains(kind) else {
        reduced.entities[kind] = nil
        continue
      }
      reduced.entities[kind] = production.entities[kind]?.map { entity in
        DocumentWriter.document { writer in
          for field in entity where fields.entity.contains(FieldName(field.name)) {
            guard field.name == "tasks", let tasks = field.array else {
              writer.append(field)
              continue
            }
            writer.beginArray("tasks")
            for (index, task) in tasks.enumerated() {
              writer.beginDocument(index: index)
              for part in task.document ?? .empty where fields.task.contains(FieldName(part.name)) {
                writer.append(part)
              }
              writer.end()
            }
            writer.end()
          }
        }
      }
    }
    let expected = try RecordedProductionTests.evaluate(production).summary
    #expect(try RecordedProductionTests.evaluate(reduced).summary == expected)
  }

  @Test("Every document has its derived id, its link and nothing that Avalon cannot store")
  func sound() throws {
    for show in ["tvshow", "short"] {
      let evaluation = try RecordedProductionTests.evaluate(
        RecordedProductionTests.production(show))
      #expect(evaluation.held.isEmpty)
      for made in evaluation.documents {
        #expect(made.id == made.identity.derivedID && made.document["_id"] == .objectID(made.id))
        #expect(made.document["name"] == .string(made.name))
        let id = made.document[path: ["data", "kitsu", "id"]]?.string
        #expect(id == made.identity.entity.description)
        #expect(!JSONText.write(made.document).contains("unrepresentable"))
      }
      #expect(Set(evaluation.documents.map(\.name)).count == evaluation.documents.count)
    }
  }
}
