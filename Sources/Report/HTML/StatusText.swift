internal import Planning

/// Moments, spans and states, as pages show them.
enum StatusText {
  /// A script turns it into "3 min ago"; without one it is the moment itself.
  static func time(_ milliseconds: Int64) -> String {
    let text = UTCTime.text(milliseconds)
    let machine = text.replacing(" UTC", with: "Z").replacing(" ", with: "T")
    return "<time datetime=\"\(machine)\" data-ago>\(text)</time>"
  }

  /// `320 ms`, `4.2 s`, `12 min`, `3 h 5 min`, `2 d 4 h`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
    if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 60 {
      let tenths = Int((seconds * 10).rounded())
      return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
    let minutes = Int(seconds / 60)
    if minutes < 60 { return "\(minutes) min" }
    if minutes < 24 * 60 { return "\(minutes / 60) h \(minutes % 60) min" }
    return "\(minutes / 60 / 24) d \(minutes / 60 % 24) h"
  }

  static func state(_ project: ProjectStatus) -> String {
    let standing = project.standing
    let working = project.isReconciling ? " <span class=\"quiet\">at work</span>" : ""
    return "<span class=\"state \(tone(standing))\">\(sign(standing)) \(standing.word)</span>"
      + working
  }

  static func tone(_ standing: ProjectStanding) -> String {
    switch standing {
    case .stalled: "bad"
    case .held, .unsettled, .partlyHeld: "warn"
    case .paused, .notSeenYet: "calm"
    case .ready: "good"
    }
  }

  private static func sign(_ standing: ProjectStanding) -> String {
    let sign =
      switch standing {
      case .stalled: "!"
      case .held, .paused: "‖"
      case .unsettled: "↻"
      case .partlyHeld: "◐"
      case .notSeenYet: "○"
      case .ready: "✓"
      }
    return "<span aria-hidden=\"true\">\(sign)</span>"
  }
}
