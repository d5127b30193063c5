/// A few requests at once.
enum Parallel {
  /// A busy Zou answers no faster when it is asked more at once: it has three workers.
  static let width = 3

  /// Does one job for each of some inputs, at most ``width`` at a time, and gives what came of them, in
  /// their order.
  static func run<Input: Sendable, Result: Sendable>(
    _ inputs: [Input], _ job: @escaping @Sendable (Input) async throws(KitsuError) -> Result
  ) async throws(KitsuError) -> [Result] {
    do {
      return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results: [Int: Result] = [:]
        for (index, input) in inputs.enumerated() {
          if index >= width, let (done, result) = try await group.next() { results[done] = result }
          group.addTask { (index, try await job(input)) }
        }
        for try await (done, result) in group { results[done] = result }
        return inputs.indices.compactMap { results[$0] }
      }
    } catch let error as KitsuError {
      throw error
    } catch {
      throw .cancelled("read", "Kitsu")
    }
  }
}
