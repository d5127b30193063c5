import BSON
import Identity
import TestSupport
import Testing

@testable import Mapping

/// Several documents of one entity, and folders that stand for none.
@Suite("Facets and folders")
struct FacetTests {
  private static let seasons = """
    apiVersion: avalon-sync/v1
    kind: Mapping
    rules:
      season:
        from: project
        for_each: project.episodes | map(e, e.data.season | text) | compact | unique | sort
        as: season
        key: ${item}
        name: season_${item}
        document:
          type: asset
          parent: {$ref: project}
          data: {label: 'Season ${item}'}
      project:
        from: project
        name: ${project.name}
        document: {type: project, data: {}}
      episode:
        from: episode
        name: "${[name_of('season', episode.data.season), episode.name] | compact | join('_')}"
        document:
          type: asset
          data:
            visualParent: {$ref: {rule: season, key: '${episode.data.season}'}}
            parents: "${[name_of('season', episode.data.season)] | compact}"
    """

  @Test("A folder for each key; documents stand in it by name and id")
  func folders() throws {
    var show = Show()
    let first = show.add(.episode, "E1", #""data": {"season": 1}"#)
    let second = show.add(.episode, "E2", #""data": {"season": "1"}"#)
    let third = show.add(.episode, "E3", #""data": {"season": 2}"#)
    let none = show.add(.episode, "E4")
    let evaluation = try evaluate(try compile(FacetTests.seasons), show)
    #expect(evaluation.held.isEmpty)
    let folder = try evaluation.document(facet: "season/1")
    #expect(folder.name == "season_1" && folder.title() == "season/1")
    #expect(folder.id == (try Show.identity(Show.projectID, "season/1")).derivedID)
    #expect(folder.document[path: ["data", "kitsu", "facet"]] == .string("season/1"))
    for (episode, name, parent) in [
      (first, "season_1_E1", folder.id), (second, "season_1_E2", folder.id),
      (third, "season_2_E3", try evaluation.document(facet: "season/2").id),
    ] {
      let made = try evaluation.document(episode)
      #expect(made.name == name)
      #expect(made.document[path: ["data", "visualParent"]] == .objectID(parent))
      #expect(made.references.contains(parent))
    }
    #expect(try evaluation.document(none).name == "E4")
    #expect(try evaluation.document(none).document[path: ["data", "visualParent"]] == nil)
    #expect(evaluation.documents.count == 7)
  }

  @Test("A folder keeps its identity when its rule is renamed or its name changes")
  func identity() throws {
    var show = Show()
    _ = show.add(.episode, "E1", #""data": {"season": 1}"#)
    let renamed = FacetTests.seasons.replacing("season:\n    from", with: "staffel:\n    from")
      .replacing("rule: season", with: "rule: staffel")
      .replacing("name_of('season'", with: "name_of('staffel'")
      .replacing("season_${item}", with: "s${item}")
    var facts = AvalonFacts()
    let identity = try Show.identity(Show.projectID, "season/1")
    let id = ObjectID(bytes: Array(repeating: 7, count: 12))
    facts.documents[identity] = AvalonFacts.Known(id: try #require(id), name: "season_1")
    let evaluation = try evaluate(try compile(renamed), show, facts)
    let folder = try evaluation.document(facet: "season/1")
    #expect(folder.id == id && folder.name == "s1" && folder.rule == "staffel")
  }

  @Test("A list of folders that fails holds what would stand in one, and nothing else")
  func failed() throws {
    var show = Show()
    let held = show.add(.episode, "E1", #""data": {"season": 1}"#)
    let free = show.add(.episode, "E2")
    let broken = FacetTests.seasons.replacing(
      "map(e, e.data.season | text)", with: "map(e, e.data.season / 0)")
    let evaluation = try evaluate(try compile(broken), show)
    #expect(evaluation.held(held)?.reason.contains("'season/1' that it stands on is held") == true)
    #expect(evaluation.held.contains { $0.reason.contains("division by zero") })
    #expect(try evaluation.document(free).name == "E2")
  }

  private static let layouts = """
    apiVersion: avalon-sync/v1
    kind: Mapping
    rules:
      shot:
        from: shot
        name: ${shot.name}
        document: {type: asset, data: {}}
      layout:
        from: shot
        as: layout
        when: {hero: shot.data.hero}
        name: ${shot.avalon.name}_layout
        document:
          type: asset
          data: {visualParent: {$ref: shot}}
      quick:
        from: shot
        as: layout
        name: ${shot.name}_quick
        document:
          type: asset
          data: {twin: {$ref: {rule: shot}}, label: "${name_of('layout')}"}
    """

  @Test("An entity has a document for each facet, by the first rule that holds")
  func facets() throws {
    var show = Show()
    let hero = show.add(.shot, "A", #""data": {"hero": true}"#)
    let other = show.add(.shot, "B")
    let evaluation = try evaluate(try compile(FacetTests.layouts), show)
    #expect(Set(evaluation.documents.map(\.name)) == ["A", "A_layout", "B", "B_quick"])
    let layout = try evaluation.document(hero, facet: "layout")
    #expect(layout.rule == "layout" && layout.title() == "A (layout)")
    #expect(
      layout.document[path: ["data", "visualParent"]] == .objectID(try evaluation.document(hero).id)
    )
    let quick = try evaluation.document(other, facet: "layout")
    #expect(
      quick.document[path: ["data", "twin"]]
        == .objectID(try evaluation.document(other, facet: "").id))
    #expect(quick.document[path: ["data", "label"]] == .string("B_quick"))
  }

  @Test("The schema's pattern of a facet's name is what the compiler takes")
  func facetNames() throws {
    let pattern = try Pattern(RuleCompiler.facetPattern)
    let long = String(repeating: "a", count: 64)
    let texts =
      ["", "layout", "A-z_09", "é", "a b", "a\n", "a/b", long, long + "a"]
      + (0...127).map { String(UnicodeScalar(UInt8($0))) }
    for text in texts {
      #expect(
        RuleCompiler.isFacetName(text) == pattern.matchesWhole(text), "\(text.debugDescription)")
    }
  }

  @Test("Names of folders and facets are judged with all others")
  func collisions() throws {
    var show = Show()
    let shot = show.add(.shot, "A", #""data": {"hero": true}"#)
    let rival = show.add(.shot, "A_layout")
    let evaluation = try evaluate(try compile(FacetTests.layouts), show)
    let held = evaluation.held.map { "\($0.title): \($0.reason)" }.sorted()
    #expect(
      held == [
        "A (layout): the name 'A_layout' is also that of shot 'A_layout'",
        "A_layout (layout): the shot 'A_layout' that it stands on is held (m.yaml:22:27)",
        "A_layout: the name 'A_layout' is also that of shot 'A (layout)'",
      ])
    #expect(evaluation.names[shot] == "A" && evaluation.held(rival) != nil)
  }

  @Test("A folder for each item of an entity's own list")
  func ofEntity() throws {
    var show = Show()
    let animation = show.addTaskType("Animation")
    let shot = show.add(.shot, "A", #""tasks": [\#(show.task(animation))]"#)
    let text = """
      apiVersion: avalon-sync/v1
      kind: Mapping
      rules:
        work:
          from: shot
          for_each: shot.tasks
          key: ${item.type.id}
          name: ${shot.name}_${item.type.name}
          document: {type: asset, data: {task: '${item.type.name}'}}
      """
    let evaluation = try evaluate(try compile(text), show)
    let made = try evaluation.document(shot, facet: animation)
    #expect(made.name == "A_Animation")
    #expect(made.document[path: ["data", "task"]] == .string("Animation"))
  }

  @Test("A project's name is known before its folders are")
  func projectName() throws {
    let project = try JSON.document(#"{"id": "\#(Show.projectID)", "name": "hulk"}"#)
    #expect(try compile(FacetTests.seasons).projectName(of: project) == "hulk")
  }
}
