internal import Testing
package import YAML

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

extension MarkedText {
  /// A mistake as goldens have it: the marker at its place, what it says, and its hint.
  package func told(_ mistake: Diagnostic) -> String {
    let (line, column) = (mistake.position.line, mistake.position.column)
    let marker = markers[[line, column]] ?? "NO MARKER at \(line):\(column)"
    return "\(marker) \(mistake.message)" + (mistake.hint.map { "\n    hint: \($0)" } ?? "")
  }

  /// Expects a mistake at each marker and at no other place, in the words of the golden.
  package func expect(_ mistakes: [Diagnostic], golden path: String) {
    let places = Set(mistakes.map { [$0.position.line, $0.position.column] })
    #expect(places == Set(markers.keys), "a marker without a mistake, or a mistake without")
    expectGolden(mistakes.map(told).joined(separator: "\n") + "\n", path)
  }
}
