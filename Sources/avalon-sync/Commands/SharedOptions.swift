internal import ArgumentParser
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
      "What may be done, for all projects: observe, create-only or upsert-only (the default).",
      valueName: "policy"))
  var policy: String?

  @Option(help: "Kitsu's address, or snapshot:FILE (else GAZU_URL).")
  var kitsu: String?

  @Option(help: "MongoDB's address, or dump:DIR, for all projects (else AVALON_MONGO).")
  var avalon: String?

  @Option(help: "Avalon's database, for all projects (else AVALON_DB, else avalon).")
  var database: String?
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// How a plan is written.
enum PlanFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, markdown
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
