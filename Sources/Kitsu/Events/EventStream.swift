internal import BSON

/// Why the event stream is not there.
struct StreamFailure: Error, Sendable {
  enum Kind: Sendable {
    /// The server does not take the token.
    case refused
    /// Our own side was closed.
    case closed
    case lost
  }

  var kind = Kind.lost
  let reason: String
}

/// One connection to Zou's event stream: Socket.IO 5 over Engine.IO 4 over HTTP long-polling.
///
/// A poll is never given up while the server holds it: what comes next would be written to the dead
/// request. It ends with the server's ping at the latest.
struct EventStream: Sendable {
  private let transport: Transport
  private let url: String
  private let header: String
  private let patience: Duration

  /// - Parameter address: what comes before `/socket.io`.
  static func connect(
    _ address: String, token: Token, transport: Transport
  ) async throws(StreamFailure) -> EventStream {
    let url = "\(address)/socket.io/?EIO=4&transport=polling"
    let request = Request(url: url, headers: [token.header], timeout: .seconds(30))
    let packets = try await EventStream.send(request, transport)
    guard case .open(let handshake)? = packets.first else {
      throw StreamFailure(reason: "something else than an event stream answers at \(url)")
    }
    let stream = EventStream(
      transport: transport, url: url + "&sid=\(handshake.session)", header: token.header,
      patience: handshake.pingInterval + handshake.pingTimeout + .seconds(5))
    // Zou before 1.0.97 takes the header's token alone, newer ones the packet's too.
    try await stream.post(SocketPacket.connect(token: token.secret))
    for _ in 0..<EventStream.pollsToConnect {
      let packets = try await stream.poll()
      if packets.contains(.message(.connected)) { return stream }
      try await stream.obey(packets)
    }
    throw StreamFailure(reason: "the event stream's server does not let us in")
  }

  /// The answer to a connection may come behind a ping.
  private static let pollsToConnect = 3

  /// Waits for what comes next; at least a ping does.
  func poll() async throws(StreamFailure) -> [EnginePacket] {
    try await EventStream.send(
      Request(url: url, headers: [header], timeout: patience), transport)
  }

  /// Answers pings, and throws where the server ended the connection.
  func obey(_ packets: [EnginePacket]) async throws(StreamFailure) {
    for packet in packets {
      switch packet {
      case .ping: try await post(EnginePacket.pong)
      case .close: throw StreamFailure(reason: "the event stream's server ended the connection")
      case .message(.disconnected):
        throw StreamFailure(
          kind: .refused, reason: "the event stream's server no longer takes the token")
      case .message(.refused(let words)):
        throw StreamFailure(
          kind: .refused, reason: "the event stream's server refused the token: \(words)")
      case .open, .message, .other: break
      }
    }
  }

  /// Tells the server that nobody listens any more; if it does not hear, it finds out by its ping.
  func close() async {
    for packet in [SocketPacket.disconnect, EnginePacket.closing] {
      do throws(StreamFailure) { try await post(packet) } catch { return }
    }
  }

  private func post(_ packet: String) async throws(StreamFailure) {
    let request = Request(
      url: url, headers: [header], body: .text(packet), timeout: .seconds(10))
    _ = try await EventStream.answer(request, transport)
  }

  // MARK: Requests

  private static func send(
    _ request: Request, _ transport: Transport
  ) async throws(StreamFailure) -> [EnginePacket] {
    let body = try await answer(request, transport)
    guard let packets = EnginePacket.list(body) else {
      throw StreamFailure(reason: "the event stream's answer makes no sense")
    }
    return packets
  }

  private static func answer(
    _ request: Request, _ transport: Transport
  ) async throws(StreamFailure) -> String {
    var request = request
    while true {
      do throws(TransferFailure) {
        let response = try await transport.send(request)
        guard response.status == 200 else {
          throw TransferFailure(kind: .other, message: words(response.status))
        }
        return response.body.withBytes { String(decoding: $0, as: UTF8.self) }
      } catch {
        // The pool's connection was dead already: gunicorn closes idle ones after two seconds.
        if error.kind == .dropped, error.onReusedConnection, !request.needsFreshConnection {
          request.needsFreshConnection = true
          continue
        }
        throw failure(error, request.url)
      }
    }
  }

  private static func failure(_ failure: TransferFailure, _ url: String) -> StreamFailure {
    switch failure.kind {
    case .closed, .cancelled: StreamFailure(kind: .closed, reason: failure.message)
    case .timedOut: StreamFailure(reason: "the event stream's server gave no sign in time")
    default:
      StreamFailure(reason: Refusal.unreachable(failure, "follow", url, tries: 1).cause)
    }
  }

  private static func words(_ status: Int) -> String {
    switch status {
    case 400: "the event stream's server does not know the session any more"
    case 401, 403, 422: "the event stream's server refuses the account (\(status))"
    case 404: "there is no event stream (404); if it has an address of its own, it must be set"
    case 502, 503, 504: "the event stream's server is down (\(status))"
    default: "the event stream's server answers \(status)"
    }
  }
}
