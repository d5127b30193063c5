internal import Foundation

/// The real servers that `Tests/run` starts, as its environment names them.
///
/// A test that needs one is skipped where it is missing, unless `TEST_REQUIRE_STACK=1` asks that it
/// fails: `@Test(.enabled(if: Stack.has("TEST_MONGO_URL")))`.
package enum Stack {
  package static var mongoURL: String? { value("TEST_MONGO_URL") }
  package static var standaloneMongoURL: String? { value("TEST_MONGO_STANDALONE_URL") }
  package static var kitsuURL: String? { value("TEST_KITSU_URL") }
  package static var kitsuEmail: String? { value("TEST_KITSU_EMAIL") }
  package static var kitsuPassword: String? { value("TEST_KITSU_PASSWORD") }
  /// A Python with pymongo.
  package static var python: String? { value("TEST_PYTHON") }
  /// A Python with avalon-core.
  package static var avalonPython: String? { value("TEST_AVALON_PYTHON") }
  /// A Python with judges of Dockerfiles, compose files and Kubernetes' manifests.
  package static var manifestsPython: String? { value("TEST_MANIFESTS_PYTHON") }

  package static var isRequired: Bool { value("TEST_REQUIRE_STACK") == "1" }

  /// Whether a test that needs this variable is to run.
  package static func has(_ name: String) -> Bool { isRequired || value(name) != nil }

  package static func value(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
