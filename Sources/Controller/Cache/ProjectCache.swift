internal import Kitsu

/// What is kept of one project between reconciles: its reading, its documents in Avalon, and what
/// was made of them. It may be thrown away at any time: then the next plan reads all.
package actor ProjectCache {
  var content: CachedProject?

  package init() {}

  package var isEmpty: Bool { content == nil }

  /// An estimate of the memory that is kept, in bytes.
  package var byteCount: Int { content?.byteCount ?? 0 }

  /// Kitsu's version of the reading; nil where the cache is empty or the server has none.
  package var version: String? { content?.reading.version }

  package func clear() { content = nil }
}
