package import MappingTest

/// What became of tests of mappings, for people.
package enum MappingTestText {
  package static func render(_ files: [TestFileResult], style: TextStyle) -> String {
    var lines: [String] = []
    for file in files {
      for test in file.tests where !test.isPassed {
        lines.append(heading(test, in: file, style))
        lines += test.failures.flatMap { MappingTestText.lines($0, style) }.map { "  \($0)" }
        lines.append("")
      }
      lines.append(total(file, style))
    }
    if files.count > 1 { lines.append(total(files, style)) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A failure: what is wrong, the difference, and what helps to find out why.
  static func lines(_ failure: TestFailure, _ style: TextStyle) -> [String] {
    var lines = [SafeText.line(failure.message, limit: 400)]
    if !failure.difference.isEmpty {
      lines += [style.paint("--- expected", .red), style.paint("+++ got", .green)]
      lines += failure.difference.map { line($0, style) }
    }
    return lines + failure.notes.map { style.paint("  \(SafeText.line($0, limit: 400))", .dim) }
  }

  private static func line(_ line: DiffLine, _ style: TextStyle) -> String {
    let text = SafeText.line(line.text)
    switch line.kind {
    case .same: return "  \(text)"
    case .expected: return style.paint("- \(text)", .red)
    case .found: return style.paint("+ \(text)", .green)
    case .gap: return style.paint(text, .dim)
    }
  }

  private static func heading(
    _ test: TestResult, in file: TestFileResult, _ style: TextStyle
  ) -> String {
    let place = "\(file.file):\(test.line)"
    return style.paint("✗ \(SafeText.line(test.name))", .red) + "  "
      + style.paint(SafeText.line(place), .dim)
  }

  private static func total(_ file: TestFileResult, _ style: TextStyle) -> String {
    let name = SafeText.line(file.file)
    guard file.mistakes == nil else {
      return "\(name): " + style.paint("it has mistakes, nothing was tested", .red)
    }
    return "\(name): \(counts(of: file.tests, style))"
  }

  private static func total(_ files: [TestFileResult], _ style: TextStyle) -> String {
    let broken = files.count { $0.mistakes != nil }
    let more = broken > 0 ? style.paint(", \(broken) of \(files.count) files not tested", .red) : ""
    return "\(files.count) files: \(counts(of: files.flatMap(\.tests), style))\(more)"
  }

  private static func counts(of tests: [TestResult], _ style: TextStyle) -> String {
    let failed = tests.count { !$0.isPassed }
    let all = "\(tests.count) \(tests.count == 1 ? "test" : "tests")"
    return failed > 0
      ? style.paint("\(all), \(failed) failed", .red) : style.paint("\(all) passed", .green)
  }
}
