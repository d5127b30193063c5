package import Foundation
package import Testing

/// Expected outputs kept as files in `Tests/Fixtures/golden`.
///
/// `RECORD_GOLDEN=1` writes what came out in place of comparing, and fails, so that a run that
/// recorded is never taken for one that passed.
package enum Golden {
  package static let fixtures = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  static var isRecording: Bool { Stack.value("RECORD_GOLDEN") == "1" }

  static func url(_ name: String) -> URL {
    fixtures.appending(path: "golden").appending(path: name)
  }

  static func record(_ text: String, _ url: URL) throws {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url, options: .atomic)
  }

  /// The first line in which two texts differ, as both have it.
  static func firstDifference(_ text: String, _ expected: String) -> String {
    let mine = text.split(separator: "\n", omittingEmptySubsequences: false)
    let theirs = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let shared = min(mine.count, theirs.count)
    let index = (0..<shared).first { mine[$0] != theirs[$0] } ?? shared
    func line(_ lines: [Substring]) -> String {
      index < lines.count ? String(lines[index]) : "(end of text)"
    }
    return """
      line \(index + 1)
        expected: \(line(theirs))
        found:    \(line(mine))
      """
  }
}

/// Compares a text, byte for byte, with the golden file of that name.
/// - Parameter name: the file's path in `Tests/Fixtures/golden`, such as `mapping/tvshow.json`.
package func expectGolden(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  expectGolden(text, at: Golden.url(name), name, sourceLocation: sourceLocation)
}

/// The same for a file anywhere in the repository.
package func expectGolden(
  _ text: String, at url: URL, sourceLocation: SourceLocation = #_sourceLocation
) {
  expectGolden(text, at: url, url.lastPathComponent, sourceLocation: sourceLocation)
}

private func expectGolden(
  _ text: String, at url: URL, _ name: String, sourceLocation: SourceLocation
) {
  if Golden.isRecording {
    do {
      try Golden.record(text, url)
      Issue.record(
        "recorded golden \(name); run again without RECORD_GOLDEN", sourceLocation: sourceLocation)
    } catch {
      Issue.record("golden \(name) cannot be written: \(error)", sourceLocation: sourceLocation)
    }
    return
  }
  guard let expected = try? String(contentsOf: url, encoding: .utf8) else {
    Issue.record(
      "there is no golden \(name); RECORD_GOLDEN=1 writes it", sourceLocation: sourceLocation)
    return
  }
  if Array(text.utf8) != Array(expected.utf8) {
    Issue.record(
      "differs from golden \(name) in \(Golden.firstDifference(text, expected))",
      sourceLocation: sourceLocation)
  }
}

/// The text of a file in `Tests/Fixtures`.
package func fixture(_ path: String) throws -> String {
  try String(contentsOf: Golden.fixtures.appending(path: path), encoding: .utf8)
}
