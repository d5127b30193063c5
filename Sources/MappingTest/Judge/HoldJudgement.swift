internal import BSON
internal import Identity
internal import Mapping

/// What is held and what is skipped.
extension Judgement {
  mutating func judgeHolds(_ expectation: Expectation) {
    if let held = expectation.held { judge(held, isExact: expectation.isExact) }
    if let fields = expectation.heldFields { judge(fields, isExact: expectation.isExact) }
    if let skipped = expectation.skipped { judge(skipped, isExact: expectation.isExact) }
  }

  private mutating func judge(_ expected: [ExpectedHold], isExact: Bool) {
    for hold in expected { judge(hold) }
    guard isExact || expected.isEmpty else { return }
    let known = Set(expected.map(\.entity.id))
    for held in evaluation.held where !known.contains(held.identity.entity) {
      failures.append(
        TestFailure("\(held.kind) '\(held.title)' is held, which is not expected: \(held.reason)"))
    }
  }

  private mutating func judge(_ expected: ExpectedHold) {
    let held = evaluation.held.filter { $0.identity.entity == expected.entity.id }
    guard let first = held.first else {
      failures.append(
        TestFailure("'\(expected.entity.name)' is not held", notes: whatBecame(of: expected.entity))
      )
      return
    }
    let isMet = held.contains { hold in expected.because.map(hold.reason.contains) ?? true }
    if !isMet {
      compare(
        "'\(expected.entity.name)' is held for another reason", expected.because, first.reason)
    }
  }

  private mutating func judge(_ expected: [ExpectedFieldHold], isExact: Bool) {
    for hold in expected { judge(hold) }
    guard isExact || expected.isEmpty else { return }
    let known = Set(expected.map { "\($0.document) \($0.field)" })
    for document in evaluation.documents {
      for (field, reason) in document.fieldHolds
      where !known.contains("\(document.name) \(field)") {
        failures.append(
          TestFailure("'\(field)' of '\(document.name)' is held, which is not expected: \(reason)"))
      }
    }
  }

  private mutating func judge(_ expected: ExpectedFieldHold) {
    let documents = evaluation.documents.filter { $0.name == expected.document }
    guard !documents.isEmpty else {
      failures.append(
        TestFailure(
          "there is no document '\(expected.document)' that has a held field",
          notes: ["there are \(Judgement.shown(evaluation.documents.map(\.name).sorted()))"]))
      return
    }
    let holds = documents.flatMap(\.fieldHolds)
    guard let hold = holds.first(where: { $0.field == expected.field }) else {
      failures.append(
        TestFailure(
          "'\(expected.field)' of '\(expected.document)' is not held",
          notes: holds.map { "held: \($0.field): \($0.reason)" }))
      return
    }
    compare(
      "'\(expected.field)' of '\(expected.document)' is held for another reason",
      expected.because, hold.reason)
  }

  private mutating func judge(_ expected: [NamedEntity], isExact: Bool) {
    for entity in expected where skipped[entity.id] == nil {
      failures.append(
        TestFailure("'\(entity.name)' is not skipped", notes: whatBecame(of: entity)))
    }
    guard isExact || expected.isEmpty else { return }
    let known = Set(expected.map(\.id))
    for name in skipped.filter({ !known.contains($0.key) }).values.sorted() {
      failures.append(TestFailure("'\(name)' is skipped, which is not expected"))
    }
  }

  private func whatBecame(of entity: NamedEntity) -> [String] {
    var notes = evaluation.documents.filter { $0.identity.entity == entity.id }.map { document in
      "it has the document '\(document.name)'"
        + (document.nameHold.map { ", whose name is held: \($0.reason)" } ?? "")
    }
    notes += evaluation.held.filter { $0.identity.entity == entity.id }.map {
      "it is held: \($0.reason)"
    }
    if skipped[entity.id] != nil {
      notes.append("it is skipped: no rule is for it, or the 'when' of none holds")
    }
    return notes
  }
}

extension EvaluatedDocument {
  /// The fields that are held, with the name where that is.
  fileprivate var fieldHolds: [(field: String, reason: String)] {
    heldFields.map { ($0.path.description, $0.reason) }
      + (nameHold.map { [("name", $0.reason)] } ?? [])
  }
}
