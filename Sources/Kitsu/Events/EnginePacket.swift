internal import BSON

/// A packet of Engine.IO 4 as it goes over HTTP long-polling.
enum EnginePacket: Sendable, Equatable {
  case open(Handshake)
  case close
  case ping
  case message(SocketPacket)
  /// What asks for nothing: a pong, an upgrade, a no-op.
  case other

  struct Handshake: Sendable, Equatable {
    let session: String
    /// From one ping of the server to the next.
    let pingInterval: Duration
    /// How late a ping may be.
    let pingTimeout: Duration
  }

  static let pong = "3"
  static let closing = "1"

  /// The packets of one answer, joined by the record separator; nil when any is none.
  static func list(_ body: String) -> [EnginePacket]? {
    var packets: [EnginePacket] = []
    for part in body.split(separator: "\u{1e}", omittingEmptySubsequences: false) {
      guard let packet = EnginePacket(part) else { return nil }
      packets.append(packet)
    }
    return packets
  }

  init?(_ text: Substring) {
    let rest = text.dropFirst()
    switch text.first {
    case "0":
      guard let handshake = Handshake(String(rest)) else { return nil }
      self = .open(handshake)
    case "1": self = .close
    case "2": self = .ping
    case "3", "5", "6": self = .other
    case "4":
      guard let packet = SocketPacket(rest) else { return nil }
      self = .message(packet)
    default: return nil
    }
  }
}

extension EnginePacket.Handshake {
  init?(_ json: String) {
    guard let answer = ResponseBody(json).documentIfAny(), let session = answer["sid"]?.string,
      let interval = answer["pingInterval"]?.int, let timeout = answer["pingTimeout"]?.int,
      (1...3_600_000).contains(interval), (1...3_600_000).contains(timeout)
    else { return nil }
    // It becomes part of URLs.
    let isPlain = session.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
      default: false
      }
    }
    guard !session.isEmpty, isPlain else { return nil }
    self.init(
      session: session, pingInterval: .milliseconds(interval),
      pingTimeout: .milliseconds(timeout))
  }
}
