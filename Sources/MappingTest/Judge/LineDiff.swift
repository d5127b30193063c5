/// A line of a unified diff.
package struct DiffLine: Sendable, Equatable {
  package enum Kind: Sendable {
    case same, expected, found
    /// Stands for lines that are left out.
    case gap
  }

  package let kind: Kind
  package let text: String

  package init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// Compares texts line by line, by their longest common subsequence.
enum LineDiff {
  /// Equal lines that are shown around a difference.
  private static let context = 3
  private static let maximumLines = 100
  /// Above it no common lines are looked for: the time grows with the product of both sides.
  private static let maximumProduct = 1_000_000

  /// - Returns: nothing where both are equal.
  static func between(_ expected: [String], _ found: [String]) -> [DiffLine] {
    guard expected != found else { return [] }
    return bounded(folded(all(expected, found)))
  }

  /// Every line of both.
  private static func all(_ expected: [String], _ found: [String]) -> [DiffLine] {
    let start = zip(expected, found).prefix { $0 == $1 }.count
    let left = Array(expected.dropFirst(start))
    let right = Array(found.dropFirst(start))
    let end = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
    return expected.prefix(start).map { DiffLine(.same, $0) }
      + changed(Array(left.dropLast(end)), Array(right.dropLast(end)))
      + left.suffix(end).map { DiffLine(.same, $0) }
  }

  private static func changed(_ left: [String], _ right: [String]) -> [DiffLine] {
    guard left.count * right.count <= maximumProduct else {
      return left.map { DiffLine(.expected, $0) } + right.map { DiffLine(.found, $0) }
    }
    let common = commonLengths(left, right)
    var lines: [DiffLine] = []
    var (i, j) = (0, 0)
    while i < left.count || j < right.count {
      if i < left.count, j < right.count, left[i] == right[j] {
        lines.append(DiffLine(.same, left[i]))
        (i, j) = (i + 1, j + 1)
      } else if j == right.count || (i < left.count && common[i + 1][j] >= common[i][j + 1]) {
        lines.append(DiffLine(.expected, left[i]))
        i += 1
      } else {
        lines.append(DiffLine(.found, right[j]))
        j += 1
      }
    }
    return lines
  }

  /// For each pair of places the length of what the rests have in common.
  private static func commonLengths(_ left: [String], _ right: [String]) -> [[Int]] {
    let row = [Int](repeating: 0, count: right.count + 1)
    var table = [[Int]](repeating: row, count: left.count + 1)
    for i in left.indices.reversed() {
      for j in right.indices.reversed() {
        table[i][j] =
          left[i] == right[j] ? table[i + 1][j + 1] + 1 : max(table[i + 1][j], table[i][j + 1])
      }
    }
    return table
  }

  /// Leaves out equal lines that are far from every difference.
  private static func folded(_ lines: [DiffLine]) -> [DiffLine] {
    var isNear = [Bool](repeating: false, count: lines.count)
    for (index, line) in lines.enumerated() where line.kind != .same {
      for near in max(0, index - context)...min(lines.count - 1, index + context) {
        isNear[near] = true
      }
    }
    var result: [DiffLine] = []
    var skipped = 0
    for (index, line) in lines.enumerated() {
      if isNear[index] {
        if skipped > 0 { result.append(gap(skipped)) }
        skipped = 0
        result.append(line)
      } else {
        skipped += 1
      }
    }
    return skipped > 0 ? result + [gap(skipped)] : result
  }

  private static func bounded(_ lines: [DiffLine]) -> [DiffLine] {
    guard lines.count > maximumLines else { return lines }
    return lines.prefix(maximumLines) + [gap(lines.count - maximumLines)]
  }

  private static func gap(_ count: Int) -> DiffLine {
    DiffLine(.gap, "… \(count) more \(count == 1 ? "line" : "lines")")
  }
}
