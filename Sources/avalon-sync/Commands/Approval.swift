internal import ArgumentParser
internal import BSON
internal import Report

/// Shows what would be done, and asks.
enum Approval {
  /// - Throws: where the answer is no, or there is nobody to ask.
  static func ask(_ plan: PlanReport, _ output: OutputOptions, _ question: String) throws {
    guard Console.isInteractive else {
      throw SettingsError(
        "there is nobody to ask: add --auto-approve, or run it on a terminal")
    }
    Console.talk(output.text(plan))
    guard Console.confirms(question) else {
      Console.talk("Nothing was applied.")
      throw ExitCode(1)
    }
  }
}

enum RunText {
  static func undoHint(_ run: ObjectID) -> String {
    "Run \(run): undo with `avalon-sync undo \(run)`"
  }
}
