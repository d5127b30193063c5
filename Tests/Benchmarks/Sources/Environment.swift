import Foundation

/// The variables that `Tests/stack/up` and `Tests/Benchmarks/run` set.
enum Environment {
  static func value(_ name: String) throws -> String {
    let value = ProcessInfo.processInfo.environment[name] ?? ""
    guard !value.isEmpty else {
      throw BenchmarkError("\(name) is not set; use Tests/Benchmarks/run")
    }
    return value
  }
}
