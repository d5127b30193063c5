internal import YAML

/// The mistakes that are met while mappings are merged, each once. A file that is all mistakes is
/// told by its first hundred.
final class MistakeLog {
  private static let maximum = 100

  private(set) var all: [Diagnostic] = []
  private var known: Set<String> = []

  func report(_ message: String, at position: Position, hint: String? = nil) {
    report(Diagnostic(message, at: position, hint: hint))
  }

  func report(_ mistake: Diagnostic) {
    guard all.count < MistakeLog.maximum,
      known.insert("\(mistake.position) \(mistake.message)").inserted
    else { return }
    all.append(mistake)
  }
}
