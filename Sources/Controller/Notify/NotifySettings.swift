package import Kitsu
package import Report

/// Where notices go.
package struct NotifySettings: Sendable {
  package struct Endpoint: Sendable, Hashable {
    /// It may hold a token.
    package let url: Secret
    package let format: NoticeMessage.Format
    package let events: Set<Notice.Event>

    package init(url: Secret, format: NoticeMessage.Format, events: Set<Notice.Event>) {
      self.url = url
      self.format = format
      self.events = events
    }
  }

  /// Of projects that have none of their own.
  package let usual: [Endpoint]
  /// By the place of the item of the list that gives it.
  package let own: [String: [Endpoint]]
  package let caFile: String?

  package init(usual: [Endpoint] = [], own: [String: [Endpoint]] = [:], caFile: String? = nil) {
    self.usual = usual
    self.own = own
    self.caFile = caFile
  }

  package var isEmpty: Bool { usual.isEmpty && own.values.allSatisfy(\.isEmpty) }

  func endpoints(of setup: ProjectSetup?) -> [Endpoint] {
    setup?.notifyAt.map { own[$0] ?? [] } ?? usual
  }
}
