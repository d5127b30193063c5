/// Text that came from elsewhere, as a page shows it and does nothing else with it.
enum HTMLText {
  /// Text as it may stand in an element or in an attribute between double quotes. Control
  /// characters and marks that reorder text become visible.
  static func escape(_ text: String, limit: Int = 200) -> String {
    XMLText.escape(SafeText.line(text, limit: limit))
  }

  /// The same as an element that letters written from right to left cannot reach out of.
  static func foreign(_ text: String, limit: Int = 200) -> String {
    text.isEmpty ? "(empty)" : "<bdi>\(escape(text, limit: limit))</bdi>"
  }

  static func code(_ text: String, limit: Int = 200) -> String {
    "<code dir=\"ltr\">\(escape(text, limit: limit))</code>"
  }

  /// `Title` and `text` as the rows of a list of facts.
  static func facts(_ rows: [(label: String, html: String)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    return ["<dl class=\"facts\">"]
      + rows.map { "<div><dt>\(escape($0.label))</dt><dd>\($0.html)</dd></div>" } + ["</dl>"]
  }
}
