import BSON
import Foundation
import Testing

@testable import Kitsu

@Suite("Packets of the event stream")
struct PacketTests {
  /// The bodies of a recorded session with Zou 1.0.97, in order.
  private static func session() throws -> [String] {
    let steps = try JSONDecoder().decode(
      [[String]].self, from: Recorded.bytes("longpoll-session"))
    return steps.map { lines in
      let afterHead = lines.firstIndex(of: "").map { lines[($0 + 1)...] } ?? []
      // The recording shows the record separator as a bar.
      return (afterHead.first ?? "").replacingOccurrences(of: "|", with: "\u{1e}")
    }
  }

  @Test("A recorded session is understood")
  func recordedSession() throws {
    let bodies = try PacketTests.session()
    #expect(bodies.count == 8)
    let handshake = EnginePacket.Handshake(
      session: "FQAXpzV6AO_jxvAOAAAG", pingInterval: .seconds(25), pingTimeout: .seconds(20))
    #expect(EnginePacket.list(bodies[0]) == [.open(handshake)])
    #expect(EnginePacket.list(bodies[2]) == [.message(.connected)])
    #expect(EnginePacket.list(bodies[4]) == [.ping])
    let events = try #require(EnginePacket.list(bodies[3] + "\u{1e}" + bodies[6]))
    #expect(events.count == 3)
    for packet in events {
      guard case .message(.event("project:update", let payload)) = packet else {
        Issue.record("not an update: \(packet)")
        continue
      }
      #expect(payload["project_id"]?.string == "98735561-04ea-56a9-b33e-2332b9b8c3f6")
    }
  }

  @Test("The token is sent as JSON, and ends are told")
  func sent() {
    #expect(SocketPacket.connect(token: Secret("a\"b")) == #"40/events,{"token":"a\"b"}"#)
    #expect(SocketPacket.disconnect == "41/events,")
    #expect(EnginePacket.pong == "3" && EnginePacket.closing == "1")
  }

  @Test(
    "What the server says beside events",
    arguments: [
      ("41/events,", EnginePacket.message(.disconnected)), ("1", .close), ("6", .other),
      (
        #"44/events,{"message":"Missing access token"}"#, .message(.refused("Missing access token"))
      ),
      ("40", .message(.other)), (#"42["other:namespace",{}]"#, .message(.other)),
      (#"42/events,17["a:new"]"#, .message(.event(name: "a:new", payload: .empty))),
    ])
  func others(text: String, packet: EnginePacket) { #expect(EnginePacket.list(text) == [packet]) }

  @Test(
    "What is no packet is none",
    arguments: [
      "", "x", "<html></html>", "4", "42/events,", "42/events,[", "42/events,{\"a\":1}", "0{}",
      #"0{"sid":"a b","pingInterval":25000,"pingTimeout":20000}"#,
      #"0{"sid":"a","pingInterval":0,"pingTimeout":20000}"#,
      #"0{"sid":"","pingInterval":25000,"pingTimeout":20000}"#, "2\u{1e}", "bAQID",
    ])
  func garbage(text: String) { #expect(EnginePacket.list(text) == nil) }
}
