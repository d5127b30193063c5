internal import BSON
internal import Foundation

/// One session of Zou's event stream: Socket.IO 5 over Engine.IO 4 by long-polling, as this libcurl
/// has no WebSocket.
///
/// A poll is never given up while it is in flight: the server would write the next packets to a
/// request that nobody reads.
struct EventStream {
  private let transport: Transport
  private let url: String
  private let silence: Duration

  /// Shakes hands and enters the namespace.
  /// - Parameter server: an address without `/socket.io`.
  static func open(
    _ server: String, _ token: Token, over transport: Transport
  ) async throws(StreamEnd) -> EventStream {
    let address = "\(server)/socket.io/?EIO=4&transport=polling"
    let reply = try await send(Request(url: address, headers: [token.header]), transport)
    guard case .open(let sid, let silence)? = reply.first else {
      throw StreamEnd("something else than Kitsu's event stream answers at \(server)/socket.io")
    }
    let name = sid.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? sid
    let stream = EventStream(
      transport: transport, url: "\(address)&sid=\(name)", silence: silence)
    let login = JSONText.write(
      DocumentWriter.document { $0.append("token", token.secret.text) })
    try await stream.post("40\(EnginePacket.namespace)\(login)")
    try await stream.waitForNamespace()
    return stream
  }

  private func waitForNamespace() async throws(StreamEnd) {
    for packet in try await poll() {
      switch packet {
      case .connected: return
      case .disconnected(let words): throw StreamEnd(words)
      case .ping: try await post("3")
      default: continue
      }
    }
    throw StreamEnd("the event stream does not take us in")
  }

  /// Waits for the next events; none where the server only looked whether we are there.
  func next() async throws(StreamEnd) -> [KitsuEvent] {
    var events: [KitsuEvent] = []
    for packet in try await poll() {
      switch packet {
      case .event(let name, let data): events.append(KitsuEvent(name: name, payload: data))
      case .ping: try await post("3")
      case .disconnected(let words): throw StreamEnd(words)
      case .close: throw StreamEnd("the server closed the event stream")
      case .open, .pong, .connected, .other: continue
      }
    }
    return events
  }

  /// Says good-bye; that nobody hears it is no harm.
  func leave() async {
    do throws(StreamEnd) {
      try await post("41\(EnginePacket.namespace)")
      try await post("1")
    } catch {
      // The session ends by itself when its ping is not answered.
    }
  }

  private func poll() async throws(StreamEnd) -> [EnginePacket] {
    var request = Request(url: url)
    request.longest = silence + .seconds(5)
    return try await EventStream.send(request, transport)
  }

  private func post(_ packet: String) async throws(StreamEnd) {
    var request = Request(url: url, body: Array(packet.utf8))
    request.contentType = "text/plain;charset=UTF-8"
    request.longest = .seconds(20)
    _ = try await EventStream.send(request, transport)
  }

  private static func send(
    _ request: Request, _ transport: Transport
  ) async throws(StreamEnd) -> [EnginePacket] {
    let response: Response
    do throws(TransferFailure) {
      response = try await transport.send(request)
    } catch {
      throw StreamEnd("the event stream broke: \(error.message)")
    }
    guard response.status == 200 else {
      throw StreamEnd("the event stream answers \(response.status)")
    }
    return EnginePacket.parse(response.body.text(limit: .max))
  }
}

/// Why a session of the event stream is over.
struct StreamEnd: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
