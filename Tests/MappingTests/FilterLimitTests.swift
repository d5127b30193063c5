import BSON
import Testing
import YAML

@testable import Mapping

@Suite("Bounds of what expressions make")
struct FilterLimitTests {
  private func reason(_ text: String, define: String = "{}") throws -> String? {
    if case .held(let reason) = try Bench.expression(text, define: define) { reason } else { nil }
  }

  /// Own filters that each use the one before twice.
  private func doubling(_ body: String, _ count: Int) -> String {
    let more = (1...count).map { "f\($0): '\(body.replacing("F", with: "f\($0 - 1)"))'" }
    return "{f0: '${value}', \(more.joined(separator: ", "))}"
  }

  @Test("A text that doubles at each step is refused")
  func texts() throws {
    let define = doubling("${[value, value] | join | F}", 30)
    #expect(try reason("'ab' | f30", define: define)?.hasPrefix("the text is longer than") == true)
    #expect(try reason("'ab' | f10", define: define) == nil)
  }

  @Test("A list that doubles at each step is refused")
  func lists() throws {
    let define = doubling("${[value, value] | flatten | F}", 40)
    let told = try reason("[1] | f40 | length", define: define)
    #expect(told?.hasPrefix("the list has more than 100000 items") == true)
    #expect(try reason("[1] | f10 | length", define: define) == nil)
  }

  @Test("Filters that use each other too often or too deeply are a mistake")
  func definitions() {
    func told(_ define: String) -> [String] {
      mistakes(in: shotMapping(data: "{v: '${1 | f0}'}", define: define)).map(\.message)
    }
    #expect(told(doubling("${(value | F) + (value | F)}", 10)) == [])
    #expect(
      told(doubling("${(value | F) + (value | F)}", 40))
        == ["'f13' uses other filters more than 10000 times"])
    #expect(told(doubling("${value | F}", 49)) == [])
    #expect(
      told(doubling("${value | F}", 5000))
        == ["own filters use each other more than 50 deep"])
    #expect(
      told(doubling("${[value, 1] | map(F) | sum}", 60))
        == ["own filters use each other more than 50 deep"])
  }

  @Test("A search takes linear time whatever the texts")
  func search() {
    let text = Array(String(repeating: "a", count: 200_000).utf8)
    let part = TextSearch(String(repeating: "a", count: 100_000) + "b")
    #expect(part.first(in: text) == nil)
    #expect(TextSearch("ab").first(in: Array("aab".utf8)) == 1..<3)
  }
}
