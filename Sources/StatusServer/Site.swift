internal import Controller
internal import Report

/// What is answered to whom.
struct Site: Sendable {
  let state: any ServiceState
  let metrics: MetricsRegistry

  struct Answer: Sendable {
    enum Status: Sendable {
      case ok, notFound, unavailable
    }

    let status: Status
    let type: String
    let body: String

    static func text(_ status: Status, _ body: String) -> Answer {
      Answer(status: status, type: "text/plain; charset=utf-8", body: body + "\n")
    }

    static func html(_ body: String) -> Answer {
      Answer(status: .ok, type: "text/html; charset=utf-8", body: body)
    }

    static func json(_ body: String) -> Answer {
      Answer(status: .ok, type: "application/json", body: body)
    }
  }

  /// - Parameter path: without the query.
  func answer(_ path: String) async -> Answer {
    switch path {
    case "/": return .html(ServiceHTML.render(await state.report()))
    case "/status.json": return .json(ServiceJSON.render(await state.report()))
    case "/healthz":
      return await state.isAlive ? .text(.ok, "alive") : .text(.unavailable, "the service hangs")
    case "/readyz": return readiness(await state.report())
    case "/metrics":
      let samples = StateSamples.make(await state.report())
      return Answer(
        status: .ok, type: PrometheusText.contentType,
        body: PrometheusText.render(metrics, samples))
    default: return await project(path)
    }
  }

  private func readiness(_ report: ServiceReport) -> Answer {
    if report.isReady { return .text(.ok, "ready") }
    let why = report.conditions.first { $0.kind == .ready }
    let reason = why.map { "\($0.reason.rawValue): \(SafeText.line($0.message, limit: 600))" }
    return .text(.unavailable, "not ready" + (reason.map { ": \($0)" } ?? ""))
  }

  /// `/projects/ID` and `/projects/ID/plan.json`.
  private func project(_ path: String) async -> Answer {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let none = Answer.text(.notFound, "there is no such page")
    guard parts.count > 2, parts[0].isEmpty, parts[1] == "projects" else { return none }
    let report = await state.report()
    switch parts.count {
    case 3:
      return ProjectStatusHTML.render(report, project: parts[2]).map(Answer.html) ?? none
    case 4 where parts[3] == "plan.json":
      guard let header = report.header,
        let project = report.projects.first(where: { $0.id == parts[2] })?.report
      else { return none }
      return .json(PlanJSON.render(PlanReport(header: header, projects: [project])))
    default: return none
    }
  }
}
