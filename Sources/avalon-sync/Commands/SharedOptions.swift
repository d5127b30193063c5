internal import ArgumentParser
internal import Identity
internal import Planning
internal import Report

/// Options that most commands take. They have no defaults here, as a default would win over
/// variables and the file.
struct SharedOptions: ParsableArguments {
  @Option(help: "The settings file (default: avalon-sync.yaml, where there is one).")
  var config: String?

  @Option(
    name: .customLong("project"),
    help: ArgumentHelp(
      "A project's id, name or code; may be repeated (default: all that the settings take).",
      valueName: "project"))
  var projects: [String] = []

  @Option(help: "The mapping file, for all projects (default: the built-in avalon.yaml).")
  var mapping: String?

  @Option(
    help: ArgumentHelp(
      "What may be done, for all projects: observe, create-only, upsert-only (the default) or sync.",
      valueName: "policy"))
  var policy: String?

  @Option(help: "Kitsu's address, or snapshot:FILE (else GAZU_URL).")
  var kitsu: String?

  @Option(help: "MongoDB's address, or dump:DIR, for all projects (else AVALON_MONGO).")
  var avalon: String?

  @Option(help: "Avalon's database, for all projects (else AVALON_DB, else avalon).")
  var database: String?
}

extension SharedOptions {
  /// An address of Kitsu's pages names its project, so that no other has to be read.
  mutating func takeProject(of address: String) {
    let parts = address.split(separator: "/").map(String.init)
    guard projects.isEmpty, let place = parts.firstIndex(of: "productions"),
      place + 1 < parts.count, let project = EntityID(parts[place + 1])
    else { return }
    projects = [project.description]
  }
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// How a plan is written.
enum PlanFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, markdown, html
}

extension PlanView.Kind: ExpressibleByArgument {}

struct OutputOptions: ParsableArguments {
  @Option(help: "How the plan is written.")
  var format: PlanFormat = .text

  @Flag(help: "Show every change with all of its fields; fold nothing.")
  var full = false

  @Option(help: "Show only what is of this kind; may be repeated. The JSON has all.")
  var only: [PlanView.Kind] = []

  @Option(
    help: ArgumentHelp(
      "Show only this entity: its id, its name, or its path in Kitsu, with all below it. The JSON has "
        + "all.", valueName: "text"))
  var entity: String?
}

/// Options of commands that plan changes: what a person lets pass this once, and what is taken over.
struct PlanOptions: ParsableArguments {
  @Option(
    name: .customLong("allow"),
    help: ArgumentHelp(
      "Let a guard pass this once: \(Guard.allCases.map(\.rawValue).joined(separator: ", ")). May be "
        + "repeated.", valueName: "guard"))
  var allowed: [Guard] = []

  @Option(
    help: ArgumentHelp(
      "Whether documents that are not ours are taken over by their names: off, report (the default) "
        + "or on.", valueName: "mode"))
  var adopt: String?

  @Flag(help: "Let documents lose values when they are taken over.")
  var adoptOverwrites = false

  @Option(
    help: ArgumentHelp(
      "The DATA_PATH of the old Avalon Sync: its documents are taken over by what it remembered.",
      valueName: "folder"))
  var adoptFrom: String?

  @Option(
    name: .customLong("adopt-owner"),
    help: ArgumentHelp(
      "A former owner, whose documents become ours. May be repeated.", valueName: "owner"))
  var adoptOwners: [String] = []

  @Option(
    name: .customLong("link"),
    help: ArgumentHelp(
      "A document that is to be taken over for an entity, whatever else is known: the entity's id, '=', "
        + "the document's _id. May be repeated; see the command 'link'.",
      valueName: "entity=document"))
  var links: [String] = []
}

extension Guard: ExpressibleByArgument {}
