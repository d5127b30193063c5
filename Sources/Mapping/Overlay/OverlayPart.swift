/// A part of an overlay that is written for somebody to start from.
struct OverlayPart {
  /// The maps in which it stands.
  let path: [String]
  /// What is said about it; empty for nothing.
  let about: String
  /// YAML, as it stands there.
  let text: String
  var isExample = false

  /// `# ` stands before words, `#` before YAML.
  var lines: [String] {
    about.split(separator: "\n").map { "# \($0)" }
      + text.split(separator: "\n").map { isExample ? "#\($0)" : String($0) }
  }

  var uncommented: OverlayPart { OverlayPart(path: path, about: about, text: text) }
}

extension OverlayPart {
  private static func example(_ path: [String], _ about: String, _ text: String) -> OverlayPart {
    OverlayPart(path: path, about: about, text: text, isExample: true)
  }

  /// What studios change most.
  static let examples = [
    example(
      ["define"], "A filter of the studio's own: how tasks are named.",
      "task_name: \"${if value == 'Modeling' then 'mod' else value | sanitise}\""),
    example(
      ["rules"], "Assets of one type with other names; all else is as in the rule that it extends.",
      """
      prop:
        extends: asset
        when: {is_prop: "asset.asset_type.name == 'Props'"}
        name: prop_${asset.name | sanitise}
      """),
    example(
      ["rules"], "No documents for episodes. Those that exist stay.", "episode: {$remove: true}"),
    example(
      ["rules", "asset", "when"],
      "Assets that are left out, besides those that are left out below.",
      "not_a_test: asset.asset_type.name != 'Test'"),
    example(
      ["rules", "shot"], "Names without those of sequence and episode.",
      "name: ${shot.name | sanitise}"),
    example(
      ["rules", "shot", "document", "data"], "A field of Kitsu's metadata.",
      "cutIn: ${shot.data.cut_in | int}"),
    example(
      ["rules", "shot", "document", "data"], "Handles that are the same in every shot.",
      "handles: 8"),
    example(
      ["rules", "shot", "document", "data"], "A field that is not wanted.",
      "description: {$remove: true}"),
  ]
}
