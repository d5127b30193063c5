internal import Planning
package import Report

/// One value of a series.
package struct Sample: Sendable, Equatable {
  package struct Label: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package let series: String
  package let labels: [Label]
  package let value: Double

  package init(series: String, labels: [Label], value: Double) {
    self.series = series
    self.labels = labels
    self.value = value
  }
}

/// What can be read from the service's state when somebody asks: it is never out of date, and a
/// project that is gone leaves nothing behind.
package enum StateSamples {
  package static func make(_ report: ServiceReport) -> [Sample] {
    var samples = Samples()
    service(report, &samples)
    let standings = Dictionary(grouping: report.projects, by: \.standing).mapValues(\.count)
    for standing in ProjectStanding.allCases {
      samples.add(.projects, Double(standings[standing] ?? 0), standing.word)
    }
    let held = report.projects.flatMap { $0.report?.plan.held ?? [] }
    let scopes = Dictionary(grouping: held, by: \.scope).mapValues(\.count)
    for scope in HeldItem.Scope.allCases {
      samples.add(.held, Double(scopes[scope] ?? 0), scope.rawValue)
    }
    let worst = report.projects.sorted {
      ($0.standing, $0.name, $0.id) < ($1.standing, $1.name, $1.id)
    }
    for project in worst.prefix(Series.mostProjects) { self.project(project, &samples) }
    return samples.all
  }

  private static func service(_ report: ServiceReport, _ samples: inout Samples) {
    samples.add(.retries, Double(report.queue.retries))
    samples.add(.ready, report.isReady ? 1 : 0)
    for state in Series.feed.labels.first?.values ?? [] {
      samples.add(.feed, state == report.feed.state.name ? 1 : 0, state)
    }
    samples.add(.lastEvent, report.feed.lastEventAt.map(seconds) ?? 0)
    samples.add(.queueDepth, Double(report.queue.depth))
    samples.add(.queueRunning, Double(report.queue.running))
    samples.add(.queueAge, report.queue.oldest ?? 0)
    samples.add(.build, 1, report.version)
    samples.add(.start, seconds(report.startedAt))
  }

  private static func project(_ project: ProjectStatus, _ samples: inout Samples) {
    let isReady = project.condition(.ready)?.isTrue == true
    samples.add(.projectReady, isReady ? 1 : 0, project.id, project.name)
    let held = project.report?.plan.held.count ?? 0
    samples.add(.projectHeld, Double(held), project.id, project.name)
    if let lag = project.lag { samples.add(.projectLag, lag, project.id, project.name) }
    if let last = project.last {
      samples.add(.projectSeen, seconds(last.at), project.id, project.name)
    }
  }

  private static func seconds(_ milliseconds: Int64) -> Double { Double(milliseconds) / 1000 }
}

private struct Samples {
  private(set) var all: [Sample] = []

  mutating func add(_ series: Series, _ value: Double, _ values: String...) {
    let labels = zip(series.labels, values).map { Sample.Label(name: $0.name, value: $1) }
    all.append(Sample(series: series.name, labels: labels, value: value))
  }
}
