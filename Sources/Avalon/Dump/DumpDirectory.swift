internal import BSON
internal import Foundation

/// The directory of one database in a `mongodump` directory, and which file holds which collection.
struct DumpDirectory: Sendable {
  /// The directory as the caller gave it.
  let root: String
  let path: String

  init(root: String, database: String) {
    self.root = root
    path = Self.join(root, database)
  }

  private static func join(_ directory: String, _ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }

  func path(of file: String) -> String { Self.join(path, file) }

  /// Checks that what stands there can be a dump; nothing there is an empty one.
  func check() throws(AvalonError) {
    for path in [root, path] {
      var status = stat()
      guard stat(path, &status) == 0 else {
        if errno == ENOENT { continue }
        throw DumpFile.failure("read", path)
      }
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw AvalonError(
          .invalidAddress, operation: "read", subject: "dump:\(root)",
          cause: "\(path) is no directory; give the directory that mongodump wrote (its --out)")
      }
    }
    _ = try files()
  }

  /// Makes the directory with those above it.
  func make() throws(AvalonError) {
    var current = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      current += current.isEmpty || current == "/" ? String(part) : "/" + part
      if mkdir(current, 0o777) == 0 || errno == EEXIST || Self.isDirectory(current) { continue }
      throw DumpFile.failure("make the directory", current)
    }
    guard Self.isDirectory(path) else {
      errno = ENOTDIR
      throw DumpFile.failure("make the directory", path)
    }
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names of the files, sorted; none where the directory is missing.
  func files() throws(AvalonError) -> [String] {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return [] }
      throw DumpFile.failure("read", path)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// The collections, told apart by the bytes of their names, with their files' names without an
  /// ending.
  /// - Throws: `io` where a file is compressed: not to see it would take its project for missing.
  func collections() throws(AvalonError) -> [FieldName: String] {
    var found: [FieldName: String] = [:]
    for file in try files() {
      if file.hasSuffix(DumpFileName.compressed) {
        throw AvalonError(
          .io, operation: "read", subject: path(of: file),
          cause:
            "compressed dumps are not read; run gunzip on its files, or mongodump without --gzip"
        )
      }
      guard file.hasSuffix(DumpFileName.documents) else { continue }
      let stem = String(file.dropLast(DumpFileName.documents.count))
      guard let name = name(ofFile: stem), Self.isCollection(name) else { continue }
      // Two files can decode to one name; the plain spelling wins.
      if found[FieldName(name)] == nil || DumpFileName.encode(name) == stem {
        found[FieldName(name)] = stem
      }
    }
    return found
  }

  /// mongodump's own files stand beside the collections: the log of operations, users and roles.
  private static func isCollection(_ name: String) -> Bool {
    name != "oplog" && !name.hasPrefix("$") && !NamespaceName.isReserved(name)
  }

  private func name(ofFile stem: String) -> String? {
    if DumpFileName.isAmbiguous(stem), let name = metadataName(stem) { return name }
    return DumpFileName.decode(stem)
  }

  private func metadataName(_ stem: String) -> String? {
    let bytes = FileManager.default.contents(atPath: path(of: stem + DumpFileName.metadata))
    let metadata = bytes.flatMap { try? JSON.document(String(decoding: $0, as: UTF8.self)) }
    return metadata?["collectionName"]?.string
  }
}
