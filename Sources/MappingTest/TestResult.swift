/// What became of the tests of one file.
package struct TestFileResult: Sendable {
  /// The file, as the user named it.
  package let file: String
  package let tests: [TestResult]
  /// Why nothing could be tested; nil where it could.
  package let mistakes: String?

  package init(file: String, tests: [TestResult], mistakes: String? = nil) {
    self.file = file
    self.tests = tests
    self.mistakes = mistakes
  }

  package var isPassed: Bool { mistakes == nil && tests.allSatisfy(\.isPassed) }
}

package struct TestResult: Sendable {
  package let name: String
  /// Of its name in the file.
  package let line: Int
  package let failures: [TestFailure]

  package init(name: String, line: Int, failures: [TestFailure]) {
    self.name = name
    self.line = line
    self.failures = failures
  }

  package var isPassed: Bool { failures.isEmpty }
}

/// One thing that is not as a test expects it.
package struct TestFailure: Sendable {
  package let message: String
  /// From what is expected to what is there; empty where there is nothing to compare.
  package let difference: [DiffLine]
  /// What helps to find out why.
  package let notes: [String]

  package init(_ message: String, difference: [DiffLine] = [], notes: [String] = []) {
    self.message = message
    self.difference = difference
    self.notes = notes
  }
}
