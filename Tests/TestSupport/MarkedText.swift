/// A text with its markers (`1️⃣`) taken out, each of which stands before a place that is meant.
package struct MarkedText {
  package let text: String
  /// By line and column, from 1.
  package let markers: [[Int]: String]

  private static let known: Set<Character> = [
    "1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "🔟",
  ]

  package init(_ marked: String) {
    var lines: [String] = []
    var markers: [[Int]: String] = [:]
    for line in marked.split(separator: "\n", omittingEmptySubsequences: false) {
      var plain = ""
      for character in line {
        if MarkedText.known.contains(character) {
          markers[[lines.count + 1, plain.count + 1], default: ""].append(character)
        } else {
          plain.append(character)
        }
      }
      lines.append(plain)
    }
    text = lines.joined(separator: "\n")
    self.markers = markers
  }
}
