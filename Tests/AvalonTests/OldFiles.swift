import BSON
import Foundation
import Identity
import TestSupport
import Testing

@testable import Avalon

/// A `DATA_PATH` of the old Avalon Sync that is written byte by byte.
struct OldFiles {
  private let folder: TemporaryFolder
  var path: String { folder.url.path }

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.folder("data")
  }

  func path(_ project: Int, _ name: String = "") -> String {
    path + "/data/\(kitsu(project))" + (name.isEmpty ? "" : "/" + name)
  }

  func write(_ project: Int, _ name: String, _ bytes: some Sequence<UInt8>) throws {
    _ = try folder.folder("data/\(kitsu(project))")
    try Data(bytes).write(to: URL(fileURLWithPath: path(project, name)))
  }

  func entity(_ entity: Int, of project: Int, document: Int) throws {
    try write(project, kitsu(entity).description, id(document).description.utf8)
  }

  func project(_ project: Int, document: Int, collection: String) throws {
    try write(project, kitsu(project).description, pickle(id(document), collection))
  }

  func read() async throws -> OldStore { try await OldStore.read(path) }

  /// Its only project.
  func readOne() async throws -> OldStore.Project {
    let store = try await read()
    #expect(store.projects.count == 1 && store.problems.isEmpty && store.warnings.isEmpty)
    return try #require(store.projects.first)
  }
}

/// A Kitsu id that is told from others by its number.
func kitsu(_ number: Int) -> EntityID {
  let digits = String(number, radix: 16)
  let text = String(repeating: "0", count: 12 - digits.count) + digits
  guard let id = EntityID("0b1c2d3e-4f50-4617-8293-\(text)") else {
    fatalError("\(number) makes no id")
  }
  return id
}

/// What partd writes for a project, as domain.md 2.6 has it.
func pickle(_ document: ObjectID, _ collection: String, version: UInt8 = 4) -> [UInt8] {
  let name = Array(collection.utf8)
  let size = name.count < 256 ? [0x8C] + bytes(name.count, 1) : [0x58] + bytes(name.count, 4)
  var content: [UInt8] = [0x5D, 0x94, 0x28, 0x8C, 13] + Array("bson.objectid".utf8)
  content += [0x94, 0x8C, 8] + Array("ObjectId".utf8) + [0x94, 0x93, 0x94, 0x29, 0x81, 0x94]
  content += [0x43, 12] + hexadecimal(document.description) + [0x94, 0x62]
  content += size + name + [0x94, 0x65, 0x2E]
  let pickle = [0x80, version, 0x95] + bytes(content.count, 8) + content
  return bytes(pickle.count, 8) + pickle
}

func bytes(_ number: Int, _ width: Int) -> [UInt8] {
  (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

func hexadecimal(_ text: String) -> [UInt8] {
  let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}
