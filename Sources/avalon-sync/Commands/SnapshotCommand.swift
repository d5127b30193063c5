internal import ArgumentParser
internal import Controller
internal import Kitsu
internal import Mapping
internal import Report

struct SnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Writes the selected projects of Kitsu to a file.",
    discussion: """
      The file stands for the server wherever an address does (--kitsu snapshot:FILE): for offline \
      plans, tests of a mapping, and reports of bugs. Of people it holds names, logins and \
      departments only. The same state of Kitsu gives the same file.

      Exit codes: 0 written; 1 an error, and the file is as it was.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The file to write.")
  var file: String

  func run() async throws {
    try await Guarded.run {
      let settings = try SettingsReader(shared).read()
      let source = try Preparation.source(settings)
      let description = try await source.describe()
      let selection = try Preparation.select(settings, try await source.projects())
      var readings: [ProjectReading] = []
      for assignment in selection.selected {
        readings.append(try await read(assignment.project, from: source))
      }
      await source.close()
      try SnapshotWriter(path: file).write(description, readings)
      let entities = readings.reduce(0) { sum, reading in
        sum + reading.production.entities.values.reduce(0) { $0 + $1.count }
      }
      Console.talk("\(file): \(readings.count) projects, \(entities) entities")
    }
  }

  private func read(
    _ project: ProjectSummary, from source: any KitsuSource
  ) async throws -> ProjectReading {
    let progress = Progress(SafeText.line(project.name))
    defer { progress.finish() }
    let reading = try await source.read(project: project.id, needs: .everything) { step in
      progress.update("\(step.kind) read, \(step.done) of \(step.total)")
    }
    guard !reading.isTorn else {
      throw SettingsError("'\(project.name)' kept changing while it was read: try again")
    }
    for (kind, reason) in reading.unreadable.sorted(by: { $0.key < $1.key }) {
      Console.talk("\(SafeText.line(project.name)): \(kind) is not in the file: \(reason)")
    }
    return reading
  }
}
