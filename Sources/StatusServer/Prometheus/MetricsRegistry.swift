package import Controller
package import CoreMetrics
internal import Synchronization

/// Keeps the service's metrics for Prometheus. It knows the series of its table and drops all others:
/// what another library counts is not ours to explain.
package final class MetricsRegistry: MetricsFactory {
  let table: [Series]
  private let kinds: [String: Series.Kind]
  private let counters = Mutex<[CounterCell]>([])
  private let histograms = Mutex<[HistogramCell]>([])

  package init(_ table: [Series] = Series.all) {
    self.table = table
    kinds = Dictionary(table.map { ($0.name, $0.kind) }) { first, _ in first }
  }

  // MARK: For swift-metrics

  /// The same name and dimensions give the same counter.
  package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    guard case .counter? = kinds[label] else { return NOOPMetricsHandler.instance }
    let labels = MetricsRegistry.labels(dimensions)
    return counters.withLock { cells in
      if let cell = cells.first(where: { $0.series == label && $0.labels == labels }) {
        return cell
      }
      let cell = CounterCell(series: label, labels: labels)
      cells.append(cell)
      return cell
    }
  }

  package func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    guard case .histogram(let bounds)? = kinds[label] else { return NOOPMetricsHandler.instance }
    let labels = MetricsRegistry.labels(dimensions)
    return histograms.withLock { cells in
      if let cell = cells.first(where: { $0.series == label && $0.labels == labels }) {
        return cell
      }
      let cell = HistogramCell(series: label, labels: labels, bounds: bounds)
      cells.append(cell)
      return cell
    }
  }

  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    NOOPMetricsHandler.instance
  }

  package func destroyCounter(_ handler: any CounterHandler) {
    counters.withLock { cells in cells.removeAll { $0 === handler } }
  }

  package func destroyRecorder(_ handler: any RecorderHandler) {
    histograms.withLock { cells in cells.removeAll { $0 === handler } }
  }

  package func destroyTimer(_ handler: any TimerHandler) {}

  private static func labels(_ dimensions: [(String, String)]) -> [Sample.Label] {
    dimensions.map { Sample.Label(name: $0.0, value: $0.1) }
  }

  // MARK: For the exporter

  var counted: [Sample] {
    counters.withLock { $0 }.map {
      Sample(series: $0.series, labels: $0.labels, value: Double($0.value))
    }
  }

  var recorded: [HistogramCell.Reading] { histograms.withLock { $0 }.map(\.reading) }
}

final class CounterCell: CounterHandler {
  let series: String
  let labels: [Sample.Label]
  private let count = Mutex<Int64>(0)

  init(series: String, labels: [Sample.Label]) {
    self.series = series
    self.labels = labels
  }

  var value: Int64 { count.withLock { $0 } }

  func increment(by amount: Int64) {
    count.withLock { count in
      let (sum, overflows) = count.addingReportingOverflow(amount)
      count = overflows ? .max : sum
    }
  }

  func reset() { count.withLock { $0 = 0 } }
}

final class HistogramCell: RecorderHandler {
  struct Reading: Sendable {
    let series: String
    let labels: [Sample.Label]
    let bounds: [Double]
    /// Of values up to each bound, and of all.
    let counts: [Int]
    let sum: Double
  }

  private struct State {
    var counts: [Int]
    var sum = 0.0
  }

  let series: String
  let labels: [Sample.Label]
  private let bounds: [Double]
  private let state: Mutex<State>

  init(series: String, labels: [Sample.Label], bounds: [Double]) {
    self.series = series
    self.labels = labels
    self.bounds = bounds
    state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    guard value.isFinite else { return }
    let place = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock { state in
      state.counts[place] += 1
      state.sum += value
    }
  }

  var reading: Reading {
    let state = state.withLock { $0 }
    var total = 0
    let counts = state.counts.map { count in
      total += count
      return total
    }
    return Reading(series: series, labels: labels, bounds: bounds, counts: counts, sum: state.sum)
  }
}
