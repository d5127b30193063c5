internal import Avalon
internal import BSON
internal import Controller
internal import Identity
internal import Kitsu
internal import Planning
internal import Report

/// Avalon's databases with their journals, for commands that look back and need no Kitsu.
struct PastRuns {
  struct Place {
    let target: TargetSettings
    let store: any AvalonStore
    let description: StoreDescription
    let records: any RecordStore
    let journal: Journal
    let controllerDatabase: String
  }

  let places: [Place]
  /// Why targets are not among these, where they may be missing.
  let away: [String]
  /// The folders that follow their documents; nil where they stay.
  let directories: DirectoryTree?
  /// When it was opened, by whom and why.
  let run: JournalRun
  /// Milliseconds since 1970-01-01 UTC.
  var time: Int64 { run.time }

  /// Opens every target that has an address, each database once.
  ///
  /// - Parameter mayBeAway: whether a target that cannot be used is passed over, as long as another one
  ///   can be; it stands in ``away`` then.
  /// - Throws: where one cannot be used otherwise: what it holds would be missing without a word.
  static func open(
    _ settings: Settings, why: String, mayBeAway: Bool = false
  ) async throws -> PastRuns {
    let run = JournalRun.now(why)
    var seen: Set<[String]> = []
    var places: [Place] = []
    var failures: [(target: String, error: any Error)] = []
    for target in settings.targets.values.sorted(by: { $0.name < $1.name }) {
      let address: String
      do {
        address = try target.address.get()
      } catch {
        // The usual target may be missing where others are named; one alone may not.
        guard settings.targets.count > 1 else { throw error }
        continue
      }
      guard seen.insert([address, target.database]).inserted else { continue }
      do {
        places.append(try await open(target, settings, run))
      } catch {
        guard mayBeAway else { throw error }
        failures.append((target.name, error))
      }
    }
    if places.isEmpty, let first = failures.first { throw first.error }
    return PastRuns(
      places: places,
      away: failures.map { "the target '\(SafeText.line($0.target))' cannot be used: \($0.error)" },
      directories: settings.directories.map { DirectoryTree(root: $0) }, run: run)
  }

  private static func open(
    _ target: TargetSettings, _ settings: Settings, _ run: JournalRun
  ) async throws -> Place {
    let records = try await Journals.opened(target, settings)
    let (store, description) = try await Targets.connection(target)
    return Place(
      target: target, store: store, description: description, records: records,
      journal: Journal(records: records, run: run, limits: settings.journal, tell: Journals.tell),
      controllerDatabase: settings.controllerDatabase)
  }

  func close() async {
    for place in places {
      await place.store.close()
      await place.records.close()
    }
    await directories?.close()
  }
}

extension PastRuns {
  /// A report of plans that need no Kitsu.
  func report(_ projects: [ProjectReport], _ settings: Settings) -> PlanReport {
    PlanReport(
      header: ReportHeader(
        kitsu: "not asked", kitsuVersion: "what is needed stands in Avalon", account: nil,
        role: nil,
        targets: places.map { place in
          ReportTarget(
            name: place.target.name, address: place.description.address,
            database: place.description.database,
            version: place.description.version.map { "MongoDB \($0)" })
        },
        usual: ProjectSetup(
          mapping: "none", target: TargetSettings.defaultName, policy: settings.list.defaults.policy
        ),
        owner: settings.owner, leftOut: []),
      projects: projects)
  }

  /// Under `observe` nothing is written, ever.
  func refuseObserved(_ project: PlannedProject, _ settings: Settings) throws {
    let document = DocumentWriter.document { writer in
      writer.append("id", project.id.description)
      writer.append("name", project.title)
    }
    for summary in ProjectSummary.list([document], status: { _ in nil }) {
      let choice = settings.list.assign(summary, isNamed: true).choice
      guard choice?.policy == .observe else { continue }
      throw SettingsError(
        "the policy of '\(SafeText.line(project.title))' is observe: nothing is written there; give "
          + "it another policy first")
    }
  }
}
