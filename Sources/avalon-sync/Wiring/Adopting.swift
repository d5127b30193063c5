internal import Avalon
internal import BSON
internal import Controller
internal import Identity
internal import Report

extension AdoptionSettings {
  /// Reads the old Avalon Sync's store where one is named, and tells what of it cannot be used.
  init(_ choices: AdoptionChoices) async throws {
    self.init(
      byName: choices.byName, mayOverwrite: choices.mayOverwrite, owners: Set(choices.owners),
      links: choices.links)
    guard let path = choices.oldStore else { return }
    let store = try await OldStore.read(path)
    for problem in store.problems + store.projects.flatMap(\.problems) {
      Remark.tell("not used: \(SafeText.line("\(problem)", limit: 500))")
    }
    for warning in store.warnings + store.projects.flatMap(\.warnings) {
      Remark.tell(SafeText.line(warning, limit: 500))
    }
    for project in store.projects {
      var documents = project.entities
      documents[project.id] = project.document
      oldStores[project.id] = documents
    }
  }
}
