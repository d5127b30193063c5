internal import Logging
internal import Synchronization

/// What is noticed beside the work: a command says it in a line, a service in a record of its log, where
/// what repeats is told once.
enum Remark {
  private struct Book {
    var logger: Logger?
    var told: Set<String> = []
  }

  private static let book = Mutex(Book())
  /// So many are remembered.
  private static let most = 1000

  /// From now on all goes to this log.
  static func log(to logger: Logger) { book.withLock { $0 = Book(logger: logger) } }

  @Sendable static func tell(_ text: String) {
    let (logger, isNew) = book.withLock { book in
      if book.told.count >= most { book.told = [] }
      return (book.logger, book.told.insert(text).inserted)
    }
    guard let logger else { return Console.talk(text) }
    logger.log(level: isNew ? .warning : .debug, "\(text)")
  }
}
