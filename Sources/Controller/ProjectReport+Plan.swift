internal import Kitsu
package import Report

extension ProjectReport {
  /// A plan as people and programs are told of it.
  package init(_ planned: ProjectPlan, setup: ProjectSetup?) {
    self.init(
      plan: planned.plan, leftOut: planned.leftOut, setup: setup, unreadable: planned.unreadable,
      caution: ProjectReport.caution(planned.consistency), warnings: planned.warnings)
  }

  private static func caution(_ consistency: ProjectReading.Consistency) -> String? {
    switch consistency {
    case .consistent: nil
    case .unchecked:
      "this server cannot tell whether the project changed while it was read: plan again to be sure"
    case .torn:
      "the project kept changing while it was read: names and places stay until the next plan"
    }
  }
}
