import Foundation
import TestSupport

/// A snapshot file written by hand: as many entities as a test wants, with any content.
struct SnapshotText: Sendable {
  static let project = "11111111-1111-4111-8111-111111111111"
  static let character = "22222222-2222-4222-8222-222222222222"
  static let animation = "33333333-3333-4333-8333-333333333333"
  static let todo = "44444444-4444-4444-8444-444444444444"

  /// The project's name as JSON text, with its quotes.
  var projectName = "\"Snow\""
  var fps = "\"25\""
  /// Entities as JSON text.
  var assets: [String] = []
  var sequences: [String] = []
  var shots: [String] = []
  /// The name of a second production, which is empty, as JSON text with its quotes.
  var neighbour: String?

  /// The id of the entity of that number; kinds have ranges of their own.
  static func id(_ kind: Int, _ number: Int) -> String {
    String(format: "%08x-0000-4000-8000-%012x", kind, number)
  }

  /// - Parameters:
  ///   - name, data, description: as JSON text.
  static func asset(
    _ number: Int, name: String, data: String = "null", description: String = "null"
  ) -> String {
    """
    {"id":"\(id(1, number))","name":\(name),"data":\(data),"description":\(description),\
    "canceled":false,"asset_type_id":"\(character)","asset_type_name":"Character",\
    "episode_id":"","tasks":[]}
    """
  }

  static func sequence(_ number: Int) -> String {
    """
    {"id":"\(id(2, number))","name":"SQ\(number)","data":null,"description":null,\
    "canceled":false,"episode_id":null,"tasks":[]}
    """
  }

  static func shot(_ number: Int, sequence: Int) -> String {
    """
    {"id":"\(id(3, number))","name":"SH\(number)","canceled":false,"description":null,\
    "parent_id":"\(id(2, sequence))","nb_frames":\(40 + number % 100),\
    "data":{"frame_in":"1001","frame_out":"\(1040 + number % 100)"},\
    "tasks":[{"id":"\(id(4, number))","task_type_id":"\(animation)","task_status_id":"\(todo)",\
    "entity_id":"\(id(3, number))","assignees":[],"priority":0}]}
    """
  }

  /// A production of so many shots in sequences of 100.
  static func production(shots count: Int, fps: String = "25") -> SnapshotText {
    var text = SnapshotText()
    text.fps = "\"\(fps)\""
    text.sequences = (0..<(count + 99) / 100).map(sequence)
    text.shots = (0..<count).map { shot($0, sequence: $0 / 100) }
    return text
  }

  var text: String {
    var projects = [projectText]
    if let neighbour {
      var other = SnapshotText()
      other.projectName = neighbour
      projects.append(
        other.projectText.replacing(SnapshotText.project, with: SnapshotText.id(9, 0)))
    }
    return SnapshotText.snapshot(of: projects)
  }

  /// A studio of so many productions, `P0` and on, each with so many shots.
  static func studio(_ count: Int, shots: Int, fps: String = "25") -> String {
    snapshot(
      of: (0..<count).map { number in
        var one = production(shots: shots, fps: fps)
        one.projectName = "\"P\(number)\""
        return one.projectText
          .replacing("-0000-4000-8000-", with: String(format: "-%04x-4000-8000-", number + 1))
          .replacing(project, with: String(format: "11111111-1111-4111-8111-%012x", number))
      })
  }

  private static func list(_ items: [String]) -> String {
    "[" + items.joined(separator: ",\n") + "]"
  }

  private static func snapshot(of projects: [String]) -> String {
    """
    {"format":"avalon-sync-snapshot","formatVersion":1,
    "kitsu":{"name":"Zou","version":"1.0.97"},
    "studio":{"departments":[],"entity_types":[{"id":"\(character)",
    "name":"Character"}],"persons":[],"task_statuses":[{"id":"\(todo)",
    "name":"Todo","short_name":"todo"}],"task_types":[{"id":"\(animation)",
    "name":"Animation","for_entity":"Shot","priority":1}]},
    "projects":\(list(projects))}
    """
  }

  private var projectText: String {
    """
    {"project":{"id":"\(SnapshotText.project)","name":\(projectName),
    "production_type":"short","project_status_name":"Open","fps":\(fps),
    "resolution":"1920x1080","data":null,"task_types":["\(SnapshotText.animation)"]},
    "assets":\(SnapshotText.list(assets)),"concepts":[],"edits":[],"episodes":[],"links":[],
    "metadata_descriptors":[],"sequences":\(SnapshotText.list(sequences)),
    "shots":\(SnapshotText.list(shots))}
    """
  }

  /// Writes the file into a folder and gives its path.
  func write(to folder: TemporaryFolder, _ name: String = "kitsu.json") throws -> String {
    try folder.write(text, to: name)
  }
}
