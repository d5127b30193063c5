internal import BSON
internal import Identity

/// `["…","…"]` in a query: Zou's generic routes take such lists for any column. Its boards do not:
/// those of shots, assets, edits and concepts take one id, those of sequences and episodes none.
enum IDList {
  /// gunicorn refuses a request line over 4,094 bytes: about 85 ids.
  private static let length = 80

  /// The paths of as many requests as it takes.
  static func paths(_ prefix: String, _ ids: Set<EntityID>) -> [String] {
    let sorted = ids.sorted()
    return stride(from: 0, to: sorted.count, by: length).map { start in
      let chunk = sorted[start..<min(start + length, sorted.count)]
      return "\(prefix)=%5B\(chunk.map { "%22\($0)%22" }.joined(separator: ","))%5D"
    }
  }
}

extension Client {
  /// What a generic route has for ids of a column, of which `prefix` is path and query up to `=`.
  func list(_ prefix: String, of ids: Set<EntityID>) async throws(KitsuError) -> [Document] {
    try await Parallel.run(IDList.paths(prefix, ids).map(job)).flatMap { $0 }
  }

  private func job(_ path: String) -> @Sendable () async throws -> [Document] {
    { try await list(path) }
  }
}
