internal import BSON
internal import Identity
package import Mapping
internal import YAML

extension TestCase {
  /// Evaluates the test's show and compares what comes out with what is expected.
  package func run(_ mapping: CompiledMapping) -> TestResult {
    let evaluation = Evaluation.evaluate(
      mapping, over: show.production, facts: show.facts, owner: "avalon-sync")
    guard let evaluation else { fatalError("the project of a test has no id") }
    var judgement = Judgement(evaluation, show)
    judgement.judge(expectation)
    return TestResult(name: name, line: position.line, failures: judgement.failures)
  }
}

/// Compares an evaluation with what a test expects of it.
struct Judgement {
  let evaluation: Evaluation
  let text: ValueLines
  /// Entities that have no document and are not held, by their places.
  let skipped: [EntityID: String]
  private let ids: [String: ObjectID]
  var failures: [TestFailure] = []

  init(_ evaluation: Evaluation, _ show: Show) {
    self.evaluation = evaluation
    var skipped: [EntityID: String] = [:]
    for entity in show.entities { skipped[StableID.entity(entity)] = entity.place }
    for document in evaluation.documents { skipped[document.identity.entity] = nil }
    for held in evaluation.held { skipped[held.identity.entity] = nil }
    self.skipped = skipped
    let documents = evaluation.documents
    text = ValueLines(names: Dictionary(documents.map { ($0.id, $0.name) }) { first, _ in first })
    // The project may have the name of an asset; it is the asset that others refer to.
    let assetsLast = documents.sorted { $0.isProject && !$1.isProject }
    ids = Dictionary(assetsLast.map { ($0.name, $0.id) }) { _, last in last }
  }

  mutating func judge(_ expectation: Expectation) {
    judgeFailure(expectation)
    if let documents = expectation.documents {
      for document in documents { judge(document) }
      // An empty list expects none, here and of holds: it would say nothing otherwise.
      if expectation.isExact || documents.isEmpty { tellOthers(documents) }
    }
    judgeHolds(expectation)
    if let warnings = expectation.warnings { judge(warnings, isExact: expectation.isExact) }
  }

  /// - Parameter expected: a part of each warning.
  private mutating func judge(_ expected: [String], isExact: Bool) {
    for part in expected where !evaluation.warnings.contains(where: { $0.contains(part) }) {
      failures.append(
        TestFailure(
          "there is no warning with '\(part)'", notes: evaluation.warnings.map { "warning: \($0)" })
      )
    }
    guard isExact || expected.isEmpty else { return }
    for warning in evaluation.warnings where !expected.contains(where: warning.contains) {
      failures.append(TestFailure("a warning is not expected: \(warning)"))
    }
  }

  private mutating func judgeFailure(_ expectation: Expectation) {
    switch (expectation.failure?.text, evaluation.failure) {
    case (nil, nil): break
    case (nil, let reason?): failures.append(TestFailure("the project fails: \(reason)"))
    case (let wanted?, nil):
      failures.append(TestFailure("the project does not fail because of '\(wanted)'"))
    case (let wanted?, let reason?):
      compare("the project fails for another reason", wanted, reason)
    }
  }

  /// - Parameter wanted: a part of the reason; nil for any.
  mutating func compare(_ message: String, _ wanted: String?, _ reason: String) {
    guard let wanted, !reason.contains(wanted) else { return }
    failures.append(
      TestFailure(message, difference: [DiffLine(.expected, wanted), DiffLine(.found, reason)]))
  }

  // MARK: Documents

  private mutating func judge(_ expected: ExpectedDocument) {
    let named = evaluation.documents.filter { $0.name == expected.name }
    guard let fields = expected.fields else {
      for document in named {
        failures.append(
          TestFailure("there is a document '\(document.name)', of \(document.origin)"))
      }
      return
    }
    guard let first = named.first else { return tellMissing(expected.name) }
    guard let wanted = Projection.expected(fields, ids).document else { return }
    let isMet = named.contains {
      Projection.of(.document($0.document), onto: .document(wanted)) == .document(wanted)
    }
    if !isMet { tellDifference(named.first { !$0.isProject } ?? first, wanted) }
  }

  private mutating func tellDifference(_ document: EvaluatedDocument, _ wanted: Document) {
    let found = Projection.fields(document.document, wanted)
    let held = document.heldFields.map { "held: \($0.path): \($0.reason)" }
    let name = document.nameHold.map { ["held: name: \($0.reason)"] } ?? []
    failures.append(
      TestFailure(
        "the document '\(document.name)' is not as expected",
        difference: LineDiff.between(text.lines(wanted), text.lines(found)),
        notes: held + name + document.notes))
  }

  private mutating func tellMissing(_ name: String) {
    var notes: [String] = []
    let names = evaluation.documents.map(\.name).sorted()
    if let near = Suggestion.nearest(to: name, in: names) {
      notes.append("there is a document '\(near)'")
    } else if !names.isEmpty {
      notes.append("there are \(Judgement.shown(names))")
    }
    notes += evaluation.held.prefix(3).map { "held: \($0.kind) '\($0.title)': \($0.reason)" }
    failures.append(TestFailure("there is no document '\(name)'", notes: notes))
  }

  private mutating func tellOthers(_ expected: [ExpectedDocument]) {
    let names = Set(expected.map(\.name))
    for document in evaluation.documents where !names.contains(document.name) {
      failures.append(
        TestFailure("the document '\(document.name)' is not expected: it is of \(document.origin)"))
    }
  }

  static func shown(_ names: [String]) -> String {
    names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }
}

extension EvaluatedDocument {
  fileprivate var isProject: Bool { document.element(.type)?.string == "project" }

  /// What it stands for and what made it.
  fileprivate var origin: String { "'\(title())' by the rule '\(rule)'" }
}
