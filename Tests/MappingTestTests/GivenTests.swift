import BSON
import Mapping
import TestSupport
import Testing

@testable import MappingTest

/// How the given of a file and of a test become one show.
@Suite("What a test gives")
struct GivenTests {
  private static let shots = """
      episodes: [EP01, EP02]
      sequences: [{name: SQ01, episode: EP01}, {name: SQ01, episode: EP02}]
      shots:
        - {name: SH010, sequence: EP01/SQ01, nb_frames: 50, data: {frame_in: 1, handles: 8}}
        - {name: SH010, sequence: SQ01, episode: EP02}
    """

  /// The show of a test that adds to what its file gives.
  private func production(_ given: String, adding more: String) throws -> Production {
    try #require(
      try file("given:\n\(given)\ntests: [{name: one, given: \(more), expect: {documents: {}}}]")
        .tests.first
    ).show.production
  }

  @Test("A test changes the fields that it names and keeps the others")
  func change() throws {
    let more =
      "{project: {fps: 24}, shots: [{name: EP01/SQ01/SH010, data: {frame_in: 9}, canceled: true}]}"
    let production = try production(GivenTests.shots, adding: more)
    let shots = try #require(production.entities[.shot])
    #expect(shots.count == 2)
    #expect(shots[0]["data"] == (try JSON.document(#"{"d": {"frame_in": 9, "handles": 8}}"#))["d"])
    #expect(shots[0]["frame_in"] == .int(9) && shots[0]["nb_frames"] == .int(50))
    #expect(shots[0]["canceled"] == .bool(true) && shots[1]["canceled"] == .bool(false))
    #expect(production.project.text("fps") == "24" && production.project.text("name") == "Show")
  }

  @Test("A test adds what is not there, and other tests do not see it")
  func add() throws {
    let test = "expect: {documents: {}}"
    let tests = try file(
      """
      given: {assets: [Bob]}
      tests:
        - {name: one, given: {assets: [{name: Bob, type: Characters}, Bill]}, \(test)}
        - {name: two, \(test)}
      """
    ).tests
    let one = try #require(tests[0].show.production.entities[.asset])
    #expect(one.compactMap { $0.text("name") } == ["Bob", "Bob", "Bill"])
    #expect(one.compactMap { $0.text("asset_type_name") } == ["Props", "Characters", "Props"])
    #expect(tests[1].show.production.entities[.asset]?.count == 1)
  }

  @Test("Ids are the same in every run, and all are different")
  func ids() throws {
    let first = try kitsu(GivenTests.shots)
    let second = try kitsu(GivenTests.shots)
    let ids = EntityKind.allCases.flatMap { first.entities[$0]?.compactMap { $0.text("id") } ?? [] }
    #expect(
      ids == EntityKind.allCases.flatMap { second.entities[$0]?.compactMap { $0.text("id") } ?? [] }
    )
    #expect(Set(ids).count == 6)
  }

  @Test("What tasks and assets name is made by itself")
  func made() throws {
    let production = try kitsu(
      """
        task_types: [{name: Animation, short_name: anim, department: Anim}]
        assets:
          - name: Bob
            type: Characters
            tasks: [Modeling, {type: anim, status: wip, assignees: [ann, ann@example.com]}]
        persons: [{login: lee, email: ann@example.com, first_name: Ann, last_name: Lee}]
      """)
    let studio = production.studio
    #expect(studio.taskTypes.compactMap { $0.text("name") } == ["Animation", "Modeling"])
    #expect(studio.taskTypes[0].text("department_id") == studio.departments[0].text("id"))
    #expect(studio.taskTypes[1].text("for_entity") == "Asset")
    #expect(studio.taskStatuses.compactMap { $0.text("short_name") } == ["todo", "wip"])
    #expect(studio.persons.compactMap { $0.text("full_name") } == ["Ann Lee", "ann"])
    let types = production.project.texts("task_types")
    #expect(types == studio.taskTypes.compactMap { $0.text("id") })
    #expect(production.project[path: ["task_types_priority", FieldName(types[1])]] == .int(2))
    let tasks = try #require(production.entities[.asset]?.first?["tasks"]?.array)
    let anim = try #require(tasks["1"]?.document)
    #expect(anim.text("task_type_id") == studio.taskTypes[0].text("id"))
    #expect(
      anim.texts("assignees")
        == [studio.persons[1], studio.persons[0]].compactMap { $0.text("id") })
  }

  @Test("Values have the types that Kitsu's have")
  func types() throws {
    let production = try kitsu(
      """
        project: {name: 2049, fps: 23.976, description: null}
        shots: [{name: 010, nb_frames: 12, data: {n: 1, t: '1', f: 0.5, b: true, x: null, l: [1]}}]
      """)
    #expect(production.project.text("name") == "2049" && production.project.text("fps") == "23.976")
    let shot = try #require(production.entities[.shot]?.first)
    #expect(shot.text("name") == "010" && shot["nb_frames"] == .int(12))
    let data = try JSON.document(
      #"{"d": {"n": 1, "t": "1", "f": 0.5, "b": true, "x": null, "l": [1]}}"#)
    #expect(shot["data"] == data["d"])
  }

  @Test("A text that MongoDB cannot store is Kitsu's, and holds what reads it")
  func unrepresentable() throws {
    let result = try run(
      """
      given: {assets: [{name: Bob, description: "a\\0b"}]}
      tests:
        - name: one
          expect:
            documents: {bob: {data: {description: null, label: Bob}}}
            held_fields: [{document: bob, field: data.description, because: NUL}]
      """)
    #expect(result.isPassed, "\(result.tests.flatMap(\.failures))")
  }
}
