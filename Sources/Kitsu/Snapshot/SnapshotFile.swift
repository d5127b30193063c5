internal import BSON
internal import Foundation
package import Identity
package import Mapping

/// A snapshot file in the place of a Kitsu server.
package actor SnapshotFile: KitsuSource {
  private let path: String
  private var loaded: (version: String?, content: SnapshotContent)?

  /// The file is read by the first call, and again once another one has its name.
  package init(path: String) { self.path = path }

  package func describe() async throws(KitsuError) -> SourceDescription {
    let content = try load()
    return SourceDescription(
      address: "snapshot:\(path)", name: content.name, version: content.version, account: nil,
      role: nil)
  }

  package func projects() async throws(KitsuError) -> [ProjectSummary] {
    ProjectSummary.list(try load().projects.map(\.project)) { _ in nil }
  }

  package func read(
    project: EntityID, needs: SourceNeeds, progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws(KitsuError) -> ProjectReading {
    let content = try load()
    guard
      let found = content.projects.first(where: { EntityID($0.project.element("id")) == project })
    else {
      throw KitsuError(
        .notFound, operation: "read", subject: "project \(project)",
        cause: "\(path) holds no such project")
    }
    var reading = content.reading(of: found, needs)
    reading.version = loaded?.version
    return reading
  }

  /// A snapshot is of one moment: there is nothing to read again.
  package func refresh(
    _ reading: ProjectReading, of project: EntityID, by hint: ChangeHint, needs: SourceNeeds
  ) async throws(KitsuError) -> RefreshedReading? { nil }

  package func close() async {}

  /// What tells this file from another one of its name; nil where there is none.
  package nonisolated var version: String? {
    do {
      let file = try FileManager.default.attributesOfItem(atPath: path)
      guard let number = file[.systemFileNumber], let size = file[.size],
        let time = file[.modificationDate] as? Date
      else { return nil }
      return "\(number) \(size) \(time.timeIntervalSince1970)"
    } catch {
      // To read it tells what is wrong.
      return nil
    }
  }

  private func load() throws(KitsuError) -> SnapshotContent {
    let version = version
    if let loaded, loaded.version == version { return loaded.content }
    let content = try SnapshotContent(path: path)
    loaded = (version, content)
    return content
  }
}
