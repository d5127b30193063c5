internal import BSON
internal import Planning

/// One line of a service's log.
package struct LogRecord: Sendable {
  /// Milliseconds since 1970-01-01 UTC.
  package let time: Int64
  package let level: String
  package let message: String
  /// What it is about, such as `project.id`; sorted by name when it is written.
  package let facts: [String: String]

  package init(time: Int64, level: String, message: String, facts: [String: String]) {
    self.time = time
    self.level = level
    self.message = message
    self.facts = facts
  }

  private var sorted: [(name: String, value: String)] {
    facts.sorted { $0.key < $1.key }.map { ($0.key, LogRecord.masked($0.value)) }
  }

  /// `2026-11-28T20:31:07.042Z warning it could not be read side=kitsu error="it is away"`
  package var text: String {
    // The longest level that is usual is `warning`.
    let padded = level + String(repeating: " ", count: max(0, 7 - level.count))
    let facts = sorted.map { name, value in
      "\(SafeText.line(name))=\(LogRecord.word(SafeText.line(value, limit: 2000)))"
    }
    let message = SafeText.line(LogRecord.masked(message), limit: 2000)
    return ([moment, padded, message] + facts).joined(separator: " ")
  }

  /// One object on one line: `time level message`, then the facts by their names.
  package var json: String {
    let own = ["time", "level", "message"]
    let document = DocumentWriter.document { writer in
      writer.append("time", moment)
      writer.append("level", level)
      writer.append("message", LogRecord.masked(message))
      for (name, value) in sorted {
        writer.append(FieldName(own.contains(name) ? "fact.\(name)" : name), value)
      }
    }
    return JSONText.write(document)
  }

  /// A value that is more than a word stands in quotes.
  private static func word(_ text: String) -> String {
    let isWord = !text.isEmpty && !text.contains { $0 == " " || $0 == "\"" || $0 == "=" }
    return isWord ? text : JSONText.quote(text)
  }

  private var moment: String {
    let rest = (time % 1000 + 1000) % 1000
    let digits = String(1000 + rest).dropFirst()
    return UTCTime.text(time).replacing(" UTC", with: ".\(digits)Z").replacing(" ", with: "T")
  }

  /// Without passwords in addresses and without tokens of sessions. Our own errors have none; those
  /// of libraries and servers, which are told in their own words, may.
  static func masked(_ text: String) -> String {
    text.replacing(/:\/\/[^\/@\s"']*:[^\/@\s"']*@/, with: "://***@")
      .replacing(/eyJ[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+/, with: "***")
  }
}
