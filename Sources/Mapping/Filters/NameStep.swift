/// What the steps of name filters are for, as the reference tells it; ``TextStep`` is what they do.
struct NameStep: Sendable {
  /// As a mapping writes it.
  let usage: String
  let summary: String
  /// An example: a text, and what the step in `usage` makes of it.
  let text: String
  let result: String

  /// Its word, or the key of its map.
  var name: String {
    String(usage.drop { $0 == "{" }.prefix { $0 != ":" })
  }

  let takes: Takes

  /// What stands at the key of a step.
  enum Takes: Sendable {
    /// The step is a word without a key.
    case nothing
    case constant(String)
    case text, character, length, replacement
  }

  static let lengths = 16...255

  private init(
    _ usage: String, _ takes: Takes, _ summary: String, _ text: String, _ result: String
  ) {
    self.usage = usage
    self.takes = takes
    self.summary = summary
    self.text = text
    self.result = result
  }

  static let all = [
    NameStep(
      "{fold: ascii}", .constant("ascii"),
      "Latin letters lose their accents, Greek and Cyrillic are transliterated, full-width forms "
        + "become narrow; any other letter becomes `u` and its code. The table never changes",
      "Épée 角", "Epee u89d2"),
    NameStep(
      "{normalise: nfkc}", .constant("nfkc"),
      "the same text for what looks the same, as Unicode's form KC: letters and their marks in one "
        + "(Latin, Greek, Cyrillic, kana, Korean), full and half width, ligatures, super- and "
        + "subscripts, circled and styled letters, fractions, roman numerals, units and blanks. "
        + "The table never changes; other characters stay",
      "ﬁｌｍ②", "film2"),
    NameStep(
      "lowercase", .nothing, "small letters; of letters beyond ASCII after `fold`", "SH010",
      "sh010"),
    NameStep("uppercase", .nothing, "capital letters", "sh010", "SH010"),
    NameStep(
      "{replace: {pattern: '[^a-z0-9]+', with: _}}", .replacement, "replaces every match", "sh 010",
      "sh_010"),
    NameStep("{squeeze: _}", .character, "makes one of several in a row", "a___b", "a_b"),
    NameStep("{trim: _}", .character, "takes it off both ends", "_a_b_", "a_b"),
    NameStep(
      "{truncate: 24}", .length, "longer names end in `_` and a hash of the whole (16 to 255)",
      "a_very_long_name_of_a_shot", "a_very_long_nam_7c02beab"),
    NameStep(
      "{prefix: sh_}", .text, "puts it in front where it does not stand there", "010", "sh_010"),
    NameStep(
      "{suffix: _v}", .text, "puts it behind where it does not stand there", "010", "010_v"),
  ]
}
