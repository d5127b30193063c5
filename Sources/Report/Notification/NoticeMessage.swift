internal import BSON
internal import Planning

/// Notices as one message to a webhook.
package enum NoticeMessage {
  package enum Format: String, Sendable, CaseIterable {
    /// For programs.
    case json
    /// What Slack's incoming webhooks take, and those of Mattermost and Rocket.Chat: `{"text": "…"}`.
    case slack
  }

  package static let formatVersion = 1
  /// So many projects are named in a text; the rest is counted. Slack shows 40,000 characters at most.
  private static let named = 20
  private static let longest = 500

  /// - Parameter host: of the replica that sends it.
  package static func body(
    _ notices: [Notice], _ format: Format, host: String, at now: Int64
  ) -> [UInt8] {
    let document =
      switch format {
      case .json: json(notices, host, now)
      case .slack: DocumentWriter.document { $0.append("text", slack(notices, host)) }
      }
    return Array(JSONText.write(document).utf8)
  }

  private static func json(_ notices: [Notice], _ host: String, _ now: Int64) -> Document {
    DocumentWriter.document { writer in
      writer.append("formatVersion", .int(formatVersion))
      writer.append("host", host)
      writer.append("time", .int(Int(now)))
      writer.appendRecords("notices", notices) { notice, writer in
        writer.append("event", notice.event.rawValue)
        writer.append("project", notice.project)
        writer.append("name", notice.name)
        writer.append("reason", notice.reason.rawValue)
        writer.append("message", RecordedStatus.brief(notice.message))
        writer.append("since", .int(Int(notice.since)))
        writer.append("reminder", .bool(notice.isReminder))
      }
    }
  }

  private static func slack(_ notices: [Notice], _ host: String) -> String {
    let lines = notices.prefix(named).map { notice in
      let again = notice.isReminder ? ", still" : ""
      let name = escaped(notice.name, limit: 200)
      let head = "*\(notice.event.rawValue)*\(again): \(name), since \(UTCTime.text(notice.since))"
      return notice.event == .recovered
        ? head : head + "\n> " + escaped(notice.message, limit: longest)
    }
    let rest = notices.count - lines.count
    let more = rest > 0 ? ["and \(rest) more projects"] : []
    return (["Avalon Sync on \(escaped(host, limit: 200))"] + lines + more).joined(separator: "\n")
  }

  /// Slack makes links and mentions of these characters: what comes from Kitsu is text.
  private static func escaped(_ text: String, limit: Int) -> String {
    var result = ""
    for character in SafeText.line(text, limit: limit) {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      // Mattermost takes `@channel` for a call to all: a companion of no width keeps it from being one.
      case "@": result += "@\u{200B}"
      default: result.append(character)
      }
    }
    return result
  }
}
