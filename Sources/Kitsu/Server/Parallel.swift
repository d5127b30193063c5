/// A few requests at once.
enum Parallel {
  /// A busy Zou answers no faster when it is asked more at once: it has three workers.
  static let width = 3

  /// Runs jobs, at most ``width`` at a time, and gives what they gave, in their order. Jobs throw
  /// ``KitsuError`` alone.
  static func run<Value: Sendable>(
    _ jobs: [@Sendable () async throws -> Value]
  ) async throws(KitsuError) -> [Value] {
    do {
      return try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var values: [Int: Value] = [:]
        for (index, job) in jobs.enumerated() {
          if index >= width, let (done, value) = try await group.next() { values[done] = value }
          group.addTask { (index, try await job()) }
        }
        for try await (done, value) in group { values[done] = value }
        return jobs.indices.compactMap { values[$0] }
      }
    } catch let error as KitsuError {
      throw error
    } catch {
      throw .cancelled("read", "Kitsu")
    }
  }
}
