package import YAML

/// A file of tests, read and checked.
package struct TestFile: Sendable {
  /// As the user named it.
  package let name: String
  /// The mapping that it names.
  package let mapping: Node?
  package let tests: [TestCase]

  package static let suffix = ".test.yaml"
  private static let maximumTests = 500

  /// - Throws: every mistake in the file, each with its place.
  package static func parse(_ source: SourceText) throws(Diagnostics) -> TestFile {
    let root: Node
    do {
      root = try YAML.parse(source)
    } catch {
      throw Diagnostics([error])
    }
    let mistakes = Mistakes()
    let file = read(root, mistakes)
    guard mistakes.all.isEmpty else { throw Diagnostics(mistakes.all) }
    return file
  }

  private static func read(_ root: Node, _ mistakes: Mistakes) -> TestFile {
    mistakes.refuseNUL(in: root)
    let known = ["apiVersion", "kind", "mapping", "given", "tests"]
    let fields = mistakes.fields(root, known, of: "a file of tests") ?? [:]
    mistakes.mustBe("avalon-sync/v1", fields["apiVersion"], "apiVersion", at: root.position)
    mistakes.mustBe("MappingTest", fields["kind"], "kind", at: root.position)
    if let mapping = fields["mapping"] {
      _ = mistakes.text(mapping, "'mapping'", at: mapping.position)
    }
    var given = ShowReader(Show(), mistakes)
    if let node = fields["given"] { given.read(node) }
    let items = mistakes.items(fields["tests"], of: "tests")
    if fields["tests"]?.items?.isEmpty ?? (fields["tests"] == nil) {
      mistakes.report(
        "there are no tests", at: fields["tests"]?.position ?? root.position,
        hint: "write: tests: [{name: …, expect: {documents: {…}}}]")
    }
    if items.count > maximumTests {
      mistakes.report("more than \(maximumTests) tests in one file", at: items[0].position)
    }
    let tests = items.prefix(maximumTests).compactMap { TestCase.read($0, given.show, mistakes) }
    checkNames(tests, mistakes)
    return TestFile(name: root.position.file.name, mapping: fields["mapping"], tests: tests)
  }

  private static func checkNames(_ tests: [TestCase], _ mistakes: Mistakes) {
    var names: Set<String> = []
    for test in tests where !names.insert(test.name).inserted {
      mistakes.report("there is already a test '\(test.name)'", at: test.position)
    }
  }
}
