/// Text that came from elsewhere, as Markdown shows it and does nothing else with it: no link, no
/// HTML, no mention, no reference to an issue.
///
/// It stands in code: there neither Markdown nor what GitHub, GitLab and Mattermost add to it has a
/// meaning. Escapes would not do: mentions are looked for after they are resolved.
enum MarkdownText {
  /// A code span, its fence longer than every run of backticks in it.
  static func code(_ text: String, limit: Int = 200) -> String {
    let text = SafeText.line(text, limit: limit)
    guard !text.isEmpty else { return "(empty)" }
    let fence = String(repeating: "`", count: longestRun(in: text) + 1)
    let isPadded =
      text.hasPrefix("`") || text.hasSuffix("`") || (text.hasPrefix(" ") && text.hasSuffix(" "))
    let space = isPadded ? " " : ""
    return fence + space + text + space + fence
  }

  /// The same where a line is HTML, as in a summary.
  static func html(_ text: String, limit: Int = 200) -> String {
    "<code>\(XMLText.escape(SafeText.line(text, limit: limit)))</code>"
  }

  private static func longestRun(in text: String) -> Int {
    var longest = 0
    var run = 0
    for character in text.utf8 {
      run = character == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
