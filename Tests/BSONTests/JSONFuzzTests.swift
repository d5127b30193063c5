import BSON
import Foundation
import TestSupport
import Testing

@Suite("JSON: random text")
struct JSONFuzzTests {
  @Test("Valid text is read as Foundation reads it", arguments: [1, 2, 3, 4])
  func agreesWithFoundation(seed: UInt64) throws {
    var random = SeededRandom(seed)
    for _ in 0..<300 {
      let text = JSONTextGenerator.object(&random, depth: 4)
      let mine = try JSON.document(text)
      let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8))
      #expect(isSame(.document(mine), theirs), "seed \(seed): \(text)")
    }
  }

  @Test("Damaged text is read or refused, and what is read is sound", arguments: [11, 12, 13])
  func damaged(seed: UInt64) throws {
    var random = SeededRandom(seed)
    var refused = 0
    for _ in 0..<1500 {
      var bytes = Array(JSONTextGenerator.object(&random, depth: 3).utf8)
      for _ in 0...random.below(3) { damage(&bytes, &random) }
      do throws(JSONError) {
        let read = try result(of: bytes).get()
        #expect(throws: Never.self) { try document(bytes: BSONTests.bytes(of: read)) }
        _ = JSONText.write(read)
      } catch {
        refused += 1
        #expect(error.line >= 1 && error.column >= 1)
      }
    }
    #expect(refused > 300)
  }

  private func result(of bytes: [UInt8]) -> Result<Document, JSONError> {
    bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONError) in try JSON.document(buffer) }
    }
  }

  private func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    guard !bytes.isEmpty else { return }
    let index = random.below(bytes.count)
    switch random.below(5) {
    case 0: bytes.remove(at: index)
    case 1: bytes.insert(random.pick(Array("{}[]\",:\\0-.eu\u{1}é".utf8)), at: index)
    case 2: bytes[index] = UInt8(random.below(256))
    case 3: bytes.removeSubrange(index...)
    default: bytes.insert(contentsOf: Array("{\"$oid\":1e999,".utf8), at: index)
    }
  }

  private func isSame(_ mine: Value, _ theirs: Any) -> Bool {
    switch mine {
    case .null: return theirs is NSNull
    case .bool(let flag): return theirs as? Bool == flag
    case .string(let text):
      return (theirs as? String).map { Array($0.utf8) == Array(text.utf8) } ?? false
    case .int32, .int64: return (theirs as? NSNumber)?.int64Value == mine.int.map(Int64.init)
    case .double(let number): return (theirs as? NSNumber)?.doubleValue == number
    case .array(let list):
      guard let items = theirs as? [Any], items.count == list.count(where: { _ in true }) else {
        return false
      }
      return zip(list, items).allSatisfy { isSame($0.value, $1) }
    case .document(let document):
      guard let object = theirs as? [String: Any] else { return false }
      let elements = Array(document)
      return elements.count == object.count
        && elements.allSatisfy { element in
          object[element.name].map { isSame(element.value, $0) } ?? false
        }
    default: return false
    }
  }
}

/// Writes random JSON in all the ways in which it can be spelt.
enum JSONTextGenerator {
  static func object(_ random: inout SeededRandom, depth: Int) -> String {
    let members = (0..<random.below(6)).map { index in
      // Numbered, as a name may occur once.
      "\"\(index)\(inside(&random))\"" + blank(&random) + ":" + value(&random, depth: depth - 1)
    }
    return blank(&random) + "{" + members.joined(separator: ",") + blank(&random) + "}"
      + blank(&random)
  }

  private static func value(_ random: inout SeededRandom, depth: Int) -> String {
    let text: String
    switch random.below(depth > 0 ? 8 : 6) {
    case 0: text = random.pick(["null", "true", "false"])
    case 1: text = String(random.below(100_000) - 50_000)
    case 2: text = String(Int64(truncatingIfNeeded: random.next()))
    case 3: text = random.pick(["0.5", "-1.25e3", "1E-2", "23.976", "1e10", "123456.789"])
    case 4, 5: text = "\"\(inside(&random))\""
    case 6: return object(&random, depth: depth)
    default:
      let items = (0..<random.below(5)).map { _ in value(&random, depth: depth - 1) }
      text = "[" + items.joined(separator: ",") + blank(&random) + "]"
    }
    return blank(&random) + text + blank(&random)
  }

  private static func inside(_ random: inout SeededRandom) -> String {
    var text = ""
    // Foundation drops a byte order mark at the start of a text; we keep it.
    for scalar in random.text(upTo: 12).unicodeScalars where scalar != "\u{FEFF}" {
      switch scalar {
      case "\"": text += random.pick([#"\""#, #"\u0022"#])
      case "\\": text += random.pick([#"\\"#, #"\u005C"#])
      case "/": text += random.pick(["/", #"\/"#])
      default:
        if scalar.value < 0x20 || random.chance(20) {
          text += String(scalar).utf16.map { unit in
            "\\u" + String(repeating: "0", count: 4 - String(unit, radix: 16).count)
              + String(unit, radix: 16)
          }.joined()
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text
  }

  private static func blank(_ random: inout SeededRandom) -> String {
    random.chance(70) ? "" : random.pick([" ", "\n", "\t ", "\r\n"])
  }
}
