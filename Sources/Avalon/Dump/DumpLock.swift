internal import Foundation

/// The lock of a dump's directory while it is written, so that two processes never interleave
/// (`flock`: it ends with the process that holds it).
final class DumpLock {
  private let directory: DumpFile

  /// How long another writer is waited for, in seconds.
  private static let patience = 60.0

  init(_ path: String) throws(AvalonError) {
    guard let directory = try DumpFile.open(path) else {
      throw DumpFile.failure("lock", path)
    }
    self.directory = directory
    let start = DispatchTime.now().uptimeNanoseconds
    while try !directory.tryLock() {
      let waited = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
      guard waited < Self.patience else {
        throw AvalonError(
          .io, operation: "lock", subject: path,
          cause: "another process has been writing there for \(Int(Self.patience)) s; let it end",
          isRetryable: true)
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  /// Brings the names of new and replaced files to the disk.
  func synchronise() throws(AvalonError) { try directory.synchronise() }
}
