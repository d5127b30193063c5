internal import BSON

/// A message of Socket.IO 5 in the namespace `/events`: `2/events,["shot:update",{"shot_id":"…"}]`.
enum SocketPacket: Sendable, Equatable {
  case connected
  /// The server ended the namespace: it refused the token, or the token ended.
  case disconnected
  case refused(String)
  case event(name: String, payload: Document)
  /// An answer to a question that was not asked, or another namespace's.
  case other

  static let namespace = "/events"

  static func connect(token: Secret) -> String {
    let auth = DocumentWriter.document { $0.append("token", token.text) }
    return "40\(namespace),\(JSONText.write(auth))"
  }

  static let disconnect = "41\(namespace),"

  /// Nil for what is no packet.
  init?(_ text: Substring) {
    guard let type = text.first?.wholeNumberValue else { return nil }
    var rest = text.dropFirst()
    var namespace = Substring("/")
    if rest.first == "/" {
      namespace = rest.prefix { $0 != "," }
      rest = rest.dropFirst(namespace.count + 1)
    }
    // A packet that wants an answer has a number here.
    rest = rest.drop { $0.isNumber }
    guard namespace == SocketPacket.namespace else {
      self = .other
      return
    }
    switch type {
    case 0: self = .connected
    case 1: self = .disconnected
    case 2:
      guard let event = SocketPacket.event(rest) else { return nil }
      self = event
    case 4: self = .refused(SocketPacket.message(rest))
    default: self = .other
    }
  }

  private static func event(_ json: Substring) -> SocketPacket? {
    guard let list = object("{\"packet\":\(json)}")?["packet"]?.array else { return nil }
    let parts = Array(list.prefix(2))
    guard let name = parts.first?.string else { return nil }
    return .event(name: name, payload: parts.count > 1 ? parts[1].document ?? .empty : .empty)
  }

  private static func message(_ json: Substring) -> String {
    object(String(json))?["message"]?.string ?? String(json.prefix(200))
  }

  private static func object(_ json: String) -> Document? { ResponseBody(json).documentIfAny() }
}
