import Planning
import Report

@testable import Controller

extension ProjectSetup {
  /// What an invented project gets.
  static let usual = ProjectSetup(mapping: "m", target: "avalon", policy: .upsertOnly)
}

extension Survey {
  /// Of an invented studio.
  init(usual projects: [SurveyedProject]) {
    self.init(
      header: ReportHeader(
        kitsu: "https://kitsu", kitsuVersion: "Zou", account: nil, role: nil, targets: [],
        usual: .usual, owner: Site.owner, leftOut: []),
      projects: projects)
  }
}
