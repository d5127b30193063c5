internal import ArgumentParser
internal import Avalon
internal import BSON
internal import Planning
internal import Report

/// Waits until a replica has dealt with what was asked for.
struct RequestWait: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Wait so long until the service has done it, such as 60s (default: do not wait).",
      valueName: "time"))
  var wait: String?

  /// Before anything is asked for.
  func validate() throws {
    guard let wait else { return }
    do {
      _ = try Duration(setting: wait)
    } catch {
      throw ValidationError("--wait: \(error)")
    }
  }

  /// - Throws: exit code 1 where something was refused, or is not done in time.
  func follow(_ asked: [(id: ObjectID, project: SteeringDesk.Known)]) async throws {
    guard let wait else { return }
    let end = ContinuousClock.now + (try Duration(setting: wait))
    var open = asked
    var isGood = true
    while !open.isEmpty {
      var left: [(id: ObjectID, project: SteeringDesk.Known)] = []
      for item in open {
        let name = SafeText.line(item.project.title)
        guard let request = try await item.project.records.request(item.id) else {
          isGood = false
          Console.talk(
            "'\(name)': what was asked for is not in the controller's database any more: ask again")
          continue
        }
        switch request.state {
        case .open: left.append(item)
        case .done: Console.talk("'\(name)': done: \(SafeText.line(request.outcome, limit: 1000))")
        case .refused:
          isGood = false
          Console.talk("'\(name)': refused: \(SafeText.line(request.outcome, limit: 1000))")
        }
      }
      open = left
      guard !open.isEmpty else { break }
      guard ContinuousClock.now < end else {
        let names = open.map { "'\(SafeText.line($0.project.title))'" }.joined(separator: ", ")
        throw SettingsError("not done within \(wait): \(names); it stays asked for")
      }
      try await Task.sleep(for: .milliseconds(300))
    }
    if !isGood { throw ExitCode(1) }
  }
}
