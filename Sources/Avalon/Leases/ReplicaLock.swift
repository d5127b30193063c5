/// Keeps a second process off a directory of records: where they lie in files, replicas cannot share
/// projects. The lock ends with the process that has it.
package final class ReplicaLock: Sendable {
  private let directory: DumpFile

  /// - Parameter path: the directory, which exists.
  /// - Throws: where another process has it.
  package init(_ path: String) throws(AvalonError) {
    guard let directory = try DumpFile.open(path) else { throw DumpFile.failure("lock", path) }
    guard try directory.tryLock() else {
      throw AvalonError(
        .exists, operation: "lock", subject: path,
        cause: "another process keeps its records there, and several can share projects only by "
          + "MongoDB: stop it, or give both the right to the controller's database")
    }
    self.directory = directory
  }
}
