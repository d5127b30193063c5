import Foundation
import TestSupport
import Testing

@testable import avalon_sync

/// sd_notify(3), on a real socket.
@Suite("Service manager", .timeLimit(.minutes(4)))
struct ServiceManagerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func names() -> [String] {
    [folder.file("notify").path, "@avalon-sync-test-" + UUID().uuidString]
  }

  @Test("Each message arrives, on a path and on an abstract socket")
  func messages() async throws {
    for name in names() {
      let receiver = try DatagramReceiver(name)
      let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name])
      try manager.ready()
      #expect(try await receiver.next() == ["READY=1"])
      try manager.reloading()
      let reloading = try await receiver.next()
      #expect(reloading.count == 2 && reloading[0] == "RELOADING=1")
      let told = try #require(reloading.last?.wholeMatch(of: /MONOTONIC_USEC=(\d+)/)?.1)
      let uptime = ProcessInfo.processInfo.systemUptime * 1_000_000
      let microseconds = try #require(Double(told))
      #expect(abs(uptime - microseconds) < 60_000_000, "\(uptime)")
      try manager.watchdog()
      #expect(try await receiver.next() == ["WATCHDOG=1"])
      try manager.stopping()
      #expect(try await receiver.next() == ["STOPPING=1"])
    }
  }

  @Test("A status is one line, whatever names of Kitsu it holds, and fits")
  func status() async throws {
    let name = names()[0]
    let receiver = try DatagramReceiver(name)
    let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name])
    try manager.status("12 projects, Été à l'Île first")
    #expect(try await receiver.next() == ["STATUS=12 projects, Été à l'Île first"])
    try manager.status("bad\nMAINPID=1\r\u{1B}[2J\0\u{2028}name")
    #expect(try await receiver.next() == ["STATUS=bad MAINPID=1  [2J  name"])
    try manager.status(String(repeating: "灯", count: 5000))
    let long = try await receiver.next()
    #expect(long == ["STATUS=" + String(repeating: "灯", count: 666)])
  }

  @Test("The watchdog's interval is half of what it waits, and only ours")
  func watchdog() {
    func interval(_ more: [String: String]) -> Duration? {
      let environment = ["NOTIFY_SOCKET": "@nobody"].merging(more) { $1 }
      return ServiceManager(environment: environment, process: 42).watchdogInterval
    }
    #expect(interval(["WATCHDOG_USEC": "60000000"]) == .seconds(30))
    #expect(interval(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "42"]) == .seconds(30))
    #expect(interval(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"]) == nil)
    for none in ["", "0", "-1", "soon"] { #expect(interval(["WATCHDOG_USEC": none]) == nil) }
    #expect(interval([:]) == nil)
    #expect(interval(["WATCHDOG_USEC": "60000000", "NOTIFY_SOCKET": ""]) == nil)
  }

  @Test("Without a service manager every call does nothing")
  func alone() throws {
    for environment in [[:], ["NOTIFY_SOCKET": ""]] {
      let manager = ServiceManager(environment: environment)
      #expect(manager.socket == nil)
      try manager.ready()
      try manager.status("alone")
    }
  }

  @Test("A socket that nobody reads, or that cannot be, is told with its name")
  func failure() {
    for (name, reason) in [
      (folder.file("gone").path, "No such file or directory"),
      ("/" + String(repeating: "x", count: 200), "Invalid argument"),
      ("@", "Invalid argument"),
    ] {
      let error = #expect(throws: ServiceManagerError.self) {
        try ServiceManager(environment: ["NOTIFY_SOCKET": name]).ready()
      }
      #expect(error?.description.contains("\(name): \(reason)") == true, "\(error as Any)")
    }
  }

  @Test(
    "The service tells that it runs, lives, reads its settings anew, and stops",
    .enabled(if: RealServers.areAvailable))
  func service() async throws {
    let name = names()[0]
    let receiver = try DatagramReceiver(name)
    let studio = try await KitsuStudio.shared.value
    let project = try await studio.createProject("Notify")
    let database = try Deployment.standalone.database()
    var site = Site.servers(database, project: project)
    site.environment["NOTIFY_SOCKET"] = name
    site.environment["WATCHDOG_USEC"] = "400000"
    let service = try await RunningService(site, settings: "{policy: observe}\n")
    #expect(try await receiver.next() == ["READY=1"])
    let line = try await receiver.next("STATUS=1 project: Kitsu and Avalon answer")
    #expect(line.count == 1)
    for _ in 0..<3 { _ = try await receiver.next("WATCHDOG=1") }
    service.signal(SIGHUP)
    #expect(try await receiver.next("RELOADING=1").last?.hasPrefix("MONOTONIC_USEC=") == true)
    _ = try await receiver.next("READY=1")
    _ = try await receiver.next("WATCHDOG=1")
    // Refused settings: it runs on as it was, and says so.
    _ = try service.folder.write("{policy: observ}\n", to: "avalon-sync.yaml")
    service.signal(SIGHUP)
    _ = try await receiver.next("RELOADING=1")
    _ = try await receiver.next("READY=1")
    async let outcome = service.stop()
    _ = try await receiver.next("STOPPING=1")
    let end = try await outcome
    #expect(end.code == 0, "\(end.all)")
    try await database.drop()
  }
}
