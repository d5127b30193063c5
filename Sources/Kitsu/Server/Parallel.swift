/// A few requests at once.
enum Parallel {
  /// A busy Zou answers no faster when it is asked more at once: it has three workers.
  static let width = 3

  /// Runs jobs, at most ``width`` at a time, and gives what they gave, in their order.
  static func run<Result: Sendable>(
    _ jobs: [@Sendable () async throws(KitsuError) -> Result]
  ) async throws(KitsuError) -> [Result] {
    do {
      return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results: [Int: Result] = [:]
        for (index, job) in jobs.enumerated() {
          if index >= width, let (done, result) = try await group.next() { results[done] = result }
          group.addTask { (index, try await job()) }
        }
        for try await (done, result) in group { results[done] = result }
        return jobs.indices.compactMap { results[$0] }
      }
    } catch let error as KitsuError {
      throw error
    } catch {
      throw .cancelled("read", "Kitsu")
    }
  }
}
