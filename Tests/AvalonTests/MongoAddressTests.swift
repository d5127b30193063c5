import BSON
import TestSupport
import Testing

@testable import Avalon

/// URIs, time-outs, and what is said where no server answers. No server is needed.
@Suite struct MongoAddressTests {
  @Test func anUnreachableServerIsNamedWithTheTimeOut() async throws {
    let port = try Mongod.freePort()
    let store = try MongoStore(
      uri: "mongodb://user:p4ssw0rd@127.0.0.1:\(port)/?authSource=admin", database: "avalon",
      timeout: .milliseconds(300))
    let error = await #expect(throws: AvalonError.self) { try await store.describe() }
    #expect(error?.code == .unreachable)
    #expect(error?.isRetryable == true)
    let text = error?.description ?? ""
    #expect(text.contains("127.0.0.1:\(port)"))
    #expect(text.contains("within 300 ms"))
    #expect(!text.contains("p4ssw0rd"))
    await store.close()
  }

  @Test func aHostThatIsNotFoundIsNamed() async throws {
    let store = try MongoStore(
      uri: "mongodb://no-such-host.invalid:27017", database: "avalon", timeout: .milliseconds(300))
    let error = await #expect(throws: AvalonError.self) {
      try await store.read(collection: "bigbuck")
    }
    #expect(error?.code == .unreachable)
    #expect(error?.cause.contains("no-such-host.invalid") == true)
    await store.close()
  }

  @Test(.enabled(if: Stack.has("TEST_MONGO_STANDALONE_URL")))
  func aServerThatSpeaksNoTLSIsTold() async throws {
    let url = try #require(Stack.standaloneMongoURL)
    let store = try MongoStore(
      uri: url + "?tls=true", database: "avalon", timeout: .seconds(5))
    let error = await #expect(throws: AvalonError.self) { try await store.describe() }
    #expect(error?.code == .unreachable)
    #expect(error?.cause.hasPrefix("TLS to mongodb://127.0.0.1:") == true, "\(error?.cause ?? "")")
    await store.close()
  }

  @Test func theURIsOwnTimeOutsWin() throws {
    let own = try MongoAddress(
      "mongodb://h/?serverSelectionTimeoutMS=1234", timeout: .seconds(5))
    #expect(own.selectionTimeout == 1234)
    #expect(try MongoAddress("mongodb://h", timeout: .seconds(5)).selectionTimeout == 5000)
    #expect(try MongoAddress("mongodb://h", timeout: nil).selectionTimeout == 30_000)
    #expect(try MongoAddress("mongodb://h", timeout: .zero).selectionTimeout == 1)
    #expect(try MongoAddress("mongodb://h/?maxPoolSize=2", timeout: nil).connectionLimit == 2)
    #expect(try MongoAddress("mongodb://h/?wtimeoutMS=77", timeout: nil).writeConcernTimeout == 77)
  }

  @Test func theAddressIsShownWithoutItsLogin() throws {
    let cases = [
      (
        "mongodb://me:s%40cret@a.studio:27018,b.studio/x?replicaSet=r",
        "mongodb://a.studio:27018,b.studio:27017"
      ),
      ("  mongodb://localhost\n", "mongodb://localhost:27017"),
      ("mongodb://[::1]:27020", "mongodb://[::1]:27020"),
      ("mongodb+srv://me:secret@db.studio.example/x", "mongodb+srv://db.studio.example"),
    ]
    for (uri, shown) in cases {
      let address = try MongoAddress(uri, timeout: nil)
      #expect(address.description == shown)
    }
    let address = try MongoAddress("mongodb://me:s%40cret@h", timeout: nil)
    #expect(address.redacted("login me s@cret, s%40cret") == "login me ***, ***")
  }

  @Test func aBadURIIsExplainedWithoutItsPassword() throws {
    let uris = [
      "", "localhost:27017", "http://h", "mongodb://", "mongodb://user:hunter2", "mongodb://h:x",
      "mongodb://user:hunter2@", "mongodb://user:hunter2%zz@h", "mongodb://us er:hunter2@h:port",
      "mongodb://user:hunter2@h:99999", "mongodb://user:hunter2/x@h", "mongodb://user:hun@ter2@h",
      "mongodb+srv://user:hun@ter2@h.example.org",
      "mongodb://h/?tlsCertificateKeyFilePassword=hunter2&tls=maybe&x", "mongodb://h\u{0}:1",
      "mongodb+srv://user:hunter2@h:27017",
    ]
    for uri in uris {
      let error = #expect(throws: AvalonError.self, "\(uri)") {
        _ = try MongoStore(uri: uri, database: "avalon")
      }
      let text = error?.description ?? ""
      #expect(error?.code == .invalidAddress)
      #expect(!text.contains("hunter2") && !text.contains("ter2"), "\(text)")
      #expect(text.contains("mongodb://HOST:PORT"))
    }
  }

  @Test func aDatabaseNameIsChecked() {
    for name in ["", "a b", "a.b", "a/b", "a$b", String(repeating: "é", count: 32)] {
      let error = #expect(throws: AvalonError.self, "\(name)") {
        _ = try MongoStore(uri: "mongodb://h", database: name)
      }
      #expect(error?.code == .invalidAddress)
    }
  }

  /// Leases that are not renewed in time end, and so nobody waits for a server for longer.
  @Test func patienceBoundsEveryWait() throws {
    let patient = try MongoAddress("mongodb://db", timeout: nil, patience: .seconds(10))
    #expect(patient.selectionTimeout == 10_000)
    let short = try MongoAddress(
      "mongodb://db/?serverSelectionTimeoutMS=700", timeout: nil, patience: .seconds(10))
    #expect(short.selectionTimeout == 700)
    #expect(try MongoAddress("mongodb://db", timeout: nil).selectionTimeout == 30_000)
  }
}
