import Foundation
import Mapping
import TestSupport
import Testing
import YAML

/// Overlays with mistakes, in `Tests/Fixtures/overlay`, one folder each, of which `studio.yaml` is
/// the mapping that is asked for. Markers as in ``DiagnosticTests``, in every file.
@Suite("Overlays: mistakes")
struct OverlayMistakeTests {
  static let cases = [
    "alone", "circle", "compiled", "headers", "missing", "operations", "rules",
  ]

  static func files(_ name: String) throws -> [String: MarkedText] {
    let folder = Golden.fixtures.appending(path: "overlay/\(name)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try Dictionary(
      uniqueKeysWithValues: names.map { file in
        (file, MarkedText(try fixture("overlay/\(name)/\(file)")))
      })
  }

  @Test("Every mistake is told at its place in its own file, and no other", arguments: cases)
  func mistakes(name: String) throws {
    let files = try OverlayMistakeTests.files(name)
    let found = try OverlayFiles(files.mapValues(\.text)).mistakes()
    var told: [String] = []
    var places: Set<String> = []
    for mistake in found {
      let file = mistake.position.file.name
      places.insert(mistake.position.description)
      told.append("\(file) \(files[file]?.told(mistake) ?? "NO SUCH FILE")")
    }
    let marked = files.flatMap { file, text in
      text.markers.keys.map { "\(file):\($0[0]):\($0[1])" }
    }
    #expect(places == Set(marked), "a marker without a mistake, or a mistake without")
    expectGolden(told.joined(separator: "\n") + "\n", "mapping/overlay/\(name).txt")
  }

  @Test("A file that cannot be read is told where it is named")
  func unreadable() throws {
    let library = MappingLibrary { name, _ throws(MappingFileError) in
      throw MappingFileError("cannot read '\(name)': it is locked")
    }
    let source = SourceText(
      name: "studio.yaml", text: "apiVersion: avalon-sync/v1\nkind: Mapping\nextends: a.yaml\n")
    let error = #expect(throws: Diagnostics.self) {
      try MergedMapping.merge(source, library: library)
    }
    #expect(error?.all.map(\.message) == ["cannot read 'a.yaml': it is locked"])
    #expect(error?.all.first?.position.line == 3)
  }

  @Test("Too many files are refused in bounded time: chains without end, and doubling ones")
  func bounds() throws {
    let endless = MappingLibrary { name, _ in
      SourceText(
        name: name,
        text: "apiVersion: avalon-sync/v1\nkind: Mapping\nextends: [x\(name), y\(name)]\n")
    }
    let source = SourceText(
      name: "m.yaml", text: "apiVersion: avalon-sync/v1\nkind: Mapping\nextends: n.yaml\n")
    let error = #expect(throws: Diagnostics.self) {
      try MergedMapping.merge(source, library: endless)
    }
    #expect(error?.all.isEmpty == false)
    #expect(error?.all.allSatisfy { $0.message == "more than 32 files are merged" } == true)
  }

  @Test("An override is a map without a header, and its operations need something below")
  func overrides() throws {
    let files = OverlayFiles(bodies: ["studio.yaml": "extends: avalon.yaml\n"])
    let found = try files.mistakes(
      override: "kind: Mapping\nextends: avalon.yaml\ndefine: {task_nam: {$remove: true}}\n")
    #expect(
      found.map(\.description.firstLine) == [
        "settings.yaml:1:1: error: 'kind' has no place in an override",
        "settings.yaml:2:1: error: 'extends' has no place in an override",
        "settings.yaml:3:10: error: there is no 'task_nam' to remove",
      ])
    #expect(found.last?.hint == "did you mean 'task_name'?")
    #expect(try files.mistakes(override: "[1]").count == 1)
  }

  @Test("Of very many mistakes the first hundred are told")
  func many() throws {
    let lines = (0..<5000).map { "  f\($0): {$remove: true}\n" }.joined()
    let files = OverlayFiles(bodies: ["studio.yaml": "extends: avalon.yaml\ndefine:\n\(lines)"])
    #expect(try files.mistakes().count == 100)
  }
}

extension String {
  fileprivate var firstLine: String { String(split(separator: "\n").first ?? "") }
}
