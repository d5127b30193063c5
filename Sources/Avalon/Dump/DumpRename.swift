internal import BSON
internal import Foundation

/// Gives a collection's two files other names. The documents' file moves in one step; the metadata,
/// which names the collection, is written before it and the old one removed after it.
struct DumpRename {
  let directory: DumpDirectory

  func rename(_ collection: String, to name: String) throws(AvalonError) {
    let lock = try DumpLock(directory.path)
    let collections = try directory.collections()
    guard let from = collections[FieldName(collection)] else {
      throw failure(collection, .io, "there is no such collection")
    }
    guard collections[FieldName(name)] == nil else {
      throw failure(collection, .exists, "there is a collection \(NamespaceName.quoted(name))")
    }
    guard let to = DumpFileName.encode(name) else {
      throw failure(collection, .invalidAddress, "the new name is too long for a file")
    }
    let text = try metadata(of: from, as: name)
    let metadata = directory.path(of: to + DumpFileName.metadata)
    let file = try AtomicFile(replacing: metadata, in: directory)
    try file.append(text)
    try file.commit()
    try move(from + DumpFileName.documents, to + DumpFileName.documents)
    unlink(directory.path(of: from + DumpFileName.metadata))
    try lock.synchronise()
  }

  private func metadata(of from: String, as name: String) throws(AvalonError) -> String {
    let path = directory.path(of: from + DumpFileName.metadata)
    guard FileManager.default.fileExists(atPath: path) else {
      return DumpMetadata.text(collection: name)
    }
    guard let old = FileManager.default.contents(atPath: path) else {
      throw DumpFile.failure("read", path)
    }
    do throws(JSONError) {
      return try DumpMetadata.text(collection: name, like: old)
    } catch {
      throw failure(
        name, .damaged, "'\(path)' is no JSON (\(error)): mend it, or take it away")
    }
  }

  private func move(_ from: String, _ to: String) throws(AvalonError) {
    let path = directory.path(of: from)
    guard Foundation.rename(path, directory.path(of: to)) == 0 else {
      throw DumpFile.failure("rename", path)
    }
  }

  private func failure(
    _ collection: String, _ code: AvalonError.Code, _ cause: String
  ) -> AvalonError {
    AvalonError(
      code, operation: "rename the collection", subject: NamespaceName.quoted(collection),
      cause: cause)
  }
}
