package import MappingTest

/// What became of tests of mappings, as JUnit's XML, which build servers show.
package enum MappingTestJUnit {
  package static func render(_ files: [TestFileResult]) -> String {
    let tests = files.flatMap(\.tests)
    let broken = files.count { $0.mistakes != nil }
    let counts = Counts(
      tests: tests.count + broken, failures: tests.count { !$0.isPassed }, errors: broken)
    let lines =
      [#"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites \(counts.attributes)>"]
      + files.flatMap(suite) + ["</testsuites>"]
    return lines.joined(separator: "\n") + "\n"
  }

  private struct Counts {
    let tests: Int
    let failures: Int
    let errors: Int

    var attributes: String {
      #"tests="\#(tests)" failures="\#(failures)" errors="\#(errors)""#
    }
  }

  private static func suite(_ file: TestFileResult) -> [String] {
    let broken = file.mistakes == nil ? 0 : 1
    let counts = Counts(
      tests: file.tests.count + broken, failures: file.tests.count { !$0.isPassed },
      errors: broken)
    let name = XMLText.escape(file.file)
    var lines = [#"  <testsuite name="\#(name)" \#(counts.attributes)>"#]
    if let mistakes = file.mistakes {
      lines += [
        #"    <testcase classname="\#(name)" name="the file">"#,
        #"      <error message="it has mistakes">\#(XMLText.escape(mistakes))</error>"#,
        "    </testcase>",
      ]
    }
    return lines + file.tests.flatMap { testCase($0, file: name) } + ["  </testsuite>"]
  }

  private static func testCase(_ test: TestResult, file: String) -> [String] {
    let head =
      #"    <testcase classname="\#(file)" name="\#(XMLText.escape(test.name))""#
      + #" file="\#(file)" line="\#(test.line)""#
    guard let first = test.failures.first else { return [head + "/>"] }
    let text = test.failures.flatMap { MappingTestText.lines($0, .plain) }
    return [
      head + ">",
      #"      <failure message="\#(XMLText.escape(first.message))">"#
        + XMLText.escape(text.joined(separator: "\n")) + "</failure>",
      "    </testcase>",
    ]
  }
}

enum XMLText {
  /// Text as it may stand in an element or an attribute. Characters that XML 1.0 does not have
  /// become U+FFFD.
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
