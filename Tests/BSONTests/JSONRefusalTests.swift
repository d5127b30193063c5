import BSON
import Testing

@Suite("JSON: refusals")
struct JSONRefusalTests {
  @Test(
    "Text that is no JSON is refused",
    arguments: [
      #"{"a":1}{"#, #"{"a":1} x"#, #"{"a":1},"#, #"[1]"#, "1", #""a""#, "null", #"{a: 1}"#,
      #"{'a': 1}"#, #"{"a": 'x'}"#, #"{"a": 1,}"#, #"{"a": [1,]}"#, #"{,}"#, #"{"a"}"#,
      #"{"a": 01}"#, #"{"a": -01}"#, #"{"a": 00.5}"#, #"{"a": +1}"#, #"{"a": .5}"#,
      #"{"a": 1.}"#, #"{"a": 1.e5}"#, #"{"a": 1e}"#, #"{"a": 0x10}"#, #"{"a": 1_000}"#,
      #"{"a": True}"#, #"{"a": nul}"#, #"{"a": nan}"#, #"{"a": "\x"}"#, #"{"a": "\u12G4"}"#,
      "{\"a\": \"line\nbreak\"}", "{\"a\": \"tab\t\"}", #"{"a": 1 "b": 2}"#, "\u{FEFF}{}",
      "<html></html>",
    ])
  func notJSON(text: String) throws {
    let error = try #require(failure(reading: text))
    #expect(!error.isTruncated || error.column > text.utf8.count)
  }

  @Test("Every text that is cut off says so")
  func truncated() throws {
    let text = #"{"a": [1, -2.5e3, true, false, null, {"b": "é\u00e9\ud83d\ude80\n"}], "c": ""}"#
    let bytes = Array(text.utf8)
    #expect(failure(reading: text) == nil)
    for length in 0..<bytes.count {
      let part = Array(bytes[..<length])
      let result = part.withUnsafeBytes { buffer in
        Result { () throws(JSONError) in try JSON.document(buffer) }
      }
      guard case .failure(let error) = result else {
        Issue.record("\(length) bytes were read as a whole")
        continue
      }
      #expect(error.isTruncated, "\(length) bytes: \(error)")
      #expect(error.line == 1 && error.column == length + 1)
    }
  }

  @Test("What is wrong in the middle is not taken for cut off")
  func notTruncated() throws {
    for text in [#"{"a": x}"#, #"{"a": 1} trailing"#, #"{"a": "\q"}"#] {
      #expect(try #require(failure(reading: text)).isTruncated == false)
    }
  }

  @Test(
    "A name may occur once in an object",
    arguments: [
      (#"{"a": 1, "a": 2}"#, true), (#"{"a": 1, "b": {"a": 2}}"#, false),
      (#"{"o": {"x": 1, "y": [1], "x": 2}}"#, true), (#"{"": 1, "": 2}"#, true),
      (#"{"a": 1, "\u0061": 2}"#, true), (#"{"é": 1, "é": 2}"#, true),
      // One letter and a letter with a combining accent are two names for MongoDB.
      ("{\"\u{E9}\": 1, \"e\u{301}\": 2}", false),
      (#"{"l": [{"a": 1}, {"a": 1}]}"#, false), (#"{"a": 1e400, "a": 2}"#, true),
    ])
  func duplicates(text: String, isRefused: Bool) {
    let error = failure(reading: text)
    #expect((error != nil) == isRefused)
    if let error { #expect(error.reason.contains("occurs twice in one object")) }
  }

  @Test("A duplicate is found among many names")
  func manyNames() {
    let names = (0..<500).map { "\"field_\($0)\": \($0)" }
    #expect(failure(reading: "{\(names.joined(separator: ","))}") == nil)
    for repeated in [0, 63, 250, 499] {
      let text = "{\((names + ["\"field_\(repeated)\": 0"]).joined(separator: ","))}"
      #expect(failure(reading: text)?.reason.contains("'field_\(repeated)'") == true)
    }
  }

  @Test(
    "Errors have their line and column, counted in bytes from 1",
    arguments: [
      ("x", 1, 1), ("{\n  \"a\": ?\n}", 2, 8), ("{\"é\": ?}", 1, 8), ("{}\n\n}", 3, 1),
      ("{\"a\": 1\n\"b\": 2}", 2, 1),
    ])
  func positions(text: String, line: Int, column: Int) throws {
    let error = try #require(failure(reading: text))
    #expect([error.line, error.column] == [line, column])
    #expect(error.description.hasSuffix("at line \(line), column \(column)"))
  }

  @Test(
    "A list of objects holds nothing else", arguments: ["{}", "[1]", "[{}, []]", "[{}", "[{},]"])
  func lists(text: String) throws {
    #expect(throws: JSONError.self) { try JSON.documents(text) }
    #expect(try JSON.documents(" [ ] ").isEmpty)
    #expect(try JSON.documents(#"[{"a": 1}, {}]"#).count == 2)
  }
}
