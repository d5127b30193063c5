package import CoreMetrics
package import Planning

/// What the service counts where it happens. Every series is there from the start, so that a first
/// failure is a step from 0 to 1 and not a series that nobody has seen.
package struct ServiceMetrics: Sendable {
  private let reconciles: Counters
  private let reconcileErrors: Counters
  private let events: Counters
  private let gaps: Counters
  private let changes: Counters
  private let kitsuRequests: Counters
  private let kitsuBytes: Counters
  private let reconcileSeconds: Recorder
  private let lag: Recorder

  /// Without a reader, `NOOPMetricsHandler.instance` counts nothing.
  package init(_ factory: any MetricsFactory) {
    reconciles = Counters(.reconciles, factory)
    reconcileErrors = Counters(.reconcileErrors, factory)
    events = Counters(.events, factory)
    gaps = Counters(.gaps, factory)
    changes = Counters(.changes, factory)
    kitsuRequests = Counters(.kitsuRequests, factory)
    kitsuBytes = Counters(.kitsuBytes, factory)
    reconcileSeconds = Recorder(label: Series.reconcileSeconds.name, factory: factory)
    lag = Recorder(label: Series.lag.name, factory: factory)
  }

  package func reconciled(_ result: ReconcileResult, seconds: Double) {
    reconciles.add(1, result.rawValue)
    reconcileSeconds.record(seconds)
  }

  package func failed(_ source: ErrorSource) { reconcileErrors.add(1, source.rawValue) }

  /// - Parameter seconds: from the news of a change to its documents.
  package func wrote(after seconds: Double) { lag.record(seconds) }

  package func heard(_ marks: EventMarks) { events.add(1, marks.rawValue) }

  /// Events may have been missed.
  package func missed() { gaps.add(1) }

  package func applied(_ applied: AppliedPlan) {
    for (change, outcome) in zip(applied.plan.changes, applied.outcomes) {
      changes.add(1, change.action.rawValue, outcome.name)
    }
  }

  package func read(requests: Int, bytes: Int) {
    kitsuRequests.add(requests)
    kitsuBytes.add(bytes)
  }
}

/// The counters of one series, one for each combination of its labels' values.
private struct Counters: Sendable {
  private let counters: [[String]: Counter]

  init(_ series: Series, _ factory: any MetricsFactory) {
    let names = series.labels.map(\.name)
    counters = Dictionary(
      uniqueKeysWithValues: series.combinations.map { values in
        let dimensions = Array(zip(names, values))
        return (values, Counter(label: series.name, dimensions: dimensions, factory: factory))
      })
  }

  func add(_ count: Int, _ values: String...) { counters[values]?.increment(by: count) }
}
