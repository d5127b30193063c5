internal import BSON
internal import Foundation
internal import Mapping

/// A snapshot file as it was read and checked.
struct SnapshotContent: Sendable {
  struct Project: Sendable {
    let project: Document
    let lists: [String: [Document]]
  }

  let name: String
  let version: String
  let projects: [Project]
  private let studio: [String: [Document]]

  /// The documents' lengths are 32-bit numbers.
  private static let largestFile = 1 << 30

  init(path: String) throws(KitsuError) {
    let root = try SnapshotContent.root(path)
    guard root["format"]?.string == SnapshotFormat.name else {
      throw SnapshotContent.damaged(
        path,
        "it is no snapshot: 'format' is not \"\(SnapshotFormat.name)\"; make one by avalon-sync snapshot"
      )
    }
    guard let format = root["formatVersion"]?.int, format == SnapshotFormat.version else {
      let found = root["formatVersion"].map { JSONText.write($0) } ?? "missing"
      throw SnapshotContent.damaged(
        path,
        """
        its formatVersion is \(found), this avalon-sync reads \(SnapshotFormat.version); \
        use the avalon-sync that wrote it or a newer one
        """)
    }
    let kitsu = root["kitsu"]?.document ?? .empty
    name = kitsu["name"]?.string ?? "Zou"
    version = kitsu["version"]?.string ?? "unknown"
    studio = try SnapshotContent.lists(
      root["studio"]?.document ?? .empty, SnapshotFormat.studioLists, path, "studio")
    guard let list = root["projects"]?.array else {
      throw SnapshotContent.damaged(path, "'projects' is missing or no list")
    }
    projects = try list.map { item throws(KitsuError) in try Project(item, path) }
  }

  func reading(of project: Project, _ needs: SourceNeeds) -> ProjectReading {
    var unreadable: [String: String] = [:]
    func list(_ name: String, in lists: [String: [Document]]) -> [Document]? {
      if lists[name] == nil { unreadable[name] = SnapshotFormat.unreadable }
      return lists[name]
    }
    var entities: [EntityKind: [Document]] = [:]
    for kind in needs.kinds { entities[kind] = list(kind.listName, in: project.lists) }
    let links = needs.casting ? list("links", in: project.lists) : nil
    let descriptors = list("metadata_descriptors", in: project.lists) ?? []
    var studio = Studio()
    for name in SnapshotFormat.studioLists {
      studio[list: name] = list(name, in: self.studio) ?? []
    }
    let production = Production(
      project: project.project, entities: entities, links: links, descriptors: descriptors,
      studio: studio)
    return ProjectReading(production: production, unreadable: unreadable)
  }

  // MARK: Reading

  private static func root(_ path: String) throws(KitsuError) -> Document {
    let data: Data
    do {
      // Not mapped: one that is cut while it is read would end the process.
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw KitsuError(
        .io, operation: "read", subject: path,
        cause: FileManager.default.fileExists(atPath: path)
          ? "the file cannot be read (\(error.localizedDescription))" : "there is no such file")
    }
    guard data.count <= largestFile else {
      throw damaged(path, "it is larger than 1 GiB; snapshot fewer projects at once")
    }
    guard let body = ResponseBody(data) else {
      throw damaged(path, "there is no memory for its \(data.count) bytes")
    }
    do throws(JSONError) {
      return SnapshotValues.restored(try body.document(), from: body)
    } catch {
      throw KitsuError(
        .damaged, operation: "read", subject: "\(path):\(error.line):\(error.column)",
        cause: error.isTruncated ? "the file was cut off: \(error.reason)" : error.reason)
    }
  }

  fileprivate static func damaged(_ path: String, _ cause: String) -> KitsuError {
    KitsuError(.damaged, operation: "read", subject: path, cause: cause)
  }

  /// The lists that are there; one of another type is an error, not a missing one.
  fileprivate static func lists(
    _ holder: Document, _ names: [String], _ path: String, _ place: String
  ) throws(KitsuError) -> [String: [Document]] {
    var lists: [String: [Document]] = [:]
    for name in names {
      guard let element = holder.element(FieldName(name)) else { continue }
      guard let list = element.array else {
        throw damaged(path, "'\(place).\(name)' is no list")
      }
      lists[name] = try list.map { item throws(KitsuError) in
        guard let document = item.document else {
          throw damaged(path, "item \(item.name) of '\(place).\(name)' is no object")
        }
        return document
      }
    }
    return lists
  }
}

extension SnapshotContent.Project {
  fileprivate init(_ item: Element, _ path: String) throws(KitsuError) {
    let place = "projects[\(item.name)]"
    guard let holder = item.document, let project = holder["project"]?.document else {
      throw SnapshotContent.damaged(path, "'\(place).project' is missing")
    }
    self.project = project
    lists = try SnapshotContent.lists(holder, SnapshotFormat.projectLists, path, place)
  }
}
