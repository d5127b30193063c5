internal import Avalon
internal import Controller
internal import Foundation
internal import Identity
internal import Kitsu
internal import Report
internal import YAML

/// What is known before the first project is read: who is looked at, by which mapping, and where to.
struct Preparation {
  let settings: Settings
  let source: any KitsuSource
  let kitsu: SourceDescription
  let selection: ProjectSelection
  let mappings: Mappings
  let targets: Targets
  private let adoption: AdoptionSettings
  private let directories: DirectoryTree?

  /// - Parameters:
  ///   - everything: opens the targets of all projects that the list takes, not only those of the
  ///     selected ones.
  ///   - expected: whose Kitsu and owner these must be, before a project is looked for.
  /// - Throws: where Kitsu cannot be read, a project that was asked for cannot be looked at, or a
  ///   mapping has mistakes. A target that cannot be opened is no error here.
  init(
    _ settings: Settings, everything: Bool = false, expecting expected: SavedInstallation? = nil
  ) async throws {
    try await self.init(
      settings, try Preparation.source(settings), everything: everything, expecting: expected)
  }

  /// - Parameter source: one that may have been read before.
  /// - Parameter mappings: those that are compiled already.
  init(
    _ settings: Settings, _ source: any KitsuSource, mappings: Mappings? = nil,
    everything: Bool = false, expecting expected: SavedInstallation? = nil
  ) async throws {
    let kitsu = try await source.describe()
    try expected?.check(
      owner: settings.owner, kitsu: kitsu.address,
      folder: FileManager.default.currentDirectoryPath)
    try await self.init(
      settings, source, kitsu, adoption: try await AdoptionSettings(settings.adoption),
      directories: settings.directories.map { DirectoryTree(root: $0) },
      mappings: mappings, targets: nil, everything: everything)
  }

  /// Kitsu's list of projects and Avalon's collections are read again; connections, and mappings that
  /// are compiled, stay.
  func renewed() async throws -> Preparation {
    try await Preparation(
      settings, source, kitsu, adoption: adoption, directories: directories, mappings: mappings,
      targets: targets, everything: false)
  }

  private init(
    _ settings: Settings, _ source: any KitsuSource, _ kitsu: SourceDescription,
    adoption: AdoptionSettings, directories: DirectoryTree?, mappings: Mappings?,
    targets: Targets?, everything: Bool
  ) async throws {
    self.settings = settings
    self.source = source
    self.kitsu = kitsu
    self.adoption = adoption
    self.directories = directories
    selection = try Preparation.select(settings, try await source.projects())
    let needed = (everything ? selection.assignments : selection.selected).compactMap(\.choice)
    self.mappings = try Mappings(
      needed.map(\.mapping), overrides: settings.overrides, besides: mappings)
    self.targets = await Targets.open(
      Preparation.targets(needed, settings), of: settings, adoption: adoption,
      claims: Preparation.claims(selection, self.mappings, settings), after: targets)
  }

  static func source(_ settings: Settings) throws -> any KitsuSource {
    if settings.kitsu.hasPrefix(Settings.snapshotScheme) {
      return SnapshotFile(path: String(settings.kitsu.dropFirst(Settings.snapshotScheme.count)))
    }
    guard let credentials = settings.credentials else {
      throw SettingsError("Kitsu's account is missing: set GAZU_USER and GAZU_PASSWD")
    }
    return try KitsuServer(
      KitsuServer.Settings(
        address: settings.kitsu, credentials: credentials, caFile: settings.caFile,
        clientVersion: Version.text))
  }

  /// A name in the list that no project has is told, as it may be misspelt, and is no error, as its
  /// project may be yet to come.
  static func select(
    _ settings: Settings, _ all: [ProjectSummary]
  ) throws -> ProjectSelection {
    let selection: ProjectSelection
    do {
      selection = try ProjectSelection(all, list: settings.list, wanted: settings.projects)
    } catch {
      throw SettingsError(error)
    }
    for item in selection.unknownNames {
      let near = Suggestion.nearest(to: item.match.text, in: all.map(\.name))
      Remark.tell(
        "\(item.place): no project is called '\(SafeText.line(item.match.text))'"
          + (near.map { ": did you mean '\(SafeText.line($0))'?" } ?? ""))
    }
    return selection
  }

  /// Where nothing is selected, the report still says which database would be written to.
  private static func targets(_ choices: [ProjectChoice], _ settings: Settings) -> [String] {
    guard choices.isEmpty else { return choices.map(\.target) }
    let usual = settings.targets[TargetSettings.defaultName]
    guard let usual, case .success = usual.address else { return [] }
    return [usual.name]
  }

  /// A project that is not selected claims its collection too, so that no other takes it. A mapping
  /// of its own that has mistakes is no business of this run.
  private static func claims(
    _ selection: ProjectSelection, _ mappings: Mappings, _ settings: Settings
  ) -> [(target: String, claim: ProjectDirectory.Claim)] {
    var others: [MappingChoice: Mappings] = [:]
    return selection.assignments.compactMap { assignment in
      guard let choice = assignment.choice else { return nil }
      if mappings[choice.mapping] == nil, others[choice.mapping] == nil {
        others[choice.mapping] = try? Mappings([choice.mapping], overrides: settings.overrides)
      }
      let mapping = mappings[choice.mapping] ?? others[choice.mapping]?[choice.mapping]
      return mapping.map { (choice.target, ProjectDirectory.Claim(assignment.project, $0)) }
    }
  }

  func setup(_ choice: ProjectChoice) -> ProjectSetup {
    ProjectSetup(
      mapping: mappings.label(choice.mapping), target: choice.target, policy: choice.policy,
      mappingDigest: mappings.digest(choice.mapping) ?? "", notifyAt: choice.notifyAt)
  }

  /// - Throws: where the project's target cannot be opened.
  func reconciler(_ choice: ProjectChoice, _ journal: TargetJournal? = nil) throws -> Reconciler {
    guard let mapping = mappings[choice.mapping] else {
      throw SettingsError("\(mappings.label(choice.mapping)) was not compiled")
    }
    return Reconciler(
      source: source, store: try targets.target(choice.target).store,
      settings: Reconciler.Settings(
        mapping: mapping, policy: choice.policy, owner: settings.owner, adoption: adoption,
        allowed: settings.allowed, mappingDigest: mappings.digest(choice.mapping) ?? "",
        directories: directories),
      journal: journal)
  }

  /// The head of each report.
  var header: ReportHeader {
    return ReportHeader(
      kitsu: kitsu.address, kitsuVersion: "\(kitsu.name) \(kitsu.version)",
      account: kitsu.account, role: kitsu.role, targets: targets.reports,
      usual: setup(settings.list.defaults),
      owner: settings.owner,
      leftOut: selection.leftOut.map {
        ReportHeader.LeftOut(name: $0.project.name, reason: $0.reason)
      })
  }

  var installation: SavedInstallation {
    SavedInstallation(header, folder: FileManager.default.currentDirectoryPath)
  }

  func close() async {
    await source.close()
    await targets.close()
    await directories?.close()
  }
}

extension SettingsError {
  init(_ error: ProjectSelectionError) {
    switch error {
    case .unknown(let name, let known):
      let hint =
        known.isEmpty
        ? "this account sees no project at all: is it in a project's team?"
        : Suggestion.hint(for: name, in: known.map { SafeText.line($0) })
      self.init("there is no project '\(name)' that this account may see: \(hint)")
    case .ambiguous(let name, let ids):
      self.init(
        "\(ids.count) projects are called '\(name)': use an id, one of "
          + ids.map(\.description).joined(separator: ", "))
    case .skipped(let name, let why):
      self.init("the project '\(SafeText.line(name))' is left out on purpose: \(why)")
    }
  }
}
