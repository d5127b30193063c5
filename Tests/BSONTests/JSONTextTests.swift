import BSON
import TestSupport
import Testing

@Suite("JSON: writing")
struct JSONTextTests {
  @Test(
    "Characters that JSON cannot hold are escaped",
    arguments: [
      ("\"\\/", #""\"\\/""#), ("\n\r\t", #""\n\r\t""#),
      ("\u{0}\u{1}\u{1F}", #""\u0000\u0001\u001f""#),
      ("\u{8}\u{C}\u{7F}", #""\u0008\u000c\u007f""#), ("é角🚀\u{2028}", "\"é角🚀\u{2028}\""),
      ("", "\"\""),
    ])
  func escapes(text: String, expected: String) {
    #expect(JSONText.quote(text) == expected)
  }

  @Test("Types that JSON lacks are told apart")
  func extendedTypes() throws {
    let id = try #require(ObjectID(hex: "5f3e1b2c3d4e5f6071829304"))
    #expect(JSONText.write(.objectID(id)) == #"{"$oid":"5f3e1b2c3d4e5f6071829304"}"#)
    #expect(JSONText.write(.date(5)) == #"{"$date":5}"#)
    #expect(JSONText.write(.double(.infinity)) == #"{"$numberDouble":"inf"}"#)
    #expect(JSONText.write(.unrepresentable("a \"b\"")) == #"{"$unrepresentable":"a \"b\""}"#)
    #expect(JSONText.write(.other(.binary, [1, 255])) == #"{"$binData":"01ff"}"#)
    #expect(JSONText.write(.double(1)) == "1.0")
  }

  @Test("Pretty text is indented, and names are sorted where asked")
  func styles() throws {
    let read = try JSON.document(#"{"b": [1, {}], "a": {"d": [], "c": null}}"#)
    #expect(
      JSONText.write(read, .pretty, sortsNames: true) == """
        {
          "a": {
            "c": null,
            "d": []
          },
          "b": [
            1,
            {}
          ]
        }
        """)
    #expect(JSONText.write(read) == #"{"b":[1,{}],"a":{"d":[],"c":null}}"#)
  }

  @Test("Any text is read back as it was")
  func random() throws {
    var random = SeededRandom(3)
    for _ in 0..<2000 {
      let text = random.text(upTo: 30)
      let read = try JSON.document("{\"v\": \(JSONText.quote(text))}")["v"]
      #expect(read == .string(text))
    }
  }

  @Test("Ids are read from and written as 24 hexadecimal digits")
  func objectIDs() throws {
    let id = try #require(ObjectID(hex: "00a0FF2c3d4e5f6071829304"))
    #expect(id.description == "00a0ff2c3d4e5f6071829304")
    #expect(
      ObjectID(bytes: [0, 0xA0, 0xFF, 0x2C, 0x3D, 0x4E, 0x5F, 0x60, 0x71, 0x82, 0x93, 4]) == id)
    for wrong in [
      "", "5f3e", "5f3e1b2c3d4e5f607182930g", "5f3e1b2c3d4e5f60718293041",
      "é3e1b2c3d4e5f6071829304",
    ] {
      #expect(ObjectID(hex: wrong) == nil)
    }
    #expect(ObjectID(bytes: Array(repeating: 0, count: 11)) == nil)
    let next = try #require(ObjectID(hex: "00a0ff2c3d4e5f6071829305"))
    #expect(id < next && !(next < id))
  }
}
