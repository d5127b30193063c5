internal import BSON
internal import Identity
package import Planning

/// Runs of the journal, newest first, as far as they are asked for.
package struct HistoryReport: Sendable {
  package struct Run: Sendable {
    package let run: JournalRun
    package fileprivate(set) var projects: [Project]
  }

  package struct Project: Sendable {
    package let title: String
    package let scope: JournalScope
    package let collection: String
    package fileprivate(set) var renames: [CollectionRename]
    /// Oldest first.
    package fileprivate(set) var entries: [JournalEntry]
  }

  /// Newest first.
  package private(set) var runs: [Run] = []
  /// What people asked of the service, newest first.
  package private(set) var requests: [ServiceRequest] = []
  private let limit: Int
  private let projects: [String]
  private let entity: String?
  /// Where the runs of the database that is read now begin.
  private var start = 0

  /// - Parameters:
  ///   - projects: names or ids; empty for all.
  ///   - entity: a Kitsu id, an `_id`, a name or a title; nil for all.
  package init(limit: Int, projects: [String] = [], entity: String? = nil) {
    self.limit = limit
    self.projects = projects
    self.entity = entity
  }

  /// The next batches are those of another database.
  package mutating func startTarget() { start = runs.count }

  /// Adds a batch; to be called newest first.
  /// - Returns: false where no older one is wanted.
  package mutating func add(_ batch: JournalBatch) -> Bool {
    let header = batch.header
    // Runs that wrote at the same time stand among one another.
    let known = runs[start...].firstIndex { $0.run.id == header.run.id }
    let isNew = known == nil
    if isNew, runs.count - start >= limit { return false }
    guard takes(header) else { return true }
    let entries = batch.entries.filter(takes)
    let renames = entity == nil ? batch.rename.map { [$0] } ?? [] : []
    guard !entries.isEmpty || !renames.isEmpty else { return true }
    if isNew { runs.append(Run(run: header.run, projects: [])) }
    let last = known ?? runs.count - 1
    if let place = runs[last].projects.firstIndex(where: { $0.scope == header.scope }) {
      runs[last].projects[place].entries.insert(contentsOf: entries, at: 0)
      runs[last].projects[place].renames.insert(contentsOf: renames, at: 0)
    } else {
      runs[last].projects.append(
        Project(
          title: header.title, scope: header.scope, collection: header.collection,
          renames: renames, entries: entries))
    }
    return true
  }

  /// Adds what people asked of the service. They concern no entity.
  package mutating func add(_ asked: [ServiceRequest]) {
    guard entity == nil else { return }
    let all = requests + asked.filter { takes($0.title, $0.scope) }
    requests = Array(all.sorted { $0.time > $1.time }.prefix(limit))
  }

  private func takes(_ header: JournalHeader) -> Bool {
    takes(header.title, header.scope) || projects.contains(header.collection)
  }

  private func takes(_ title: String, _ scope: JournalScope) -> Bool {
    projects.isEmpty
      || projects.contains { $0 == title || $0.lowercased() == scope.project.description }
  }

  private func takes(_ entry: JournalEntry) -> Bool {
    guard let entity else { return true }
    let names = [
      entry.name, entry.title, entry.id.description, entry.identity.entity.description,
    ]
    let previous = entry.fields.filter { $0.path == .name }.compactMap(\.before?.string)
    return (names + previous).contains(entity) || names[3] == entity.lowercased()
  }
}
