/// The Kitsu of the test stack.
package enum KitsuStack {
  /// Whether tests that need Kitsu are to run.
  package static var isAvailable: Bool { Stack.has("TEST_KITSU_URL") }

  /// Through the front, with `/api`.
  package static var url: String { Stack.kitsuURL ?? "http://TEST_KITSU_URL-is-not-set.invalid" }
  /// gunicorn without the front, so without `/api`.
  package static var directURL: String { Stack.value("TEST_KITSU_DIRECT_URL") ?? "" }
  package static var email: String { Stack.kitsuEmail ?? "" }
  package static var password: String { Stack.kitsuPassword ?? "" }
  package static var version: String { Stack.value("TEST_ZOU_VERSION") ?? "" }
  /// Zou before 1.0.69 has no ETag.
  package static var hasETags: Bool { !version.hasPrefix("0.") }
}
