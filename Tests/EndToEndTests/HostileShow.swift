import TestSupport

/// A production in the real Kitsu with all that people, and programs, can put into it. Zou 1.0.97
/// takes every one of these; names end at 160 characters there.
struct HostileShow: Sendable {
  /// Asset's name in Kitsu, and the name of its document.
  static let sound: [(kitsu: String, avalon: String)] = [
    ("../../etc/passwd", "etc_passwd"), ("$where", "where"), ("😀 fine", "u1f600_fine"),
    ("日本", "u65e5u672c"),
    (String(repeating: "x", count: 160), String(repeating: "x", count: 160)),
    ("tab\there\nand there", "tab_here_and_there"), ("C:\\temp\\..", "c_temp"),
    ("{\"$oid\": \"nope\"}", "oid_nope"), ("%s${project.name}", "s_project_name"),
    ("\u{202E}gnp.exe", "gnp_exe"),
  ]
  /// Names that are no name in Avalon.
  static let nameless = ["", "   ", "..", "/"]
  static let colliding = ["Twin/One", "twin.one"]

  let project: String
  let collection: String

  private static func data() -> [(String, KitsuStudio.Fields)] {
    let nested = (0..<150).reduce(1 as any Sendable) { inner, _ in ["a": inner] }
    return [
      ("no id", ["k": ["$oid": "nope"]]), ("no date", ["k": ["$date": "hello"]]),
      ("an id", ["$oid": "507f1f77bcf86cd799439011"]),
      ("odd keys", ["a.b": 1, "$set": ["x": 1], "": 2, "name": "spoof", "_id": "x"]),
      ("a large number", ["k": UInt64.max]), ("deep", ["k": nested]),
    ]
  }

  /// For tests that change nothing in Kitsu, which is all of them.
  static let shared = Task { try await make() }

  private static func make() async throws -> HostileShow {
    let studio = try await KitsuStudio.shared.value
    let title = KitsuStudio.unique("../$ev.il\u{202E}")
    let project = try await studio.create(
      "/data/projects", ["name": title, "production_type": "short"])
    for name in sound.map(\.kitsu) + nameless + colliding {
      _ = try await studio.createAsset(name, project: project)
    }
    for (name, fields) in data() {
      _ = try await studio.createAsset(name, project: project, fields: ["data": fields])
    }
    _ = try await studio.createAsset(
      "novel", project: project,
      fields: ["description": String(repeating: "d\u{7}😀\n\"", count: 150_000)])
    let collection = "ev_il_" + (title.split(separator: " ").last ?? "")
    let show = HostileShow(project: project, collection: collection)
    try await show.addShots(studio)
    return show
  }

  private func addShots(_ studio: KitsuStudio) async throws {
    let good = try await studio.createSequence("Good $1.0", project: project)
    let nameless = try await studio.createSequence("...", project: project)
    let long = try await studio.createSequence(
      String(repeating: "q", count: 160), project: project)
    for (name, sequence, data) in [
      ("sound", good, ["frame_in": "1001", "frame_out": " 1010 ", "fps": "23.976"]),
      ("bad frames", good, ["frame_in": ["$oid": "nope"], "frame_out": "ten"]),
      ("no frames", good, ["frame_in": "", "frame_out": "None"]),
      ("large", good, ["frame_in": UInt64.max]), ("orphan", nameless, [:]),
      (String(repeating: "s", count: 160), long, [:]),
    ] as [(String, String, KitsuStudio.Fields)] {
      let shot = try await studio.createShot(
        name, project: project, sequence: sequence, fields: ["data": data])
      if name == "sound" {
        _ = try await studio.createTask("Animation", entity: shot, project: project)
        _ = try await studio.createTask(
          "Animation", entity: shot, project: project, name: "../second")
      }
    }
    _ = try await studio.createShot("no sequence", project: project)
  }

  /// The documents that are written.
  static var written: Set<String> {
    Set(sound.map(\.avalon)).union(data().map { $0.0.replacing(" ", with: "_") }).union([
      "novel", "good_1_0", "good_1_0_sound", "good_1_0_bad_frames", "good_1_0_no_frames",
      "good_1_0_large", String(repeating: "q", count: 160), "no_sequence",
    ])
  }
}
