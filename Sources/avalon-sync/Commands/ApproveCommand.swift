internal import ArgumentParser
internal import BSON
internal import Foundation
internal import Identity
internal import Planning
internal import Report

struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Lets the service do once what a guard holds.",
    discussion: """
      PLAN is a plan that `avalon-sync plan --allow GUARD --out FILE` saved, or the digest of one that \
      `avalon-sync status` and `held` show (its first 8 digits are enough). The service plans anew with \
      just these holds lifted, and makes the changes only where they are the very same; else it says \
      that the plan is stale and does nothing. An approval counts once, and for 24 hours. A plan that \
      takes documents over by flags other than --adopt-overwrites is for `avalon-sync apply FILE`.

      Exit codes: 0 approved (with --wait: done); 1 an error (with --wait: stale, or not done in time); \
      64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var waiting: RequestWait

  @Argument(help: "A saved plan, or the digest of a plan that waits.")
  var plan: String

  @Option(help: "Why, for those who read the history.")
  var why: String?

  private struct Subject {
    let project: SteeringDesk.Known
    let digest: String
    let lifts: Set<Lift>
    let work: String
  }

  func run() async throws {
    try await Guarded.run {
      let settings = try SettingsReader(shared).read(needsKitsu: false)
      let desk = try await SteeringDesk(settings, why: "approve")
      let subjects =
        FileManager.default.fileExists(atPath: plan)
        ? try saved(desk, settings) : try shown(desk)
      var asked: [(id: ObjectID, project: SteeringDesk.Known)] = []
      let end = desk.past.time + Planning.Approval.lifetime
      for subject in subjects {
        let approval = Planning.Approval(digest: subject.digest, lifts: subject.lifts, until: end)
        let id = try await desk.ask(.approve(approval), of: subject.project, why: why ?? "")
        asked.append((id, subject.project))
        let flags = subject.lifts.map(\.description).sorted().joined(separator: " ")
        Console.talk(
          "'\(SafeText.line(subject.project.title))': approved until \(UTCTime.text(end)): "
            + "\(SafeText.line(subject.work)) (\(flags)), plan "
            + SafeText.line(String(subject.digest.prefix(SteeringText.shortDigest))))
      }
      try desk.tellSilence()
      try await waiting.follow(asked)
      await desk.close()
    }
  }

  // MARK: A plan that status and held show

  private func shown(_ desk: SteeringDesk) throws -> [Subject] {
    let digits = plan.lowercased()
    guard digits.count >= 8, digits.allSatisfy(\.isHexDigit) else {
      throw SettingsError(
        "'\(SafeText.line(plan))' is neither a file nor the digest of a plan, of which 8 digits are needed"
      )
    }
    let wanted = shared.projects.isEmpty ? desk.known : try shared.projects.flatMap(desk.find)
    let found = wanted.compactMap { project in
      project.status?.offer.flatMap { offer in
        offer.digest.hasPrefix(digits)
          ? Subject(project: project, digest: offer.digest, lifts: offer.lifts, work: offer.work)
          : nil
      }
    }
    guard !found.isEmpty else {
      let others = desk.known.compactMap { project in
        project.status?.offer.map { offer in
          "\(offer.digest.prefix(SteeringText.shortDigest)) of '\(project.title)'"
        }
      }
      throw SettingsError(
        "no plan '\(SafeText.line(plan))' waits: "
          + (others.isEmpty
            ? "none does"
            : "those that do are \(SafeText.line(others.joined(separator: ", "), limit: 1000))"))
    }
    return found
  }

  // MARK: A saved plan

  private func saved(_ desk: SteeringDesk, _ settings: Settings) throws -> [Subject] {
    let file = try SavedPlanFile(path: plan).read()
    try file.installation.check(
      owner: settings.owner, kitsu: file.installation.kitsu,
      folder: FileManager.default.currentDirectoryPath)
    let lifts = try Lift.all(of: file.request)
    guard !lifts.isEmpty else {
      throw SettingsError(
        "the plan lifts nothing, and what is not held the service does by itself: save it with 'plan "
          + "--allow GUARD --out FILE'")
    }
    let subjects = try file.projects.filter { !$0.steps.isEmpty }.flatMap { project in
      try desk.find(project.id).map {
        Subject(
          project: $0, digest: project.digest, lifts: lifts,
          work: "\(project.steps.count) changes")
      }
    }
    guard !subjects.isEmpty else { throw SettingsError("the plan changes nothing") }
    return subjects
  }
}

extension Lift {
  /// What a saved plan lets pass.
  /// - Throws: where it was made with flags that the service cannot be given.
  fileprivate static func all(of request: SavedRequest) throws(SettingsError) -> Set<Lift> {
    var lifts: Set<Lift> = []
    for (flag, values) in request.flags {
      switch flag {
      case "allow": lifts.formUnion(values.compactMap(Guard.init(rawValue:)).map(Lift.allow))
      case "adopt-overwrites": lifts.insert(.adoptOverwrites)
      default:
        throw SettingsError(
          "the plan was made with --\(SafeText.line(flag)), which the service cannot be given: use "
            + "'avalon-sync apply FILE'")
      }
    }
    return lifts
  }
}
