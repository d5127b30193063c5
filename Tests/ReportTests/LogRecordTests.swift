import BSON
import Report
import Testing

@Suite("Lines of a service's log")
struct LogRecordTests {
  private func record(_ message: String, _ facts: [String: String] = [:]) -> LogRecord {
    LogRecord(time: 1_795_898_000_042, level: "warning", message: message, facts: facts)
  }

  @Test("As text, with quotes where they are needed")
  func text() {
    let facts = ["side": "kitsu", "error": "it is away", "empty": "", "sum": "a=b"]
    #expect(
      record("it could not be read", facts).text
        == "2026-11-28T20:33:20.042Z warning it could not be read empty=\"\" "
        + "error=\"it is away\" side=kitsu sum=\"a=b\"")
  }

  @Test("As JSON, one object on one line")
  func json() throws {
    let line = record("two\nlines", ["project.id": "x", "time": "now"]).json
    #expect(!line.contains("\n"))
    let read = try JSON.document(line)
    #expect(read["time"]?.string == "2026-11-28T20:33:20.042Z")
    #expect(read["message"]?.string == "two\nlines" && read["level"]?.string == "warning")
    #expect(read["project.id"]?.string == "x" && read["fact.time"]?.string == "now")
  }

  @Test("Text from elsewhere makes no second line and steers no terminal")
  func hostile() {
    let line = record("a\n2026 notice all is well", ["name": "\u{1B}[2J\r\u{202E}x"]).text
    #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
  }

  @Test(
    "No password of an address and no token is told",
    arguments: [
      "mongodb://sync:pa:ss@db:27017/", "GET https://u:secret@kitsu/api failed",
      "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1 expired",
    ])
  func secrets(_ text: String) {
    for line in [record(text).text, record(text).json, record("x", ["error": text]).text] {
      #expect(line.contains("***"))
      for secret in ["pa:ss", "secret", "eyJ"] { #expect(!line.contains(secret)) }
    }
    #expect(record("at https://kitsu.studio:80/a@b").text.contains("https://kitsu.studio:80/a@b"))
  }
}
