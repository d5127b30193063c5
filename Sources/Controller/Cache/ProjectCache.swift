internal import Kitsu

/// What is kept of one project between reconciles: its reading, its documents in Avalon, and what
/// was made of them. It may be thrown away at any time: then the next plan reads all.
package actor ProjectCache {
  var content: CachedProject?
  /// That of the reading which was let go.
  private var restingVersion: String?

  package init() {}

  package var isEmpty: Bool { content == nil }

  /// An estimate of the memory that is kept, in bytes.
  package var byteCount: Int { content?.byteCount ?? 0 }

  /// Kitsu's version of the last reading; nil where there was none or the server has none.
  package var version: String? { content?.reading.version ?? restingVersion }

  /// Whether the next plan makes all of it anew.
  var isCold: Bool { content?.isCold ?? false }

  func warm(_ project: ProjectSummary, _ reconciler: Reconciler) {
    guard let content, content.isCold else { return }
    _ = content.wanted(project, reconciler, nil)
  }

  package func clear() {
    content = nil
    restingVersion = nil
  }

  /// Lets the content of a project at rest go; whether it changed can still be told.
  func evict() {
    restingVersion = version
    content = nil
  }
}
