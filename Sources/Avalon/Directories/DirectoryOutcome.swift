/// What became of one rename, or would.
package enum DirectoryOutcome: Sendable {
  /// - Parameter parentsMade: how many of the folders above the new place had to be made.
  case renamed(parentsMade: Int)
  /// The folder does not exist: nobody has worked there yet, or it was renamed already.
  case nothingThere
  /// The folder is where it was, or else the error says where it is.
  case failed(AvalonError)

  package var error: AvalonError? {
    if case .failed(let error) = self { error } else { nil }
  }
}
