import BSON
import Testing

/// Kitsu's values are data (design.md, part 1): whatever somebody typed into a field costs that
/// field alone.
@Suite("JSON: hostile values")
struct JSONReaderTests {
  @Test(
    "Extended JSON look-alikes stay objects",
    arguments: [
      #"{"$oid": "nope"}"#, #"{"$oid": "5f3e1b2c3d4e5f6071829304"}"#, #"{"$date": "hello"}"#,
      #"{"$date": "2026-01-01T00:00:00Z"}"#, #"{"$date": {"$numberLong": "1"}}"#,
      #"{"$numberLong": "12"}"#, #"{"$numberDouble": "NaN"}"#, #"{"$numberDecimal": "1.5"}"#,
      #"{"$binary": {"base64": "AA==", "subType": "00"}}"#, #"{"$regex": "a", "$options": "i"}"#,
      #"{"$timestamp": {"t": 1, "i": 1}}"#, #"{"$minKey": 1}"#, #"{"$undefined": true}"#,
      #"{"$code": "x"}"#, #"{"$symbol": "x"}"#, #"{"$ref": "a", "$id": "b"}"#,
    ])
  func extendedJSON(text: String) throws {
    let read = try #require(try value(text))
    let object = try #require(read.document)
    let plain = text.replacing(": ", with: ":").replacing(", ", with: ",")
    #expect(JSONText.write(object) == plain)
  }

  @Test("A NUL in a value or a name costs that field alone")
  func nul() throws {
    let read = try JSON.document(
      #"{"a": "x\u0000y", "n\u0000": {"deep": [1, "}"]}, "n?": 1, "z": 2}"#)
    #expect(flaw(read["a"]) == "a text with a NUL character")
    #expect(read["n?"] == .int32(1))
    #expect(read["z"] == .int32(2))
    let flaws = read.compactMap { flaw($0.value) }
    #expect(
      flaws == [
        "a text with a NUL character", "its field name is a text with a NUL character",
      ])
  }

  @Test("An unfit name is no duplicate of a sound one", arguments: [#"a\u0000"#, #"a\ud800"#])
  func unfitNames(name: String) throws {
    for text in [#"{"\#(name)": 1, "a": 2}"#, #"{"a": 2, "\#(name)": 1}"#] {
      #expect(try JSON.document(text)["a"] == .int32(2))
    }
    let twice = try JSON.document(#"{"\#(name)": 1, "\#(name)": 2, "b": 3}"#)
    #expect(twice["b"] == .int32(3) && twice["a"] == nil)
  }

  @Test(
    "Half a surrogate pair costs its field alone",
    arguments: [
      #"\ud800"#, #"\udc00"#, #"\ud800x"#, #"\ud800\u0041"#, #"\udbff\udbff"#, #"x\udfff"#,
    ])
  func surrogates(text: String) throws {
    let read = try JSON.document(#"{"a": "\#(text)", "b": "sound"}"#)
    #expect(flaw(read["a"]) == "a text with half a surrogate pair")
    #expect(read["b"] == .string("sound"))
  }

  @Test("Escapes give their characters")
  func escapes() throws {
    #expect(try value(#""\"\\\/\b\f\n\r\t""#) == .string("\"\\/\u{8}\u{C}\n\r\t"))
    #expect(try value(#""\u0041\u00e9\u89d2\uD83D\uDE80""#) == .string("Aé角🚀"))
    #expect(try value(#""\u2028\u007F""#) == .string("\u{2028}\u{7F}"))
  }

  @Test(
    "Numbers that nobody can store",
    arguments: ["1e400", "-1e400", "1E+999", "NaN", "Infinity", "-Infinity"])
  func numbersOutOfRange(text: String) throws {
    let read = try JSON.document(#"{"a": \#(text), "l": [1, \#(text), 2], "b": 1}"#)
    #expect(flaw(read["a"]) != nil)
    #expect(read["b"] == .int32(1))
    let list = try #require(read["l"]?.array).map(\.value)
    #expect(list.count == 3 && flaw(list[1]) != nil && list[2] == .int32(2))
  }

  @Test("Nesting over 100 levels costs what is nested", arguments: ["[]", "{}"])
  func nesting(brackets: String) throws {
    let open = brackets == "[]" ? "[" : #"{"k": "#
    let close = brackets == "[]" ? "]" : "}"
    func nested(_ levels: Int) -> String {
      String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
    }
    // The object around it is the first level.
    let deepest = try JSON.document(#"{"v": \#(nested(99)), "b": 1}"#)
    #expect(!JSONText.write(deepest).contains("unrepresentable"))
    for levels in [100, 101, 100_000] {
      let read = try JSON.document(#"{"v": \#(nested(levels)), "b": 1}"#)
      #expect(JSONText.write(read).contains("nested deeper than 100 levels"))
      #expect(read["b"] == .int32(1))
    }
  }

  @Test(
    "What is passed over must be JSON as well",
    arguments: [
      #"{"n\u0000":}}"#, #"{"n\u0000": , "a": 1}"#, #"{"n\u0000": [}"#, #"{"n\u0000": [1 2]}"#,
      #"{"n\u0000": {"a" 1}}"#, #"{"n\u0000": {1: 1}}"#, #"{"n\u0000": tru}"#,
      #"{"n\u0000": [1,]}"#, #"{"n\u0000": {"a": 1,}}"#, #"{"n\u0000": 01}"#,
    ])
  func skippedValues(text: String) {
    #expect(failure(reading: text) != nil)
  }

  @Test("Text that is not UTF-8 costs its field alone")
  func notUTF8() throws {
    let sound = Array(#"{"a": "x"#.utf8)
    let rest = Array(#"y", "b": 1}"#.utf8)
    for wrong: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE9], [0xF5, 0x80, 0x80]] {
      let read = try (sound + wrong + rest).withUnsafeBytes { try JSON.document($0) }
      #expect(flaw(read["a"]) == "a text that is not UTF-8")
      #expect(read["b"] == .int32(1))
      let name = Array(#"{"k"#.utf8) + wrong + Array(#"": 1, "b": 1}"#.utf8)
      #expect(try name.withUnsafeBytes { try JSON.document($0) }["b"] == .int32(1))
    }
  }

  @Test("Blanks around values have no meaning")
  func blanks() throws {
    let read = try JSON.document("\r\n\t {\n \"a\" :\t[ 1 , { } , [ ] ] \r\n} \n")
    #expect(JSONText.write(read) == #"{"a":[1,{},[]]}"#)
  }
}
