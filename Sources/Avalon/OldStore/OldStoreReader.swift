internal import BSON
internal import Identity

/// Walks the folders of the old Avalon Sync: `DATA_PATH/data/<project>/<entity>`. The calls block.
struct OldStoreReader {
  /// More are taken for something else than a store.
  static let maximumFiles = 1_000_000
  /// An id has 24 bytes, a project's file fewer than 400.
  static let maximumSize = 4096
  /// partd's lock, which stays behind empty.
  private static let lock = ".lock"

  private let root: OldFolder
  private let names: [String]

  /// - Throws: where it is no store of the old tool.
  init(_ path: String) throws(AvalonError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Self.noStore(path, "no folder is named")
    }
    guard let given = try OldFolder.open(path) else { throw Self.noStore(path, "it is no folder") }
    if let data = try OldFolder.open(given.path(of: "data")) {
      root = data
      names = try Self.list(data)
      return
    }
    root = given
    names = try Self.list(given)
    guard names.contains(where: { Self.id($0) != nil }) else {
      throw Self.noStore(path, "there is no folder 'data' in it, and none that is named by an id")
    }
  }

  private static func noStore(_ path: String, _ reason: String) -> AvalonError {
    AvalonError(
      .invalidAddress, operation: "read", subject: NamespaceName.quoted(path),
      cause: "\(reason); give the DATA_PATH of the old Avalon Sync, or its folder 'data'")
  }

  func read() throws(AvalonError) -> OldStore {
    var projects: [OldStore.Project] = []
    var problems: [AvalonError] = []
    var unknown: [String] = []
    for name in names {
      guard let id = Self.id(name) else {
        unknown.append(name)
        continue
      }
      do throws(AvalonError) {
        let folder = try root.folder(name)
        projects.append(try project(id, folder))
      } catch {
        problems.append(error)
      }
    }
    return OldStore(
      projects: projects, problems: problems, warnings: Self.warnings(unknown, in: root))
  }

  private func project(_ id: EntityID, _ folder: OldFolder) throws(AvalonError) -> OldStore.Project
  {
    var claims = OldClaims(folder: folder.path)
    var unknown: [String] = []
    var pair: PickledPair?
    for name in try Self.list(folder) where name != Self.lock {
      guard let entity = Self.id(name) else {
        unknown.append(name)
        continue
      }
      do throws(AvalonError) {
        let bytes = try folder.read(name, limit: Self.maximumSize)
        if entity == id {
          pair = try PickledPair(file: bytes, path: folder.path(of: name))
        } else {
          claims.add(entity, try Self.document(bytes, folder.path(of: name)))
        }
      } catch {
        claims.problems.append(error)
      }
    }
    claims.settle(project: pair?.document)
    return OldStore.Project(
      id: id, collection: pair?.collection, document: pair?.document, entities: claims.entities,
      problems: claims.problems, warnings: Self.warnings(unknown, in: folder))
  }

  /// A file of an entity: 24 hexadecimal digits and nothing else.
  private static func document(_ bytes: [UInt8], _ path: String) throws(AvalonError) -> ObjectID {
    guard bytes.count == 24 else {
      throw AvalonError.oldFile(
        path, "it has \(bytes.count) bytes, where the id of a document has 24")
    }
    let digits = Set("0123456789abcdefABCDEF".utf8)
    if let place = bytes.firstIndex(where: { !digits.contains($0) }) {
      throw AvalonError.oldFile(path, "that is no hexadecimal digit", at: place)
    }
    guard let id = ObjectID(hex: String(decoding: bytes, as: UTF8.self)) else {
      throw AvalonError.oldFile(path, "that is no id")
    }
    return id
  }

  /// Kitsu's id that a name is, as Kitsu writes it. In capitals it could double another file.
  private static func id(_ name: String) -> EntityID? {
    EntityID(name).flatMap { $0.description == name ? $0 : nil }
  }

  private static func list(_ folder: OldFolder) throws(AvalonError) -> [String] {
    try folder.names(limit: maximumFiles).sorted()
  }

  private static func warnings(_ unknown: [String], in folder: OldFolder) -> [String] {
    guard !unknown.isEmpty else { return [] }
    let shown = unknown.prefix(3).map(NamespaceName.quoted).joined(separator: ", ")
    let more = unknown.count > 3 ? " and \(unknown.count - 3) more" : ""
    return ["\(folder.path): not the old tool's, and not looked at: \(shown)\(more)"]
  }
}

extension AvalonError {
  /// A file of the old tool that is refused, whole or from a byte on.
  static func oldFile(_ path: String, _ reason: String, at offset: Int? = nil) -> AvalonError {
    let place = offset.map { ", at byte \($0)" } ?? ""
    return AvalonError(
      .damaged, operation: "read", subject: path,
      cause: "\(reason)\(place); restore it from a backup, or delete it")
  }
}
