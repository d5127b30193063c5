internal import BSON

/// What Engine.IO 4 carries, and Socket.IO 5 inside it, in the namespace `/events`.
///
/// A long-polling answer holds one packet or several, joined by the character 0x1E.
enum EnginePacket: Equatable {
  /// The session: its id and how long the server may say nothing.
  case open(sid: String, silence: Duration)
  case close
  case ping
  case pong
  /// The namespace takes us.
  case connected
  /// The namespace sends us away, with what the server says.
  case disconnected(String)
  /// An event with the object that comes with it.
  case event(name: String, data: Document)
  /// What we have no use for: binary packets, acknowledgements, other namespaces.
  case other

  private static let separator: Character = "\u{1E}"
  static let namespace = "/events,"

  static func parse(_ text: String) -> [EnginePacket] {
    text.split(separator: separator).map { EnginePacket(String($0)) }
  }

  private init(_ text: String) {
    let body = String(text.dropFirst())
    switch text.first {
    case "0": self = EnginePacket.open(body)
    case "1": self = .close
    case "2": self = .ping
    case "3": self = .pong
    case "4": self = EnginePacket.message(body)
    default: self = .other
    }
  }

  private static func open(_ body: String) -> EnginePacket {
    guard let reply = object(body), let sid = reply["sid"]?.string else { return .other }
    let silence = (reply["pingInterval"]?.int ?? 25000) + (reply["pingTimeout"]?.int ?? 20000)
    return .open(sid: sid, silence: .milliseconds(min(max(silence, 1000), 600_000)))
  }

  private static func message(_ text: String) -> EnginePacket {
    guard let type = text.first else { return .other }
    let rest = text.dropFirst()
    guard rest.hasPrefix(namespace) else { return .other }
    let body = String(rest.dropFirst(namespace.count))
    switch type {
    case "0": return .connected
    case "1": return .disconnected("the server ended the connection")
    case "4":
      return .disconnected(object(body)?["message"]?.string ?? "the server refused the connection")
    case "2": return event(body)
    default: return .other
    }
  }

  /// `["shot:update",{"shot_id":"…"}]`. Without an object it is an event all the same.
  private static func event(_ body: String) -> EnginePacket {
    guard let list = object("{\"list\":\(body)}")?["list"]?.array.map({ Array($0) }),
      let name = list.first?.string
    else { return .other }
    return .event(name: name, data: list.dropFirst().first?.document ?? .empty)
  }

  private static func object(_ text: String) -> Document? {
    do throws(JSONError) { return try JSON.document(text) } catch { return nil }
  }
}
