import Foundation

/// A measured figure and what it is held against.
struct Figure {
  enum Unit: String {
    case seconds = "s"
    case megabytes = "MB"
  }

  let name: String
  let ours: Double
  let floorName: String
  let floor: Double
  var unit = Unit.seconds
  /// The highest ratio that is good enough; nil where none is set.
  var goal: Double?

  static let heading = row("figure", "ours", "floor", "ratio", "goal", "floor is")

  var line: String {
    let ratio = ours / floor
    let verdict = goal.map { ratio <= $0 ? "≤ \($0) met" : "≤ \($0) MISSED" } ?? "-"
    return Figure.row(
      name, Figure.text(ours, unit), Figure.text(floor, unit), String(format: "%.2f", ratio),
      verdict, floorName)
  }

  private static func text(_ value: Double, _ unit: Unit) -> String {
    String(format: unit == .seconds ? "%.3f " : "%.1f ", value) + unit.rawValue
  }

  private static func row(
    _ name: String, _ ours: String, _ floor: String, _ ratio: String, _ goal: String,
    _ floorName: String
  ) -> String {
    func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
      let blank = String(repeating: " ", count: max(width - text.count, 0))
      return left ? blank + text : text + blank
    }
    return pad(name, 34) + pad(ours, 11, left: true) + pad(floor, 11, left: true)
      + pad(ratio, 8, left: true) + "  " + pad(goal, 14) + floorName
  }
}

func show(_ figures: [Figure]) {
  print(Figure.heading)
  for figure in figures { print(figure.line) }
}

/// Seconds that a piece of work takes.
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
  let start = ContinuousClock.now
  try await body()
  let (whole, fraction) = start.duration(to: .now).components
  return Double(whole) + Double(fraction) / 1e18
}

/// Runs each measurement in turn, round after round, so that a busy moment of the machine meets all of
/// them; gives the median of each.
func medians(
  rounds: Int, _ measurements: [() async throws -> Double]
) async throws -> [Double] {
  var results = measurements.map { _ in [Double]() }
  for _ in 0..<rounds {
    for (index, measure) in measurements.enumerated() {
      results[index].append(try await measure())
    }
  }
  return results.map(median)
}

private func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
