import TestSupport
import Testing

@testable import MappingTest

@Suite("Differences of lines")
struct LineDiffTests {
  private func shown(_ expected: [String], _ found: [String]) -> [String] {
    LineDiff.between(expected, found).map { line in
      switch line.kind {
      case .same: " \(line.text)"
      case .expected: "-\(line.text)"
      case .found: "+\(line.text)"
      case .gap: line.text
      }
    }
  }

  @Test("Equal texts have none, others the fewest lines")
  func lines() {
    #expect(shown(["a", "b"], ["a", "b"]).isEmpty)
    #expect(shown(["a", "b", "c"], ["a", "c"]) == [" a", "-b", " c"])
    #expect(shown(["a", "c"], ["a", "b", "c"]) == [" a", "+b", " c"])
    #expect(shown(["a", "b"], ["a", "x"]) == [" a", "-b", "+x"])
    #expect(shown([], ["a"]) == ["+a"])
  }

  @Test("Equal lines far from a difference are left out")
  func folded() {
    let lines = (0..<20).map(String.init)
    var changed = lines
    changed[10] = "x"
    #expect(
      shown(lines, changed) == [
        "… 7 more lines", " 7", " 8", " 9", "-10", "+x", " 11", " 12", " 13", "… 6 more lines",
      ])
  }

  @Test("It is bounded, and then still tells both sides")
  func bounds() {
    let left = (0..<5000).map { "l\($0)" }
    let right = (0..<5000).map { "r\($0)" }
    let lines = shown(left, right)
    #expect(lines.count == 101 && lines.last == "… 9900 more lines")
  }

  @Test("Both sides can be had back from a difference", arguments: 1...20)
  func roundTrip(seed: UInt64) {
    var random = SeededRandom(seed)
    let left = (0..<12).map { _ in random.pick(["a", "b", "c"]) }
    let right = (0..<12).map { _ in random.pick(["a", "b", "c"]) }
    let lines = LineDiff.between(left, right).filter { $0.kind != .gap }
    let gaps = lines.count != LineDiff.between(left, right).count
    guard !gaps, left != right else { return }
    #expect(lines.filter { $0.kind != .found }.map(\.text) == left)
    #expect(lines.filter { $0.kind != .expected }.map(\.text) == right)
  }
}
