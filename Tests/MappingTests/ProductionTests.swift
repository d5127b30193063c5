import BSON
import Identity
import Mapping
import Testing

/// What real productions hold, by the shipped mapping.
@Suite("The shipped mapping over odd productions")
struct ProductionTests {
  private func data(_ evaluation: Evaluation, _ id: String, _ name: FieldName) throws -> Value? {
    try evaluation.document(id).document[path: ["data", name]]
  }

  @Test("Names and folders follow episode, sequence and shot")
  func hierarchy() throws {
    var show = Show()
    let episode = show.add(.episode, "E01")
    let sequence = show.add(.sequence, "SQ01", in: episode)
    let shot = show.add(.shot, "SH010", in: sequence)
    let evaluation = try evaluate(try shipped(), show)
    #expect(
      evaluation.names == [
        Show.projectID: "show", episode: "e01", sequence: "e01_sq01", shot: "e01_sq01_sh010",
      ])
    let made = try evaluation.document(shot)
    let id = try Show.identity(sequence).derivedID
    #expect(try data(evaluation, shot, "visualParent") == .objectID(id))
    #expect(try data(evaluation, shot, "parents") == list(#"["e01", "e01_sq01"]"#))
    #expect(made.title() == "E01 / SQ01 / SH010" && made.rule == "shot")
    let project = try Show.identity(Show.projectID).derivedID
    #expect(made.document["parent"] == .objectID(project))
    #expect(made.references == [project, id])
  }

  @Test("Shots without a sequence and sequences without an episode stand on their own")
  func missingParents() throws {
    var show = Show()
    let sequence = show.add(.sequence, "SQ01", in: "None")
    let child = show.add(.shot, "SH010", in: sequence)
    let orphan = show.add(.shot, "SH020", #""parent_id": null"#)
    let evaluation = try evaluate(try shipped(), show)
    #expect(evaluation.held.isEmpty)
    #expect(evaluation.names[sequence] == "sq01" && evaluation.names[child] == "sq01_sh010")
    #expect(evaluation.names[orphan] == "sh020")
    #expect(try data(evaluation, orphan, "visualParent") == nil)
    #expect(try data(evaluation, orphan, "parents") == list("[]"))
    #expect(try data(evaluation, sequence, "group") == .string("Sequence"))
  }

  @Test(
    "Assets of the main pack have no episode", arguments: ["null", #""""#, #""main""#, #""None""#])
  func mainPack(episode: String) throws {
    var show = Show()
    let type = show.addAssetType("Character")
    let asset = show.add(.asset, "Bob", #""episode_id": \#(episode), "asset_type_id": "\#(type)""#)
    let evaluation = try evaluate(try shipped(), show)
    #expect(evaluation.names[asset] == "bob")
    #expect(try data(evaluation, asset, "group") == .string("Character"))
  }

  @Test("What is cancelled is left out, with what stands on it")
  func cancelled() throws {
    var show = Show()
    let episode = show.add(.episode, "E01", #""canceled": true"#)
    let sequence = show.add(.sequence, "SQ01", in: episode)
    let shot = show.add(.shot, "SH010", in: sequence)
    let running = show.add(.episode, "E02")
    let stopped = show.add(.sequence, "SQ01", in: running, #""canceled": true"#)
    let child = show.add(.shot, "SH010", in: stopped)
    let asset = show.add(.asset, "Bob", #""canceled": true"#)
    let evaluation = try evaluate(try shipped(), show)
    #expect(evaluation.names == [Show.projectID: "show", running: "e02"])
    #expect(evaluation.held.isEmpty)
    let left = try [episode, sequence, shot, stopped, child, asset].map { try Show.identity($0) }
    #expect(Set(evaluation.skipped).isSuperset(of: left))
  }

  @Test(
    "Resolutions in every spelling",
    arguments: [
      (#""1920x1080""#, 1920, 1080), (#""720""#, nil, 720), ("null", nil, nil), (#""""#, nil, nil),
      (#"" 1920 x 1080 ""#, 1920, 1080), (#""None""#, nil, nil),
    ] as [(String, Int?, Int?)])
  func resolution(text: String, width: Int?, height: Int?) throws {
    var show = Show()
    show.projectFields = #""name": "Show", "fps": "23.976", "resolution": \#(text)"#
    let evaluation = try evaluate(try shipped(), show)
    let made = try evaluation.document(Show.projectID)
    #expect(made.heldFields.isEmpty)
    #expect(try data(evaluation, Show.projectID, "resolutionWidth")?.int == width)
    #expect(try data(evaluation, Show.projectID, "resolutionHeight")?.int == height)
    #expect(try data(evaluation, Show.projectID, "fps") == .double(23.976))
  }

  @Test("A resolution that is none holds its field")
  func oddResolution() throws {
    var show = Show()
    show.projectFields = #""name": "Show", "resolution": "full HD""#
    let made = try evaluate(try shipped(), show).document(Show.projectID)
    #expect(made.heldFields.map(\.path.description) == ["data.resolutionHeight"])
  }

  @Test(
    "Frame ranges as numbers and as text, whole or in part",
    arguments: [
      (#""frame_in": 1001, "frame_out": 1050"#, "null", 1001, 1050),
      (#""frame_in": "1001", "frame_out": "1050""#, "null", 1001, 1050),
      (#""frame_in": "1001", "frame_out": """#, "50", 1001, 1050),
      (#""frame_in": null, "frame_out": null"#, "50", nil, nil),
      (#""frame_in": 0"#, "10", 0, 9), (#""frame_out": 99"#, "null", nil, 99),
      ("", "null", nil, nil),
    ] as [(String, String, Int?, Int?)])
  func frames(fields: String, count: String, start: Int?, end: Int?) throws {
    var show = Show()
    let shot = show.add(.shot, "SH010", #""nb_frames": \#(count), "data": {\#(fields)}"#)
    let evaluation = try evaluate(try shipped(), show)
    #expect(try evaluation.document(shot).heldFields.isEmpty)
    #expect(try data(evaluation, shot, "frameStart")?.int == start)
    #expect(try data(evaluation, shot, "frameEnd")?.int == end)
  }

  @Test("Tasks of one name are merged and told; people and states stand by task")
  func tasks() throws {
    var show = Show()
    let anim = show.addTaskType("Anim", priority: 2)
    let layout = show.addTaskType("Layout", priority: 1)
    let again = show.addTaskType("ANIM", priority: 3)
    let ann = show.addPerson("ann")
    let ready = show.addStatus("ready")
    let tasks = [
      show.task(again), show.task(anim, #""task_status_id": "\#(ready)", "priority": 1"#),
      show.task(layout, #""assignees": ["\#(ann)"]"#),
    ]
    let asset = show.add(.asset, "Bob", #""tasks": [\#(tasks.joined(separator: ", "))]"#)
    let made = try evaluate(try shipped(), show).document(asset)
    #expect(made.document[path: ["data", "tasks"]] == (try list(#"["layout", "anim"]"#)))
    #expect(made.items == ["data.tasks": ["layout", "anim"]])
    #expect(
      made.notes == [
        "more than one item is named 'anim': merged into one",
        "more than one item is named 'anim': the first counts",
      ])
    #expect(
      made.document[path: ["data", "kitsuTasks"]]
        == (try list(
          #"{"layout": {"assignees": ["ann"]}, "anim": {"status": "ready", "priority": 1}}"#)))
    let items = made.document[path: ["data", "kitsu", "items"]]
    #expect(items == .string(#"{"data.tasks":["anim","layout"]}"#))
  }

  @Test("Entities without tasks have none, and folders without work are hidden")
  func noTasks() throws {
    var show = Show()
    let layout = show.addTaskType("Layout")
    let busy = show.add(.episode, "E01", #""tasks": [\#(show.task(layout))]"#)
    let idle = show.add(.episode, "E02", #""tasks": []"#)
    let evaluation = try evaluate(try shipped(), show)
    #expect(try data(evaluation, busy, "visible") == .bool(true))
    #expect(try data(evaluation, idle, "visible") == .bool(false))
    #expect(try data(evaluation, idle, "tasks") == list("[]"))
  }

  @Test("What is not read is not needed")
  func needs() throws {
    let mapping = try compile(shotMapping(data: "{a: '${shot.data.x}', b: '${shot.nb_frames}'}"))
    #expect(mapping.needs.kinds == [.shot, .sequence, .episode])
    let fields = try #require(mapping.needs.fields)
    #expect(fields.entity.isSuperset(of: ["data", "nb_frames", "id", "name"]))
    #expect(!fields.entity.contains("description"))
    let owned = try shipped().ownedFields
    #expect(owned.keys.sorted() == ["asset", "episode", "project", "sequence", "shot"])
    let tasks = owned["project"]?.first { $0.path == ["config", "tasks"] }
    #expect(tasks?.ownership == .merge(by: "name"))
    #expect(owned["project"]?.first { $0.path == ["config", "apps"] }?.ownership == .seed)
  }
}
