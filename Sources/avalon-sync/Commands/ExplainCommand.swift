internal import ArgumentParser
internal import BSON
internal import Controller
internal import Identity
internal import Kitsu
internal import Mapping
internal import Planning
internal import Report

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says why something of Kitsu is, or is not, in Avalon as it is.",
    discussion: """
      WHAT is an id or URL of Kitsu, a path or name there (EP01/SQ010/SH0100), or the name or _id of a \
      document in Avalon. For each document: the rule that makes it or the condition that leaves \
      it out, what is held and what lifts it, and every field with its line in the mapping, what it \
      read and what Avalon has. Writes nothing.

      Exit codes: 0 explained; 1 an error, not found, or more than one is meant; 64 wrong use of \
      the command.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "How the explanation is written.")
  var format: OutputFormat = .text

  @Argument(help: "An id, URL, path or name of Kitsu, or a name or _id of Avalon.")
  var what: String

  func run() async throws {
    try await Guarded.run {
      let preparation = try await Preparation(try settings())
      if let failure = preparation.targets.failure { throw failure }
      let studies = try await studies(preparation)
      await preparation.close()
      let found = studies.flatMap { study in study.entities(what).map { (study, $0) } }
      guard let (study, entity) = found.first else { throw unknown(studies, preparation) }
      guard found.count == 1 else { throw ambiguous(found) }
      let report = try explain(entity, in: study)
      switch format {
      case .text: Console.product(ExplanationText.render(report, style: Console.style))
      case .json: Console.product(ExplanationJSON.render(report))
      }
    }
  }

  /// A URL names its project, so that no other has to be read.
  private func settings() throws -> Settings {
    var options = shared
    options.takeProject(of: what)
    return try SettingsReader(options).read()
  }

  private func studies(_ preparation: Preparation) async throws -> [ProjectStudy] {
    var studies: [ProjectStudy] = []
    for assignment in preparation.selection.selected {
      guard let choice = assignment.choice else { continue }
      let progress = Progress(SafeText.line(assignment.project.name))
      defer { progress.finish() }
      let target = try preparation.targets.target(choice.target)
      studies.append(
        try await preparation.reconciler(choice).study(
          assignment.project, in: target.directory
        ) { step in progress.update("\(step.kind) read, \(step.done) of \(step.total)") })
    }
    return studies
  }

  private func explain(_ entity: EntityID, in study: ProjectStudy) throws -> ExplanationReport {
    let explanations = study.explainer?.explain(entity) ?? []
    guard !explanations.isEmpty else {
      let known = study.observed?.linked.keys.contains { $0.entity == entity } == true
      let title = study.explainer?.title(of: entity)
      throw SettingsError(
        title.map { "\($0) has no document: no rule of the mapping is for its kind" }
          ?? (known
            ? "its document stands in Avalon, but the entity \(entity) is no longer in Kitsu, or "
              + "this account may not see it: nothing is removed"
            : "there is nothing to explain"))
    }
    return ExplanationReport(
      project: study.plan.plan.project, documents: explanations.map { document($0, in: study) })
  }

  private func document(_ explanation: Explanation, in study: ProjectStudy) -> ExplainedDocument {
    let change = study.change(of: explanation.identity)
    return ExplainedDocument(
      explanation: explanation, standing: study.standing(of: explanation.identity),
      change: change?.change, isLeftOut: change?.isLeftOut ?? false,
      held: study.plan.plan.held.filter { $0.identity == explanation.identity })
  }

  private func unknown(_ studies: [ProjectStudy], _ preparation: Preparation) -> SettingsError {
    let shown = SafeText.line(what)
    for study in studies {
      if let id = study.foreign(what) {
        return SettingsError(
          "'\(shown)' is the document \(id) of \(SafeText.line(study.project.name)), which is not "
            + "linked to Kitsu: it was made in Avalon, or by another tool or owner")
      }
      if let held = study.plan.plan.held.first(where: { $0.scope == .project }) {
        return SettingsError(
          "\(SafeText.line(study.project.name)) is held as a whole: \(held.reason); to lift it: "
            + held.remedy)
      }
    }
    let names = studies.map { SafeText.line($0.project.name) }
    let left = preparation.selection.leftOut.map {
      "\(SafeText.line($0.project.name)) (\($0.reason))"
    }
    return SettingsError(
      "nothing is called '\(shown)' in \(names.isEmpty ? "any project" : names.joined(separator: ", "))"
        + (left.isEmpty ? "" : "; not looked at: \(left.joined(separator: ", "))")
        + "; what this account may not see in Kitsu is not found either")
  }

  private func ambiguous(_ found: [(ProjectStudy, EntityID)]) -> SettingsError {
    let lines = found.prefix(20).map { study, id in
      "  \(id)  \(SafeText.line(study.explainer?.title(of: id) ?? "a document of Avalon")) of "
        + SafeText.line(study.project.name)
    }
    return SettingsError(
      "\(found.count) are called '\(SafeText.line(what))': use an id\n"
        + lines.joined(separator: "\n"))
  }
}

extension ProjectStudy {
  fileprivate func standing(of identity: Identity) -> ExplainedDocument.Standing? {
    observed?.linked[identity].map { document in
      ExplainedDocument.Standing(
        id: document.element(.documentID)?.value.objectID?.description ?? "?",
        name: document.element(.name)?.string ?? "?")
    }
  }
}
