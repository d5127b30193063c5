import BSON
import TestSupport
import Testing

/// Dump files come from other programs: whatever stands in them is read or refused, never a crash.
@Suite("BSON: bytes are checked")
struct ValidatorTests {
  private static func sample() throws -> [UInt8] {
    let json = try JSON.document(
      #"{"name": "sh010", "data": {"l": [1, 2.5, "x", {"y": null}], "long": 9007199254740993}}"#)
    let id = try #require(ObjectID(bytes: Array(0..<12)))
    let whole = DocumentWriter.document { writer in
      for element in json { writer.append(element) }
      writer.append("id", .objectID(id))
      writer.append("when", .date(1_700_000_000_000))
      writer.append("binary", .other(.binary, [3, 0, 0, 0, 0, 1, 2, 3]))
      writer.append("regex", .other(.regex, [0x61, 0, 0x69, 0]))
      writer.append("code", .unrepresentable("because"))
    }
    return bytes(of: whole)
  }

  @Test("No part of a document is a document")
  func truncations() throws {
    let sample = try ValidatorTests.sample()
    #expect(throws: Never.self) { try document(bytes: sample) }
    for length in 0..<sample.count {
      #expect(throws: BSONError.self, "\(length) of \(sample.count) bytes") {
        try document(bytes: Array(sample[..<length]))
      }
      // The same with a length that claims to fit.
      var shortened = Array(sample[..<length])
      guard length >= 5 else { continue }
      shortened.replaceSubrange(0..<4, with: ValidatorTests.littleEndian(length))
      shortened[length - 1] = 0
      if let read = try? document(bytes: shortened) { ValidatorTests.walk(read) }
    }
  }

  @Test("Random damage is refused or harmless", arguments: [1, 2, 3, 4])
  func damage(seed: UInt64) throws {
    let sample = try ValidatorTests.sample()
    var random = SeededRandom(seed)
    var refused = 0
    for _ in 0..<5000 {
      var damaged = sample
      for _ in 0...random.below(3) {
        let index = random.below(damaged.count)
        damaged[index] =
          random.chance(50)
          ? damaged[index] ^ (1 << UInt8(random.below(8))) : UInt8(random.below(256))
      }
      do throws(BSONError) {
        ValidatorTests.walk(try ValidatorTests.result(damaged).get())
      } catch {
        refused += 1
        #expect(error.offset >= 0 && error.offset <= damaged.count)
      }
    }
    #expect(refused > 500)
  }

  @Test(
    "Each kind of damage has its reason",
    arguments: [
      ([4, 0, 0, 0], "cut off"), ([5, 0, 0, 0, 1], "zero byte"),
      ([6, 0, 0, 0, 0], "length does not fit"), ([0xFF, 0xFF, 0xFF, 0xFF, 0], "does not fit"),
      ([8, 0, 0, 0, 0x10, 0x61, 0, 0], "type 16 does not fit"),
      ([8, 0, 0, 0, 0x0A, 0x61, 0x61, 0], "name is cut off"),
      ([8, 0, 0, 0, 0x77, 0x61, 0, 0], "type 119 does not fit"),
      ([14, 0, 0, 0, 2, 0x61, 0, 2, 0, 0, 0, 0x62, 0x62, 0], "text does not end"),
      ([13, 0, 0, 0, 2, 0x61, 0, 0, 0, 0, 0, 0, 0], "type 2 does not fit"),
      ([13, 0, 0, 0, 3, 0x61, 0, 9, 0, 0, 0, 0, 0], "does not fit"),
    ] as [([UInt8], String)])
  func reasons(damaged: [UInt8], reason: String) {
    do throws(BSONError) {
      _ = try ValidatorTests.result(damaged).get()
      Issue.record("\(damaged) was taken")
    } catch {
      #expect(error.description.contains(reason), "\(error)")
    }
  }

  @Test("Documents nested deeper than MongoDB allows are refused")
  func nesting() throws {
    func nested(_ levels: Int) -> [UInt8] {
      var inner: [UInt8] = [5, 0, 0, 0, 0]
      for _ in 0..<levels {
        inner = ValidatorTests.littleEndian(inner.count + 7) + [3, 0x61] + [0] + inner + [0]
        inner.replaceSubrange(0..<4, with: ValidatorTests.littleEndian(inner.count))
      }
      return inner
    }
    #expect(throws: Never.self) { try document(bytes: nested(200)) }
    #expect(throws: BSONError.self) { try document(bytes: nested(201)) }
    #expect(throws: BSONError.self) { try document(bytes: nested(50_000)) }
  }

  private static func littleEndian(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private static func result(_ bytes: [UInt8]) -> Result<Document, BSONError> {
    bytes.withUnsafeBytes { buffer in
      Result { () throws(BSONError) in try Document(validating: buffer) }
    }
  }

  /// Reads all there is.
  private static func walk(_ document: Document) {
    for element in document {
      _ = document.element(FieldName(element.name))
      switch element.value {
      case .document(let inner), .array(let inner): walk(inner)
      default: break
      }
    }
    _ = JSONText.write(document, .pretty, sortsNames: true)
    _ = document.isEquivalent(to: document)
  }
}
