import BSON
import Identity
import Testing

@testable import Mapping

@Suite("Holds")
struct HoldTests {
  @Test(
    "An entity without a usable name is held, with its children",
    arguments: ["!!!", "", "   ", "None", "\u{200B}"])
  func invalidName(name: String) throws {
    var show = Show()
    let sequence = show.add(.sequence, name)
    let shot = show.add(.shot, "SH010", in: sequence)
    let asset = show.add(.asset, "Bob")
    let evaluation = try evaluate(try shipped(), show)
    #expect(evaluation.held(sequence) != nil && evaluation.held(shot) != nil)
    #expect(evaluation.names[asset] == "bob" && evaluation.documents.count == 2)
    let reason = try #require(evaluation.held(shot)?.reason)
    #expect(reason.contains("that it stands on is held"))
  }

  @Test("A document whose new name is invalid keeps the old one, also for its children")
  func invalidRename() throws {
    var show = Show()
    let sequence = show.add(.sequence, "…")
    let shot = show.add(.shot, "SH010", in: sequence)
    let evaluation = try evaluate(try shipped(), show, try facts([sequence: "sq01"]))
    let made = try evaluation.document(sequence)
    #expect(made.name == "sq01" && made.nameHold?.wanted == nil)
    #expect(made.nameHold?.reason.contains("nothing is left of '…' after 'sanitise'") == true)
    #expect(evaluation.names[shot] == "sq01_sh010" && evaluation.held.isEmpty)
  }

  @Test("What stands on a document that cannot be made is held, names apart")
  func unmakableParent() throws {
    var show = Show()
    let episode = show.add(.episode, "!!!")
    let sequence = show.add(.sequence, "SQ01", in: episode)
    let shot = show.add(.shot, "SH010", in: sequence)
    let free = show.add(.shot, "SH020")
    func rule(_ kind: String, data: String) -> String {
      """
        \(kind):
          from: \(kind)
          name: ${\(kind).name | sanitise}
          document: {type: asset, data: \(data)}

      """
    }
    let text = """
      apiVersion: avalon-sync/v1
      kind: Mapping
      names: {filters: {sanitise: [{replace: {pattern: '[^A-Za-z0-9]+', with: ''}}]}}
      rules:

      """
    let mapping = try compile(
      text + rule("episode", data: "{label: x}")
        + rule("sequence", data: "{parent: {$ref: episode}}")
        + rule("shot", data: "{parent: {$ref: sequence}}"))
    let evaluation = try evaluate(mapping, show)
    for entity in [episode, sequence, shot] { #expect(evaluation.held(entity) != nil) }
    #expect(evaluation.documents.map(\.name) == ["SH020"])
    #expect(try evaluation.document(free).references.isEmpty)
  }

  @Test("A name that does not match 'must_match' is told with the pattern")
  func mustMatch() throws {
    var show = Show()
    let shot = show.add(.shot, "SH 010")
    let text = shotMapping(name: "'${shot.name}'", data: "{}")
      .replacing("names:\n", with: "names:\n  must_match: '[a-z]+'\n")
    let evaluation = try evaluate(try compile(text), show)
    #expect(
      evaluation.held(shot)?.reason
        == "the name 'SH 010' does not match '[a-z]+' (m.yaml:12:19)")
  }

  @Test("A name that no file system takes is held, whatever the mapping allows")
  func longestName() throws {
    var show = Show()
    let longest = show.add(.asset, String(repeating: "a", count: 255))
    let longer = show.add(.asset, String(repeating: "b", count: 256))
    let evaluation = try evaluate(try shipped(), show)
    #expect(evaluation.names[longest]?.count == 255)
    #expect(evaluation.held(longer)?.reason.contains("255") == true)
  }

  @Test("Names and documents that must stay do so, and tell why")
  func factsStay() throws {
    var show = Show()
    let bob = show.add(.asset, "Bob")
    let carl = show.add(.asset, "Carl")
    let sequence = show.add(.sequence, "SQ01")
    let shot = show.add(.shot, "SH010", in: sequence)
    var facts = try MappingTests.facts([bob: "robert", carl: "carl", shot: "shot"])
    facts.fixedNames = [
      try Show.identity(bob): FixedName("torn"), try Show.identity(carl): FixedName("torn"),
    ]
    facts.blocked = [try Show.identity(sequence): FixedName("two documents carry its link")]
    let evaluation = try evaluate(try shipped(), show, facts)
    #expect(
      try evaluation.document(bob).nameHold == NameHold(wanted: "bob", why: FixedName("torn")))
    #expect(try evaluation.document(carl).nameHold == nil)
    #expect(evaluation.held(sequence)?.reason == "two documents carry its link")
    // A child that has a document is never skipped for its parent's hold.
    let made = try evaluation.document(shot)
    #expect(made.name == "shot" && made.nameHold?.wanted == nil)
    #expect(made.heldFields.map(\.path.description) == ["data.visualParent", "data.parents"])
  }

  @Test("A value that nobody can store holds its field alone")
  func poison() throws {
    var show = Show()
    let sequence = show.add(.sequence, "SQ01")
    let shot = show.add(
      .shot, "SH010", in: sequence,
      #""data": {"fps": 1e400, "frame_in": "1001", "x\u0000": 1}, "description": "\ud800""#)
    let evaluation = try evaluate(try shipped(), show)
    let made = try evaluation.document(shot)
    #expect(made.heldFields.map(\.path.description) == ["data.description", "data.fps"])
    #expect(made.document[path: ["data", "frameStart"]] == .int32(1001))
    #expect(made.document[path: ["data", "fps"]] == nil)
    #expect(made.heldFields[0].reason.contains("half a surrogate pair"))
  }

  @Test("A name that nobody can store holds its entity")
  func poisonedName() throws {
    var show = Show()
    show.add(.asset, id: "99999999-0000-4000-8000-000000000000", "x", #""label": 1"#)
    let mapping = try compile(shotMapping(name: "'${shot.data.name}'", data: "{}"))
    let shot = show.add(.shot, "SH010", #""data": {"name": "a\u0000b"}"#)
    let evaluation = try evaluate(mapping, show)
    #expect(evaluation.held(shot)?.reason.contains("a text with a NUL character") == true)
  }

  @Test("An id that names nothing holds the field, or the entity where its name stands on it")
  func dangling() throws {
    let nobody = "99999999-0000-4000-8000-000000000000"
    var show = Show()
    let layout = show.addTaskType("Layout")
    let lost = show.task(nobody)
    let orphan = show.add(.shot, "SH010", in: nobody)
    let asset = show.add(.asset, "Bob", #""tasks": [\#(lost)], "asset_type_id": "\#(nobody)""#)
    let assigned = show.task(layout, #""assignees": ["\#(nobody)"]"#)
    let other = show.add(.asset, "Carl", #""tasks": [\#(assigned)]"#)
    let evaluation = try evaluate(try shipped(), show)
    let reason = try #require(evaluation.held(orphan)?.reason)
    #expect(reason.hasPrefix("the shot names the sequence \(nobody), which Kitsu did not give"))
    #expect(
      try evaluation.document(asset).heldFields.map(\.path.description)
        == ["data.group", "data.tasks", "data.kitsuTasks"])
    let made = try evaluation.document(other)
    #expect(made.heldFields.map(\.path.description) == ["data.kitsuTasks"])
    #expect(made.document[path: ["data", "tasks"]] == (try list(#"["layout"]"#)))
  }

  @Test("An error in 'when' holds the entity and what stands on it")
  func conditions() throws {
    var show = Show()
    let shot = show.add(.shot, "SH010", #""data": {"n": "x"}"#)
    let sound = show.add(.shot, "SH020", #""data": {"n": "1"}"#)
    let out = show.add(.shot, "SH030")
    let mapping = try compile(shotMapping(when: "(shot.data.n | int) == 1", data: "{}"))
    let evaluation = try evaluate(mapping, show)
    #expect(evaluation.held(shot)?.reason.hasPrefix("'int' cannot read a number") == true)
    #expect(evaluation.names == [sound: sound])
    #expect(evaluation.skipped.contains(try Show.identity(out)))
  }

  @Test("A failed reference holds an entity that has no document yet, else its field")
  func references() throws {
    var show = Show()
    let shot = show.add(.shot, "SH010", #""data": {"n": "x"}"#)
    let mapping = try compile(shotMapping(data: "{p: {$ref: shot.data.n}}"))
    let fresh = try evaluate(mapping, show)
    let reason = try #require(fresh.held(shot)?.reason)
    #expect(reason.hasPrefix("'$ref' needs an entity, not the text 'x'"))
    let later = try evaluate(mapping, show, try MappingTests.facts([shot: shot]))
    #expect(try later.document(shot).heldFields.map(\.path.description) == ["data.p"])
  }

  @Test("A project's name is told, or why it has none")
  func projectName() throws {
    let mapping = try shipped()
    func project(_ fields: String) throws -> Document { try JSON.document("{\(fields)}") }
    let id = #""id": "\#(Show.projectID)""#
    #expect(
      try mapping.projectName(of: project(#"\#(id), "name": "Été à l’Île""#)) == "ete_a_l_ile")
    #expect(throws: ProjectNameError.self) {
      try mapping.projectName(of: project(#"\#(id), "name": "?""#))
    }
    #expect(throws: ProjectNameError.self) { try mapping.projectName(of: project(#""name": "x""#)) }
    let none = try compile(shotMapping(data: "{}"))
    #expect(try none.projectName(of: project(#"\#(id), "name": "x""#)) == nil)
  }
}
