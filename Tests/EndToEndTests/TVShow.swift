import TestSupport
import Testing

/// A small TV production in the real Kitsu: two episodes, sequences, shots, assets, tasks.
///
/// Documents that it makes: `e01`, `e02`, `e02_sq01`, `e02_sq02`, `e02_sq01_sh010`,
/// `e02_sq01_sh020`, `e02_sq02_sh030`, `big_bob`, `ete_a_l_ile`.
struct TVShow: Sendable {
  static let names: Set<String> = [
    "e01", "e02", "e02_sq01", "e02_sq02", "e02_sq01_sh010", "e02_sq01_sh020", "e02_sq02_sh030",
    "big_bob", "ete_a_l_ile",
  ]

  let studio: KitsuStudio
  let project: String
  let artist: KitsuStudio.Person
  let episode: String
  let sequences: [String]
  let shots: [String]
  let assets: [String]
  /// Of the first shot, and of the first asset.
  let animation: String
  let modeling: String

  /// For tests that change nothing in Kitsu.
  static let shared = Task { try await make() }

  static func make() async throws -> TVShow {
    let studio = try await KitsuStudio.shared.value
    let project = try await studio.createProject(
      "Tide", kind: "tvshow", fields: ["fps": "25", "resolution": "1920x1080"])
    let artist = try await studio.createPerson(role: "user", team: project)
    let episode = try await studio.createEpisode("E02", project: project)
    var sequences: [String] = []
    for name in ["SQ01", "SQ02"] {
      sequences.append(try await studio.createSequence(name, project: project, episode: episode))
    }
    let frames: KitsuStudio.Fields = ["frame_in": "1001", "frame_out": "1050"]
    var shots: [String] = []
    for (name, sequence, data) in [
      ("SH010", 0, frames), ("SH020", 0, frames), ("SH030", 1, frames.merging(["fps": 30]) { $1 }),
    ] {
      shots.append(
        try await studio.createShot(
          name, project: project, sequence: sequences[sequence], fields: ["data": data]))
    }
    let bob = try await studio.createAsset(
      "Big Bob", project: project, fields: ["description": "A walrus."])
    let island = try await studio.createAsset("Été à l'Île", project: project, type: "Environment")
    return TVShow(
      studio: studio, project: project, artist: artist, episode: episode, sequences: sequences,
      shots: shots, assets: [bob, island],
      animation: try await studio.createTask(
        "Animation", entity: shots[0], project: project, status: "Work In Progress",
        assignees: [artist.id]),
      modeling: try await studio.createTask(
        "Modeling", entity: bob, project: project, status: "Todo"))
  }
}
