internal import BSON
package import Mapping
internal import TestSupport

/// Small productions with values that nobody means well: any of them may stand in any of Kitsu's
/// fields that people write.
package struct HostileProduction {
  private static let values = [
    #""""#, #""  ""#, #""None""#, #""a""#, #""SH010""#, #""Épée 角""#, #""..""#, #""../../etc""#,
    #""/""#, #""a/b\\c""#, #""$where""#, #""${shot.name}""#, #""a.b""#, #""a\u0000b""#,
    #""a\nb\u001b[31m""#, #""\u202e\u200b""#, #""👩‍👩‍👧‍👦""#, #""1001""#, #""23.976""#, #""1e308""#,
    #""2026-02-30""#, #""2026-01-31T09:00:00""#, #""1920x1080""#, #""con""#, "0", "-1", "1001",
    "1e308", "-1e308", "1e400", "9223372036854775807", "0.1", "true", "false", "null", "[]", "{}",
    #"["a", null, ["b", {"c": [1]}]]"#, #"{"a": {"b": {"c": {"$d": 1, "e.f": [{}]}}}}"#,
    #"{"": 1}"#, #"[{"$oid": "x"}, 1e400]"#,
  ]
  private static let names = [
    "name", "code", "description", "fps", "resolution", "production_style", "color", "short_name",
    "start_date", "due_date", "priority", "nb_frames", "canceled", "full_name", "desktop_login",
  ]
  private static let metadata = [
    "frame_in", "frame_out", "fps", "handles", "season", "hero", "kind", "resolution", "list",
  ]
  private static let chains: [EntityKind: EntityKind] = [
    .shot: .sequence, .sequence: .episode, .asset: .episode, .edit: .episode,
  ]

  private var random: SeededRandom
  private var ids: [String: [String]] = [:]
  private var count = 0

  package static func make(seed: UInt64) -> Production? {
    var maker = HostileProduction(random: SeededRandom(seed))
    return maker.make()
  }

  private init(random: SeededRandom) { self.random = random }

  private mutating func make() -> Production? {
    var lists: [String: [Document]] = [:]
    for name in ["department", "person", "task_type", "task_status", "asset_type"] {
      lists[name] = records(name, upTo: 3) { _ in "" }
    }
    let project = record("project") { maker in
      maker.chance(50) ? "" : #", "task_types": \#(maker.list("task_type"))"#
    }
    guard let project else { return nil }
    var entities: [EntityKind: [Document]] = [:]
    for kind: EntityKind in [.episode, .sequence, .asset, .shot, .edit, .concept] {
      entities[kind] = records(kind.rawValue, upTo: 4) { $0.fields(of: kind) }
    }
    let links = records("link", upTo: 4) { maker in
      #", "entity_in_id": \#(maker.id("shot")), "entity_out_id": \#(maker.id("asset"))"#
        + #", "nb_occurences": \#(maker.value())"#
    }
    return Production(
      project: project, entities: entities, links: random.chance(80) ? links : nil,
      descriptors: [],
      studio: Studio(
        taskTypes: lists["task_type"] ?? [], taskStatuses: lists["task_status"] ?? [],
        entityTypes: lists["asset_type"] ?? [], departments: lists["department"] ?? [],
        persons: lists["person"] ?? []))
  }

  private mutating func fields(of kind: EntityKind) -> String {
    let parent = HostileProduction.chains[kind]
    let link = kind == .shot || kind == .edit ? "parent_id" : "episode_id"
    let tasks = (0..<random.below(4)).map { _ in
      #"{"id": \#(newID("task")), "task_type_id": \#(id("task_type")), "#
        + #""task_status_id": \#(id("task_status")), "assignees": \#(list("person"))"#
        + #"\#(values())}"#
    }
    return (parent.map { #", "\#(link)": \#(id($0.rawValue))"# } ?? "")
      + #", "asset_type_id": \#(id("asset_type")), "tasks": [\#(tasks.joined(separator: ", "))]"#
  }

  // MARK: JSON

  private mutating func records(
    _ kind: String, upTo count: Int, _ fields: (inout HostileProduction) -> String
  ) -> [Document] {
    (0..<random.below(count + 1)).compactMap { _ in record(kind, fields) }
  }

  /// Nil where the reader of Kitsu's answers refuses the values.
  private mutating func record(
    _ kind: String, _ fields: (inout HostileProduction) -> String
  ) -> Document? {
    let data = HostileProduction.metadata.filter { _ in random.chance(50) }
      .map { #""\#($0)": \#(value())"# }.joined(separator: ", ")
    let text = #"{"id": \#(newID(kind))\#(values()), "data": {\#(data)}\#(fields(&self))}"#
    return try? JSON.document(text)
  }

  private mutating func values() -> String {
    HostileProduction.names.filter { _ in random.chance(60) }.map { name in
      // Kitsu's own flags are true or false.
      #", "\#(name)": \#(name == "canceled" ? "\(random.chance(10))" : value())"#
    }.joined()
  }

  private mutating func value() -> String {
    switch random.below(20) {
    case 0: JSONText.quote(random.text(upTo: 40))
    case 1: JSONText.quote(String(repeating: random.text(upTo: 3) + "x", count: 400))
    case 2...8: JSONText.quote(random.pick(["SH010", "SQ01", "bob", "Bob", "anim", "1001"]))
    default: random.pick(HostileProduction.values)
    }
  }

  private mutating func chance(_ percent: Int) -> Bool { random.chance(percent) }

  private mutating func newID(_ kind: String) -> String {
    count += 1
    let digits = String(count)
    let id = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    ids[kind, default: []].append(id)
    return #""\#(id)""#
  }

  /// The id of such a record, of none, or no id at all.
  private mutating func id(_ kind: String) -> String {
    guard let known = ids[kind], !known.isEmpty, !random.chance(5) else {
      return random.pick(["null", #""00000000-0000-4000-8000-00000000ffff""#, #""x""#, "1"])
    }
    return #""\#(random.pick(known))""#
  }

  private mutating func list(_ kind: String) -> String {
    "[" + (0..<random.below(3)).map { _ in id(kind) }.joined(separator: ", ") + "]"
  }
}
