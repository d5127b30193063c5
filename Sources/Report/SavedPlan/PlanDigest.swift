internal import BSON

/// What one project's plan does, in 64 hexadecimal digits: SHA-256 over its steps in the form in which
/// saved plans are compared, so that a plan has the same digest whether it was saved or is made anew.
/// Whoever approves a plan names it.
extension SavedProject {
  package var digest: String {
    var text = ""
    // Lengths keep one part from passing for another.
    func add(_ part: String) { text += "\(part.utf8.count):\(part)" }
    add(id)
    for step in steps.sorted(by: { $0.key < $1.key }) {
      let facts = step.facts
      add(step.key)
      add("\(facts.count)")
      for fact in facts {
        add(fact.name)
        add(fact.text)
      }
    }
    return Digest.sha256(text)
  }
}

extension ProjectReport {
  /// As ``SavedProject/digest``.
  package var digest: String {
    get throws {
      // Written and read back, so that both have one form.
      let record = try JSON.document(Array(SavedPlanWriter.project(self).utf8))
      return try SavedPlanReader.project(SavedRecord(record, "the plan")).digest
    }
  }
}
