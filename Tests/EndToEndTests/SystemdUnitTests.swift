import Foundation
import TestSupport
import Testing

/// systemd's own judges, which Debian's package has.
enum Systemd {
  static let analyze = "/usr/bin/systemd-analyze"

  static var isAvailable: Bool {
    Stack.isRequired || FileManager.default.isExecutableFile(atPath: analyze)
  }
}

/// `examples/systemd`, judged by systemd's own tools in a root that holds what the README says to copy.
@Suite("systemd units", .enabled(if: Systemd.isAvailable), .timeLimit(.minutes(4)))
struct SystemdUnitTests {
  private static let folder = Golden.fixtures.deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "examples/systemd")
  private static let services = [
    "avalon-sync.service", "avalon-sync@features.service", "avalon-sync-apply.service",
  ]

  private let root: TemporaryFolder
  private var units: URL { root.file("etc/systemd/system") }

  /// A root with systemd's units, ours, and stand-ins for the programs that they start.
  init() throws {
    root = try TemporaryFolder()
    let files = FileManager.default
    _ = try root.folder("etc/systemd")
    _ = try root.folder("usr/lib/systemd")
    try files.createSymbolicLink(atPath: root.file("lib").path, withDestinationPath: "usr/lib")
    try files.copyItem(
      at: URL(filePath: "/lib/systemd/system").resolvingSymlinksInPath(),
      to: root.file("usr/lib/systemd/system"))
    try files.copyItem(
      at: SystemdUnitTests.folder.appending(path: "system"),
      to: root.file("etc/systemd/system"))
    for program in ["usr/local/bin/avalon-sync", "bin/sh"] {
      _ = try root.folder((program as NSString).deletingLastPathComponent)
      try files.copyItem(atPath: "/bin/true", toPath: root.file(program).path)
    }
  }

  private func analyze(_ verb: String, _ arguments: [String]) async throws -> Command.Outcome {
    try await Command(Systemd.analyze, [verb, "--root=\(root.url.path)"] + arguments).run()
  }

  private func verify() async throws -> Command.Outcome {
    let units = SystemdUnitTests.services + ["avalon-sync-apply.timer", "avalon-sync.slice"]
    return try await analyze("verify", ["--man=no"] + units)
  }

  /// In tenths: 1.5 of 10. What is left is the network, /proc, and the host's own root.
  private func rate(_ service: String) async throws -> Command.Outcome {
    try await analyze("security", ["--offline=true", "--threshold=15", service])
  }

  /// Settings of a unit's file, each as often as it stands there.
  private func settings(_ file: URL) throws -> [(name: String, value: String)] {
    try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n").compactMap {
      line in
      guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { return nil }
      return (String(line[..<sign]), String(line[line.index(after: sign)...]))
    }
  }

  @Test("systemd finds nothing to say of the units, with and without the drop-ins")
  func sound() async throws {
    let plain = try await verify()
    #expect(plain.code == 0 && plain.all.isEmpty, "\(plain.all)")
    for name in ["credentials.conf", "directories.conf"] {
      try FileManager.default.copyItem(
        at: SystemdUnitTests.folder.appending(path: "drop-ins/\(name)"),
        to: units.appending(path: "avalon-sync.service.d/\(name)"))
    }
    let extended = try await verify()
    #expect(extended.code == 0 && extended.all.isEmpty, "\(extended.all)")
  }

  @Test("A mistake in a unit or a program that is not there would be told")
  func mistakes() async throws {
    let hardening = units.appending(path: "avalon-sync.service.d/10-hardening.conf")
    let text = try String(contentsOf: hardening, encoding: .utf8)
    try Data(text.replacing("ProtectClock=", with: "ProtectClok=").utf8).write(to: hardening)
    let misspelt = try await verify()
    #expect(misspelt.all.contains("ProtectClok"), "\(misspelt.all)")
    try FileManager.default.removeItem(at: root.file("usr/local/bin/avalon-sync"))
    let gone = try await verify()
    #expect(gone.all.contains("/usr/local/bin/avalon-sync is not executable"), "\(gone.all)")
  }

  @Test("Each service is closed to all that it does not need", arguments: services)
  func exposure(_ service: String) async throws {
    let closed = try await rate(service)
    #expect(closed.code == 0, "\(closed.all)")
    let hardening = units.appending(path: service.replacing("features", with: "") + ".d")
    try FileManager.default.removeItem(at: hardening)
    let open = try await rate(service)
    #expect(open.code != 0, "\(open.all)")
  }

  @Test("No unit of ours starts beside one of the old tool, and none conflicts with itself")
  func conflicts() throws {
    let ours = try FileManager.default.contentsOfDirectory(atPath: units.path)
    // As the old README names them.
    let old: Set = [
      "avalon-sync-dbsync.service", "avalon-sync-dbsync.timer", "avalon-sync-listener.service",
    ]
    for unit in ours where unit.hasSuffix(".service") {
      let settings = try settings(units.appending(path: unit))
      func names(_ setting: String) -> Set<String> {
        Set(
          settings.filter { $0.name == setting }
            .flatMap { $0.value.components(separatedBy: " ") })
      }
      #expect(names("Conflicts") == old, "\(unit)")
      #expect(names("After").isSuperset(of: old), "\(unit)")
      #expect(names("Conflicts").isDisjoint(with: ours), "\(unit)")
      // The old tool's user, its file, and the slice of all.
      #expect(names("User") == ["avalon-sync"])
      #expect(
        names("EnvironmentFile").contains { $0.hasSuffix("/opt/avalon-sync/etc/avalon-sync.conf") })
      #expect(names("Slice") == ["avalon-sync.slice"])
    }
    #expect(ours.filter { $0.hasSuffix(".service") }.count == SystemdUnitTests.services.count)
  }

  @Test("The user is made where there is none, and the old tool's is left as it is")
  func user() async throws {
    let file = SystemdUnitTests.folder.appending(path: "sysusers.d/avalon-sync.conf").path
    let command = Command("/usr/bin/systemd-sysusers", ["--root=\(root.url.path)", file])
    func account() throws -> [String] {
      try String(contentsOf: root.file("etc/passwd"), encoding: .utf8)
        .components(separatedBy: "\n").first { $0.hasPrefix("avalon-sync:") }?
        .components(separatedBy: ":") ?? []
    }
    let made = try await command.run()
    #expect(made.code == 0, "\(made.all)")
    #expect(try account().suffix(2) == ["/opt/avalon-sync", "/usr/sbin/nologin"])
    let old = "avalon-sync:x:1001:1001::/opt/avalon-sync:/bin/bash"
    _ = try root.write(old + "\n", to: "etc/passwd")
    _ = try root.write("avalon-sync:x:1001:\n", to: "etc/group")
    let kept = try await command.run()
    #expect(kept.code == 0, "\(kept.all)")
    #expect(try account().joined(separator: ":") == old)
  }
}
