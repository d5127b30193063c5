import BSON
import Mapping
import TestSupport
import Testing
import YAML

@Suite("Overlays: one to start from")
struct OverlayStarterTests {
  private func start(extends name: String = "avalon.yaml", _ files: OverlayFiles)
    -> OverlayStarter
  {
    OverlayStarter(file: "studio.yaml", extends: name, library: files.library)
  }

  private let builtIn = OverlayFiles([:])

  private func merged(_ text: String, _ files: [String: String] = [:]) throws -> MergedMapping {
    try OverlayFiles(files.merging(["studio.yaml": text]) { first, _ in first }).merged()
  }

  /// The lines of each example: `#` stands before YAML, `# ` before words.
  private func examples(_ text: String) throws -> [Range<Int>] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("apiVersion") })
    var blocks: [Range<Int>] = []
    for (index, line) in lines.enumerated().dropFirst(start) {
      let text = line.drop { $0 == " " }
      guard text.hasPrefix("#"), !text.hasPrefix("# ") || text.hasPrefix("#  ") else { continue }
      if let last = blocks.last, last.upperBound == index {
        blocks[blocks.count - 1] = last.lowerBound..<index + 1
      } else {
        blocks.append(index..<index + 1)
      }
    }
    return blocks
  }

  private func uncommented(_ text: String, _ blocks: [Range<Int>]) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for index in blocks.joined() {
      if let sign = lines[index].firstIndex(of: "#") { lines[index].remove(at: sign) }
    }
    return lines.joined(separator: "\n")
  }

  @Test("It changes nothing as it is; each example is valid alone, and all are together")
  func examples() throws {
    let text = try start(builtIn).text()
    expectGolden(text, "mapping/overlay/studio.yaml")
    let plain = try merged(
      "apiVersion: avalon-sync/v1\nkind: Mapping\nextends: avalon.yaml\n"
    ).root.shape
    #expect(try merged(text).root.shape == plain)
    let blocks = try examples(text)
    #expect(blocks.count == 8)
    for block in blocks {
      let changed = try merged(uncommented(text, [block]))
      #expect(changed.root.shape != plain, "\(block)")
      _ = try CompiledMapping.compile(changed)
    }
    _ = try CompiledMapping.compile(try merged(uncommented(text, blocks)))
  }

  @Test("Examples about what the extended mapping does not have are left out")
  func otherBase() throws {
    let base = """
      apiVersion: avalon-sync/v1
      kind: Mapping
      rules:
        film: {from: project, name: '${project.id}', document: {type: project, data: {a: 1}}}
      """
    let files = OverlayFiles(["own base.yaml": base])
    var starter = start(extends: "own base.yaml", files)
    let text = try starter.text()
    #expect(try examples(text).isEmpty && text.contains("extends: own base.yaml\n"))
    _ = try CompiledMapping.compile(try merged(text, ["own base.yaml": base]))
    let isSeeded = try starter.addSeeds([("apps", try value("[1]"))], from: "Hulk")
    #expect(isSeeded)
    let seeded = try merged(try starter.text(), ["own base.yaml": base])
    #expect(seeded.root[path: "rules.film.document.config.apps.$seed"]?.texts == ["1"])
  }

  @Test("A base with mistakes is told, and one without a project document takes no seeds")
  func mistakes() throws {
    #expect(throws: Diagnostics.self) { try start(extends: "gone.yaml", builtIn).text() }
    let files = OverlayFiles(bodies: ["base.yaml": "rules: {shot: {from: shot}}\n"])
    var starter = start(extends: "base.yaml", files)
    let isSeeded = try starter.addSeeds([("apps", try value("[1]"))], from: "Hulk")
    #expect(!isSeeded)
    #expect(throws: Diagnostics.self) { try starter.text() }
  }

  // MARK: Values

  private func value(_ json: String) throws -> Node {
    var writer = ConstantWriter()
    let node = writer.node(try list("[\(json)]").array?["0"] ?? .null, at: ["config"])
    return try #require(node)
  }

  @Test(
    "A project's values come out of the mapping as they went in",
    arguments: [
      #"[{"name": "maya2018", "label": "Autodesk Maya 2018", "n": 1, "x": 0.5, "big": 5000000000}]"#,
      #"{"work": "{root}/{project}/v{version:0>3}", "env": "${HOME}/$${A}/$$${B}$"}"#,
      #"["", " ", "None", "null", "true", "yes", "12", "1e3", "- a", "a: b #c", "'\"", "a\nb\n"]"#,
      #"[null, true, {"a": null, "b": {}, "c": []}, [[]], "角 🎬 ë", "\u0001\u2028"]"#,
      #"{"key with blanks": 1, "true": 2, "1": 3, "": "x", "ключ": 4}"#,
    ])
  func values(json: String) throws {
    let wanted = try #require(try list("[\(json)]").array?["0"])
    var starter = start(builtIn)
    var writer = ConstantWriter()
    let written = writer.node(wanted, at: ["config", "apps"])
    let node = try #require(written)
    let isSeeded = try starter.addSeeds([("apps", node)], from: "hulk")
    #expect(isSeeded)
    let text = try starter.text()
    let mapping = try CompiledMapping.compile(try merged(text))
    let show = Show()
    let evaluation = try evaluate(mapping, show)
    let project = try #require(
      evaluation.documents.first { $0.document["type"] == .string("project") })
    let found = try #require(project.document[path: ["config", "apps"]], "\(text)")
    if json.contains(#""": "x""#) {
      #expect(writer.leftOut == ["config.apps. is left out: a mapping cannot name it"])
    } else {
      #expect(found == wanted, "\(text)")
      #expect(writer.leftOut.isEmpty)
    }
  }

  @Test("What a mapping cannot hold is left out and told")
  func leftOut() throws {
    let document = DocumentWriter.document { writer in
      writer.append("made", Value.date(0))
      writer.append("a.b", Value.int(1))
      writer.append("$x", Value.int(1))
      writer.append("nan", Value.double(.nan))
      writer.append("kept", Value.int(1))
    }
    var deep = Value.int(1)
    for _ in 0..<50 {
      let inner = deep
      deep = .array(DocumentWriter.document { $0.append(index: 0, inner) })
    }
    var writer = ConstantWriter()
    let node = writer.node(.document(document), at: ["config", "apps"])
    #expect(node?.names == ["kept"])
    _ = writer.node(deep, at: ["deep"])
    #expect(
      writer.leftOut.map { String($0.prefix(60)) } == [
        "config.apps.made is left out: a mapping has no values of the",
        "config.apps.a.b is left out: a mapping cannot name it",
        "config.apps.$x is left out: a mapping cannot name it",
        "config.apps.nan is left out: it is no finite number",
        "deep.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",
      ])
  }
}
