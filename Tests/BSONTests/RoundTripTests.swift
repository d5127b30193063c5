import BSON
import Foundation
import TestSupport
import Testing

@Suite("Documents: written and read again")
struct RoundTripTests {
  @Test("Every type that a document can hold comes back")
  func types() throws {
    let id = try #require(ObjectID(hex: "5f3e1b2c3d4e5f6071829304"))
    let inner = DocumentWriter.document { $0.append("x", .bool(true)) }
    let values: [Value] = [
      .null, .bool(true), .bool(false), .int32(.min), .int64(.max), .double(-0.5), .string(""),
      .string("é角🚀\u{0}x"), .document(inner), .array(.empty), .objectID(id), .date(-1),
      .unrepresentable("why"), .other(.timestamp, [1, 2, 3, 4, 5, 6, 7, 8]),
      .other(.binary, [2, 0, 0, 0, 0, 9, 9]), .other(.regex, [0x61, 0, 0x69, 0]),
      .other(.decimal128, Array(repeating: 7, count: 16)), .other(.undefined, []),
    ]
    let written = DocumentWriter.document { writer in
      for (index, value) in values.enumerated() { writer.append(FieldName("f\(index)"), value) }
      writer.appendArray("list", values)
    }
    let read = try document(bytes: bytes(of: written))
    #expect(read == written)
    for (index, value) in values.enumerated() {
      #expect(read[FieldName("f\(index)")] == value)
    }
    #expect(read["list"]?.array?.map(\.value) == values)
    #expect(read["list"]?.array?.map(\.name) == values.indices.map(String.init))
  }

  @Test("JSON of every recorded answer is read back as the same document")
  func recordedFiles() throws {
    let names = try fixtureNames()
    #expect(names.count > 20)
    for name in names {
      let data = try fixtureData(name)
      let isList = data.first { ![0x20, 0x0A].contains($0) } == UInt8(ascii: "[")
      let documents = try data.withUnsafeBytes { buffer in
        isList ? try JSON.documents(buffer) : [try JSON.document(buffer)]
      }
      for document in documents {
        for style in [JSONText.Style.compact, .pretty] {
          #expect(try JSON.document(JSONText.write(document, style)) == document, "\(name)")
        }
      }
    }
  }

  @Test("Random documents survive BSON and JSON")
  func random() throws {
    var random = SeededRandom(7)
    for _ in 0..<500 {
      let written = RandomDocument.document(&random, depth: 4)
      #expect(try document(bytes: bytes(of: written)) == written)
      #expect(try JSON.document(JSONText.write(written)) == written)
      #expect(
        try JSON.document(JSONText.write(written, sortsNames: true)).isEquivalent(to: written))
    }
  }

  @Test("Parts of documents are copied with their names or under new ones")
  func copies() throws {
    let source = try JSON.document(#"{"a": {"b": [1, "x"]}, "c": 2.5}"#)
    let a = try #require(source.element("a"))
    let c = try #require(source.element("c"))
    let copy = DocumentWriter.document { writer in
      writer.append(c)
      writer.append("n", a)
      writer.beginArray("l")
      writer.append(index: 0, a)
      writer.append(index: 1, c)
      writer.end()
    }
    #expect(JSONText.write(copy) == #"{"c":2.5,"n":{"b":[1,"x"]},"l":[{"b":[1,"x"]},2.5]}"#)
  }

  @Test("What is taken back leaves no trace")
  func rollBack() {
    let writer = DocumentWriter()
    writer.beginRoot()
    writer.append("a", .int32(1))
    let mark = writer.mark()
    writer.beginDocument("b")
    writer.beginArray("c")
    writer.append(index: 0, .string("gone"))
    writer.rollBack(to: mark)
    writer.append("d", .int32(2))
    writer.end()
    let second = writer.mark()
    writer.beginRoot()
    writer.end()
    writer.rollBack(to: second)
    #expect(writer.finish().map { JSONText.write($0) } == [#"{"a":1,"d":2}"#])
  }

  @Test("Several documents stand one after another, as in a dump file")
  func sequences() throws {
    let documents = try (0..<20).map { try JSON.document(#"{"n": \#($0)}"#) }
    let all = documents.flatMap { bytes(of: $0) }
    let storage = all.withUnsafeBytes { Storage(copying: $0) }
    #expect(try Document.sequence(in: storage) == documents)
    #expect(throws: BSONError.self) { try document(bytes: all) }
    #expect(throws: BSONError.self) { try document(bytes: []) }
  }

  @Test("Lists over ten items have the index as name")
  func longLists() throws {
    let list = try #require(
      try JSON.document("{\"l\": [\((0..<120).map(String.init).joined(separator: ","))]}")["l"]?
        .array)
    #expect(list.map(\.name) == (0..<120).map(String.init))
    #expect(list.map { $0.value.int } == Array(0..<120))
  }

  @Test("Paths go through documents only")
  func paths() throws {
    let read = try JSON.document(#"{"a": {"b": {"c": 1}}, "l": [{"c": 2}]}"#)
    #expect(read[path: ["a", "b", "c"]] == .int32(1))
    #expect(read[path: ["l", "0", "c"]] == nil && read[path: ["a", "x", "c"]] == nil)
    #expect(read[path: []] == .document(read))
  }
}
