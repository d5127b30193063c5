import Controller
import CoreMetrics
import Foundation
import Planning
import Report
import StatusServer
import TestSupport
import Testing

@Suite("Metrics for Prometheus", .timeLimit(.minutes(2)))
struct MetricsTests {
  private func scrape(
    _ report: ServiceReport, _ count: (ServiceMetrics) -> Void = { _ in }
  ) async throws -> String {
    let registry = MetricsRegistry()
    count(ServiceMetrics(registry))
    var text = ""
    try await serving(ServedState(report), metrics: registry) { client in
      text = try await client.get("/metrics").body
    }
    return text
  }

  /// The value of a series' line.
  private func value(_ series: String, in text: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
      .map { String($0.dropFirst(series.count + 1)) }
  }

  @Test("Everything is there from the start, at zero")
  func zero() async throws {
    let text = try await scrape(state())
    for series in Series.all {
      #expect(text.contains("# HELP \(series.name) "), "\(series.name)")
      #expect(text.contains("# TYPE \(series.name) "), "\(series.name)")
    }
    for line in [
      "avalon_sync_reconcile_total{result=\"error\"}",
      "avalon_sync_changes_total{action=\"rename\",outcome=\"conflicted\"}",
      "avalon_sync_lag_seconds_bucket{le=\"+Inf\"}", "avalon_sync_lag_seconds_count",
      "avalon_sync_events_total{marks=\"all\"}", "avalon_sync_held{scope=\"field\"}",
      "avalon_sync_projects{standing=\"stalled\"}", "avalon_sync_feed_state{state=\"polling\"}",
    ] { #expect(value(line, in: text) == "0", "\(line)") }
  }

  @Test("What is counted, and what is read from the state")
  func counted() async throws {
    let name = "Gulls \"1\"\\\n2"
    let text = try await scrape(state([try project(name)])) { metrics in
      metrics.reconciled(.success, seconds: 0.2)
      metrics.reconciled(.requeue, seconds: 7)
      metrics.failed(.kitsu)
      metrics.wrote(after: 0.3)
      metrics.heard(.one)
      metrics.heard(.one)
      metrics.missed()
      metrics.read(requests: 14, bytes: 20_480)
    }
    let labels = "{project=\"\(firstProject)\",name=\"Gulls \\\"1\\\"\\\\\\n2\"}"
    let expected = [
      "avalon_sync_reconcile_total{result=\"success\"}": "1",
      "avalon_sync_reconcile_duration_seconds_bucket{le=\"0.1\"}": "0",
      "avalon_sync_reconcile_duration_seconds_bucket{le=\"0.25\"}": "1",
      "avalon_sync_reconcile_duration_seconds_bucket{le=\"+Inf\"}": "2",
      "avalon_sync_reconcile_duration_seconds_sum": "7.2",
      "avalon_sync_reconcile_duration_seconds_count": "2",
      "avalon_sync_reconcile_errors_total{source=\"kitsu\"}": "1",
      "avalon_sync_events_total{marks=\"one\"}": "2", "avalon_sync_event_gaps_total": "1",
      "avalon_sync_lag_seconds_bucket{le=\"0.5\"}": "1",
      "avalon_sync_kitsu_requests_total": "14", "avalon_sync_kitsu_received_bytes_total": "20480",
      "avalon_sync_queue_depth": "2", "avalon_sync_queue_retries_total": "3",
      "avalon_sync_queue_oldest_age_seconds": "0.5", "avalon_sync_ready": "1",
      "avalon_sync_feed_state{state=\"streaming\"}": "1",
      "avalon_sync_last_event_timestamp_seconds": "1500.25",
      "avalon_sync_projects{standing=\"partly held\"}": "1",
      "avalon_sync_held{scope=\"entity\"}": "1", "avalon_sync_project_held\(labels)": "1",
      "avalon_sync_project_ready\(labels)": "1", "avalon_sync_project_lag_seconds\(labels)": "0.75",
      "avalon_sync_build_info{version=\"0.5.0\"}": "1",
      "avalon_sync_start_timestamp_seconds": "1000.5",
    ]
    for (series, number) in expected { #expect(value(series, in: text) == number, "\(series)") }
  }

  @Test("Two thousand projects make a thousand series of each kind, the worst first")
  func bounded() async throws {
    let projects = try (0..<2000).map { number in
      let digits = String(format: "%012d", number)
      return try project("Show \(number)", id: "00000000-0000-4000-8000-\(digits)")
    }
    let text = try await scrape(state(projects))
    #expect(text.matches(of: /\navalon_sync_project_held\{/).count == 1000)
    #expect(value("avalon_sync_projects{standing=\"partly held\"}", in: text) == "2000")
  }

  private static let tool = "/usr/bin/promtool"

  @Test(
    "promtool finds nothing to say",
    .enabled(if: FileManager.default.isExecutableFile(atPath: MetricsTests.tool)))
  func promtool() async throws {
    var command = Command(MetricsTests.tool, ["check", "metrics"])
    command.input = try await scrape(state([try project("Gulls \"日本\" \u{7}")])) { metrics in
      metrics.reconciled(.held, seconds: 0.001)
    }
    let outcome = try await command.run()
    #expect(outcome.code == 0 && outcome.all.isEmpty, "\(outcome.all)")
    // It does find what is wrong.
    command.input = "# TYPE avalon_sync_bad counter\navalon_sync_bad 1\n"
    #expect(try await command.run().code != 0)
  }

  @Test("The reference tells of every metric")
  func reference() throws {
    let readme = Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/StatusServer/README.md")
    let text = try String(contentsOf: readme, encoding: .utf8)
    #expect(
      text.contains(MetricsReference.markdown),
      "Sources/StatusServer/README.md has not this table:\n\(MetricsReference.markdown)")
  }

  @Test("Names are unique, lower-case, and say what only grows")
  func names() {
    for series in Series.all {
      #expect(series.name.wholeMatch(of: /avalon_sync_[a-z_]+/) != nil)
      #expect(series.help.hasSuffix("."))
      if series.kind == .counter { #expect(series.name.hasSuffix("_total")) }
    }
    #expect(Set(Series.all.map(\.name)).count == Series.all.count)
  }
}
