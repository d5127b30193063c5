internal import Report

extension ServiceReport {
  /// The service in a line, for `systemctl status`: `12 projects, 1 stalled: Kitsu and Avalon answer`.
  var line: String {
    var parts = [projects.count == 1 ? "1 project" : "\(projects.count) projects"]
    for kind in [Condition.Kind.stalled, .paused] {
      let count = projects.count { project in
        project.conditions.contains { $0.kind == kind && $0.isTrue }
      }
      if count > 0 { parts.append("\(count) \(kind.rawValue.lowercased())") }
    }
    let state = conditions.first { $0.kind == .ready }?.message ?? ""
    return parts.joined(separator: ", ") + ": " + state
  }
}
