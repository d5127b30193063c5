internal import YAML

/// One test: a show, and what a mapping has to make of it.
package struct TestCase: Sendable {
  package let name: String
  /// Where its name stands.
  let position: Position
  let show: Show
  let expectation: Expectation

  /// - Parameter show: what all tests of the file are given.
  static func read(_ node: Node, _ show: Show, _ mistakes: Mistakes) -> TestCase? {
    let known = ["name", "given", "expect"]
    guard let fields = mistakes.fields(node, known, of: "a test") else { return nil }
    let name = mistakes.text(fields["name"], "'name' of a test", at: node.position)
    var given = ShowReader(show, mistakes)
    if let node = fields["given"] { given.read(node) }
    guard let expect = fields["expect"] else {
      mistakes.report("'expect' of a test is missing", at: node.position)
      return nil
    }
    let expectation = ExpectationReader(given).read(expect)
    guard let name, let position = fields["name"]?.position else { return nil }
    return TestCase(name: name, position: position, show: given.show, expectation: expectation)
  }
}
