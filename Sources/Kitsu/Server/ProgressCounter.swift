internal import Mapping
internal import Synchronization

/// Counts the kinds that were read and tells each, in order.
final class ProgressCounter: Sendable {
  private let done = Mutex(0)
  private let total: Int
  private let tell: (@Sendable (ReadProgress) -> Void)?

  init(_ needs: SourceNeeds, _ tell: (@Sendable (ReadProgress) -> Void)?) {
    // The project, its metadata columns and the studio's lists are always read.
    total = 2 + Route.studio.count + needs.kinds.count + (needs.casting ? 1 : 0)
    self.tell = tell
  }

  func restart() { done.withLock { $0 = 0 } }

  /// Telling under the lock keeps the order; `tell` must not come back here.
  func count(_ kind: String) {
    guard let tell else { return }
    done.withLock { done in
      done += 1
      tell(ReadProgress(done: min(done, total), total: total, kind: kind))
    }
  }
}
