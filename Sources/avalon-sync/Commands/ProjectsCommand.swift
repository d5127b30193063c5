internal import ArgumentParser
internal import Controller
internal import Kitsu
internal import Planning
internal import Report

struct ProjectsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "projects",
    abstract: "Lists every project, what the settings make of it, and why.",
    discussion: """
      For each project that the account sees: its mapping, policy and target, the collection that it \
      has or would get, and which item of the settings' list it is, or what leaves it out. A database \
      that cannot be reached is told there, and why below. Writes nothing.

      Exit codes: 0 the list was made; 1 an error; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "How the list is written.")
  var format: OutputFormat = .text

  func run() async throws {
    try await Guarded.run {
      let preparation = try await Preparation(try SettingsReader(shared).read(), everything: true)
      let report = ProjectsReport(rows: preparation.selection.assignments.map(preparation.row))
      await preparation.close()
      switch format {
      case .text: Console.product(ProjectsText.render(report, style: Console.style))
      case .json: Console.product(ProjectsJSON.render(report))
      }
    }
  }
}

extension Preparation {
  fileprivate func row(_ assignment: Assignment) -> ProjectsReport.Row {
    ProjectsReport.Row(
      id: assignment.project.id, name: assignment.project.name,
      status: assignment.project.statusName, setup: assignment.choice.map(setup),
      place: place(assignment), why: assignment.why)
  }

  private func place(_ assignment: Assignment) -> ProjectsReport.Place {
    guard let choice = assignment.choice else { return assignment.hold.map { .held($0) } ?? .none }
    do {
      switch try targets.target(choice.target).directory.place(of: assignment.project) {
      case .place(let place): return .collection(place.collection, isNew: place.isNew)
      case .held(let plan): return .held(plan.held.map(\.reason).joined(separator: "; "))
      }
    } catch {
      return .unknown("\(error)")
    }
  }
}
