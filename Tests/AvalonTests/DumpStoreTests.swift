import BSON
import Foundation
import TestSupport
import Testing

@testable import Avalon

/// What only a dump directory has: files that are whole or old, damage, names of files.
@Suite struct DumpStoreTests {
  @Test func aMissingDirectoryIsEmptyAndMadeByTheFirstWrite() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      _ = try await room.store.describe()
      #expect(try await room.collections() == [])
      #expect(!FileManager.default.fileExists(atPath: directory))
      #expect(try await room.write([.insert(asset(1))]) == [.applied])
      let files = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
      #expect(files == ["bigbuck.bson", "bigbuck.metadata.json"])
    }
  }

  @Test func metadataIsThatOfMongodump() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      _ = try await room.write([.insert(asset(1))])
      let path = directory + "/bigbuck.metadata.json"
      let text = try #require(FileManager.default.contents(atPath: path))
      let metadata = try JSON.document(String(decoding: text, as: UTF8.self))
      #expect(Array(metadata).map(\.name) == ["indexes", "uuid", "collectionName", "type"])
      #expect(metadata["uuid"]?.string?.utf8.count == 32)
      #expect(metadata["collectionName"]?.string == "bigbuck")
      let index = try #require(metadata["indexes"]?.array.flatMap { Array($0).first?.document })
      #expect(
        JSONText.write(index)
          == #"{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}"#)
      _ = try await room.write([.insert(asset(2))])
      #expect(FileManager.default.contents(atPath: path) == text)
    }
  }

  @Test func aCollectionTakesItsIndexesAlong() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      _ = try await room.write([.insert(asset(1))])
      let studio =
        #"{"indexes":[{"v":{"$numberInt":"2"},"key":{"name":{"$numberInt":"1"}},"name":"n"}],"#
        + #""uuid":"0","collectionName":"bigbuck","options":{"collation":{"locale":"fr"}}}"#
      try Data(studio.utf8).write(to: URL(fileURLWithPath: directory + "/bigbuck.metadata.json"))
      try await room.store.rename(collection: "bigbuck", to: "small")
      let path = directory + "/small.metadata.json"
      let text = try #require(FileManager.default.contents(atPath: path))
      let metadata = try JSON.document(String(decoding: text, as: UTF8.self))
      let old = try JSON.document(studio)
      #expect(metadata["collectionName"]?.string == "small")
      for name: FieldName in ["indexes", "uuid", "options"] {
        #expect(metadata[name] != nil && metadata[name] == old[name])
      }
      // What cannot be read is not thrown away.
      try Data("{".utf8).write(to: URL(fileURLWithPath: path))
      let error = await #expect(throws: AvalonError.self) {
        try await room.store.rename(collection: "small", to: "other")
      }
      #expect(error?.description.contains(path) == true, "\(String(describing: error))")
      #expect(try await room.collections() == ["small"])
    }
  }

  @Test func otherDocumentsStayByteForByteAndInOrder() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let texts = (1...3000).map { number in
        document(
          ("_id", .int32(Int32(number))), ("type", "version".value),
          ("blob", String(repeating: "x", count: 4000).value))
      }
      let documents = Array(texts.prefix(1500)) + [asset(1)] + Array(texts.suffix(1500))
      try await room.put(documents)
      let update = DocumentUpdate(1, ["name"], from: "hero".value, to: "villain".value)
      #expect(try await room.write([.update(update), .insert(asset(2))]) == [.applied, .applied])
      let expected =
        Array(texts.prefix(1500)) + [asset(1, "villain")] + Array(texts.suffix(1500)) + [asset(2)]
      #expect(try await room.all() == expected)
    }
  }

  @Test func aWriteThatChangesNothingLeavesTheFile() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let path = try #require(room.dumpDirectory) + "/bigbuck.bson"
      try await room.put([asset(1)])
      let before = try FileManager.default.attributesOfItem(atPath: path)
      let same = DocumentUpdate(1, ["name"], from: "hero".value, to: "hero".value)
      let lost = DocumentUpdate(1, ["name"], from: "x".value, to: "y".value)
      #expect(try await room.write([.update(same), .update(lost)]) == [.applied, .conflicted])
      let after = try FileManager.default.attributesOfItem(atPath: path)
      #expect(
        before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
      #expect(try leftovers(room) == [])
    }
  }

  @Test func damageIsToldWithItsPlace() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let path = try #require(room.dumpDirectory) + "/bigbuck.bson"
      try await room.put([asset(1), asset(2)])
      let whole = try #require(FileManager.default.contents(atPath: path))
      let first = asset(1).byteCount
      var wrongType = whole
      wrongType[first + 4] = 0x55
      var wrongLength = whole
      wrongLength[first] = 0
      var negative = whole
      negative[first + 3] = 0xFF
      let cases: [(Data, Int)] = [
        (whole.dropLast(3), first), (whole.prefix(first + 2), first), (wrongType, first + 4),
        (wrongLength, first), (negative, first),
      ]
      for (bytes, offset) in cases {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        for isWrite in [false, true] {
          let error = await #expect(throws: AvalonError.self) {
            if isWrite {
              _ = try await room.write([.insert(asset(3))])
            } else {
              _ = try await room.read()
            }
          }
          #expect(error?.code == .damaged)
          #expect(error?.subject == path)
          #expect(error?.cause.contains("at byte \(offset);") == true, "\(error?.cause ?? "")")
          #expect(FileManager.default.contents(atPath: path) == Data(bytes))
        }
      }
      #expect(try leftovers(room) == [])
    }
  }

  @Test func mongodumpsOwnFilesAreNoCollections() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      try await room.put([asset(1)])
      let own = [
        "oplog.bson", "system.js.bson", "system.buckets.x.bson", "$admin.system.users.bson",
        "prelude.json", "view.metadata.json", ".hidden.bson", "notes.txt",
      ]
      for name in own { try Data().write(to: URL(fileURLWithPath: directory + "/" + name)) }
      #expect(try await room.collections() == ["bigbuck"])
    }
  }

  @Test func aCompressedDumpIsRefused() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      try await room.put([asset(1)])
      try Data([0x1F, 0x8B]).write(to: URL(fileURLWithPath: directory + "/other.bson.gz"))
      for operation in ["list", "read", "write"] {
        let error = await #expect(throws: AvalonError.self, "\(operation)") {
          switch operation {
          case "list": _ = try await room.collections()
          case "read": _ = try await room.read("other")
          default: _ = try await room.write([.insert(asset(2))], to: "other")
          }
        }
        #expect(error?.cause.contains("gunzip") == true)
      }
    }
  }

  @Test func aFileInTheWayIsToldAndLeft() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      let parent = URL(fileURLWithPath: directory).deletingLastPathComponent().path
      try Data("mine".utf8).write(to: URL(fileURLWithPath: parent))
      for isWrite in [false, true] {
        let error = await #expect(throws: AvalonError.self) {
          if isWrite {
            _ = try await room.write([.insert(asset(1))])
          } else {
            _ = try await room.store.describe()
          }
        }
        #expect(error?.description.contains("directory") == true, "\(error?.description ?? "")")
      }
      #expect(FileManager.default.contents(atPath: parent) == Data("mine".utf8))
    }
  }

  @Test func aDirectoryInTheFilesPlaceIsTold() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let path = try #require(room.dumpDirectory) + "/bigbuck.bson"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let error = await #expect(throws: AvalonError.self) {
        _ = try await room.write([.insert(asset(1))])
      }
      #expect(error?.code == .io)
      #expect(try leftovers(room) == [])
    }
  }

  /// Root may write anywhere, so the rights are tried as another user where we are root.
  @Test(.enabled(if: getuid() != 0)) func aReadOnlyDirectoryIsToldAndLeft() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      try await room.put([asset(1)])
      chmod(directory, 0o500)
      let error = await #expect(throws: AvalonError.self) {
        _ = try await room.write([.insert(asset(2))])
      }
      chmod(directory, 0o700)
      #expect(error?.code == .io)
      #expect(error?.cause.contains("this user may not") == true)
      #expect(try await room.all() == [asset(1)])
    }
  }

  @Test func aFullDiskIsTold() {
    errno = ENOSPC
    let error = DumpFile.failure("write", "/dump/bigbuck.bson")
    #expect(error.code == .io)
    #expect(error.isRetryable)
    #expect(error.cause.contains("free some space"))
  }

  @Test func whereNobodyMayWriteIsTold() async throws {
    let store = try DumpStore(directory: "/proc/avalon-sync", database: "avalon")
    let error = await #expect(throws: AvalonError.self) {
      _ = try await store.write(collection: "bigbuck", [.insert(asset(1))])
    }
    #expect(error?.code == .io)
    #expect(error?.operation == "make the directory")
    #expect(error?.subject == "/proc/avalon-sync")
    await store.close()
  }

  /// A name that mongodump cut stands whole in the metadata (mongo-tools `outputPath`).
  @Test func aCutNameIsReadFromTheMetadata() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      try await room.put([asset(1)])
      let name = String(repeating: "é", count: 100)
      let stem =
        String(repeating: "%C3%A9", count: 34) + "%C3%" + "%24"
        + String(repeating: "h", count: 27)
      let files = FileManager.default
      try files.moveItem(
        atPath: directory + "/bigbuck.bson", toPath: directory + "/\(stem).bson")
      try Data(DumpMetadata.text(collection: name).utf8).write(
        to: URL(fileURLWithPath: directory + "/\(stem).metadata.json"))
      #expect(try await room.collections() == [name])
      #expect(try await room.read(name) == [asset(1)])
      #expect(try await room.write([.insert(asset(2))], to: name) == [.applied])
      #expect(try await room.read(name) == [asset(1), asset(2)])
      #expect(try files.contentsOfDirectory(atPath: directory).count == 2)
    }
  }

  @Test func leftoversOfAKilledWriterGo() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      try await room.put([asset(1)])
      let leftover = directory + "/" + AtomicFile.prefix + "dead.tmp"
      try Data("half".utf8).write(to: URL(fileURLWithPath: leftover))
      #expect(try await room.write([.insert(asset(2))]) == [.applied])
      #expect(try leftovers(room) == [])
      #expect(try await room.all() == [asset(1), asset(2)])
    }
  }

  @Test func aFilesPermissionsAreKept() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let path = try #require(room.dumpDirectory) + "/bigbuck.bson"
      try await room.put([asset(1)])
      chmod(path, 0o640)
      _ = try await room.write([.insert(asset(2))])
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
    }
  }

  /// Two stores of their own, as two processes have them: the lock is of the open directory.
  @Test func twoWritersNeverInterleave() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let parent = URL(fileURLWithPath: try #require(room.dumpDirectory))
        .deletingLastPathComponent().path
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<4 {
          let store = try DumpStore(directory: parent, database: room.database)
          group.addTask {
            for step in 0..<25 {
              let outcome = try await store.write(
                collection: room.collection, [.insert(asset(1 + writer * 100 + step))])
              #expect(outcome == [.applied])
            }
            await store.close()
          }
        }
        try await group.waitForAll()
      }
      #expect(try await room.all().count == 100)
    }
  }

  @Test func hostileNamesStayInTheDirectory() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let directory = try #require(room.dumpDirectory)
      _ = try await room.write([.insert(asset(1))], to: "a/b c%")
      let files = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
      #expect(files == ["a%2Fb%20c%25.bson", "a%2Fb%20c%25.metadata.json"])
      let long = String(repeating: "é", count: 100)
      let error = await #expect(throws: AvalonError.self) {
        _ = try await room.write([.insert(asset(1))], to: long)
      }
      #expect(error?.cause.contains("too long for a file") == true)
    }
  }

  @Test func namesOfDatabasesCannotLeaveTheDirectory() {
    for name in ["", "..", "a/b", "../x", "a.b", "a\u{0}b", String(repeating: "x", count: 64)] {
      let error = #expect(throws: AvalonError.self, "\(name)") {
        _ = try DumpStore(directory: "/tmp/none", database: name)
      }
      #expect(error?.code == .invalidAddress)
    }
  }

  private func leftovers(_ room: StoreRoom) throws -> [String] {
    let directory = try #require(room.dumpDirectory)
    return try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasPrefix(AtomicFile.prefix) }
  }
}
