import Mapping
import ShippedMappings
import Testing
import YAML

@Suite("Overlays: merging")
struct OverlayMergeTests {
  /// A mapping of one rule whose data an overlay merges into.
  private func merged(_ base: String, _ overlay: String) throws -> Node? {
    let rule = "rules:\n  shot:\n    document:\n      data:"
    let files = OverlayFiles(bodies: [
      "base.yaml": "\(rule) \(base)\n", "studio.yaml": "extends: base.yaml\n\(rule) \(overlay)\n",
    ])
    return try files.merged().root[path: "rules.shot.document.data"]
  }

  @Test("Maps merge key by key, scalars and lists replace")
  func maps() throws {
    let data = try #require(
      try merged("{a: 1, b: {c: 2, d: 3}, l: [1, 2]}", "{n: 9, b: {d: 4, e: 5}, a: x, l: [3]}"))
    #expect(data.names == ["a", "b", "l", "n"], "the base's order, new keys after")
    #expect(data["b"]?.names == ["c", "d", "e"])
    #expect(data["a"]?.text == "x" && data[path: "b.c"]?.text == "2")
    #expect(data[path: "b.d"]?.text == "4" && data["l"]?.texts == ["3"])
  }

  @Test("A map with a directive is one value, above and below")
  func directives() throws {
    let below = try merged("{v: {$seed: {a: 1}}}", "{v: {b: 2}}")
    #expect(below?["v"]?.names == ["b"])
    let above = try merged("{v: {a: 1}}", "{v: {$seed: {b: 2}}}")
    #expect(above?["v"]?.names == ["$seed"] && above?[path: "v.$seed"]?.names == ["b"])
    let both = try merged("{v: {$seed: {a: 1}}}", "{v: {$seed: {b: 2}}}")
    #expect(both?[path: "v.$seed"]?.names == ["b"])
  }

  @Test("$remove takes a key away, $append adds to a list and to one in $seed")
  func operations() throws {
    let data = try merged(
      "{gone: 1, deep: {gone: 2, stays: 3}, l: [1], s: {$seed: [{n: a}]}}",
      "{gone: {$remove: true}, deep: {gone: {$remove: true}}, l: {$append: [2, 3]}, "
        + "s: {$append: [{n: b}]}}")
    #expect(data?.names == ["deep", "l", "s"] && data?["deep"]?.names == ["stays"])
    #expect(data?["l"]?.texts == ["1", "2", "3"])
    #expect(data?[path: "s.$seed"]?.items?.map { $0["n"]?.text } == ["a", "b"])
  }

  @Test("A key with nothing behind it leaves a map below, and is null over anything else")
  func nothing() throws {
    let files = OverlayFiles(bodies: ["studio.yaml": "extends: avalon.yaml\nrules:\nnames:\n"])
    let base = OverlayFiles(bodies: ["studio.yaml": "extends: avalon.yaml\n"])
    #expect(try files.merged().root.shape == base.merged().root.shape)
    #expect(try merged("{a: 1}", "{a: }")?["a"]?.text == "")
    #expect(try merged("{a: {b: 1}}", "{a: null}")?["a"]?.text == "null")
  }

  @Test("Conditions merge by name; a text is the one named 'when'")
  func conditions() throws {
    func when(_ base: String, _ overlay: String) throws -> Node? {
      let files = OverlayFiles(bodies: [
        "base.yaml": "rules: {shot: {when: \(base)}}\n",
        "studio.yaml": "extends: base.yaml\nrules: {shot: {when: \(overlay)}}\n",
      ])
      return try files.merged().root[path: "rules.shot.when"]
    }
    #expect(try when("{a: x}", "{b: y}")?.names == ["a", "b"])
    #expect(try when("{a: x, b: z}", "{a: {$remove: true}}")?.names == ["b"])
    #expect(try when("x", "y")?.text == "y")
    let added = try when("x", "{b: y}")
    #expect(added?.names == ["when", "b"] && added?["when"]?.text == "x")
    let replaced = try when("{when: x, b: y}", "z")
    #expect(replaced?.names == ["when", "b"] && replaced?["when"]?.text == "z")
    #expect(try when("x", "{when: {$remove: true}, b: y}")?.names == ["b"])
  }

  @Test("New rules stand before those below, other new keys after them")
  func order() throws {
    let files = OverlayFiles(bodies: [
      "base.yaml": "define: {a: x}\nrules: {asset: {from: asset}, shot: {from: shot}}\n",
      "show.yaml":
        "extends: base.yaml\ndefine: {b: x}\nrules: {prop: {from: asset}, shot: {as: s}}\n",
      "studio.yaml": "extends: show.yaml\nrules: {hero: {from: shot}, car: {from: asset}}\n",
    ])
    let root = try files.merged().root
    #expect(root["rules"]?.names == ["hero", "car", "prop", "asset", "shot"])
    #expect(root["define"]?.names == ["a", "b"])
    #expect(root.names == ["apiVersion", "kind", "define", "rules"])
  }

  @Test("A list of files merges from left to right; operations reach those to the left")
  func lists() throws {
    let files = OverlayFiles(bodies: [
      "a.yaml": "define: {x: a, y: a, z: a}\n", "b.yaml": "define: {y: b, z: {$remove: true}}\n",
      "studio.yaml": "extends: [a.yaml, b.yaml]\ndefine: {w: s}\n",
    ])
    let merged = try files.merged()
    #expect(merged.root["define"]?.names == ["x", "y", "w"])
    #expect(merged.root[path: "define.y"]?.text == "b")
    #expect(merged.files.map(\.name) == ["a.yaml", "b.yaml", "studio.yaml"])
  }

  @Test("A file that two others extend is merged once, below both")
  func diamond() throws {
    let files = OverlayFiles(bodies: [
      "base.yaml": "define: {x: base, y: base}\n",
      "left.yaml": "extends: base.yaml\ndefine: {x: left}\n",
      "right.yaml": "extends: base.yaml\ndefine: {y: right}\n",
      "studio.yaml": "extends: [left.yaml, right.yaml]\n",
    ])
    let merged = try files.merged()
    #expect(merged.root[path: "define.x"]?.text == "left")
    #expect(merged.root[path: "define.y"]?.text == "right")
    #expect(merged.files.map(\.name) == ["base.yaml", "left.yaml", "right.yaml", "studio.yaml"])
  }

  @Test(
    "Every value keeps its place in its own file, and the mapping the name of the file asked for")
  func positions() throws {
    let files = OverlayFiles(bodies: [
      "studio.yaml": """
      extends: avalon.yaml
      rules:
        shot:
          name: ${shot.name | sanitise}
          document: {data: {extra: 1}}
      """
    ])
    let root = try files.merged().root
    #expect(root[path: "rules.shot.name"]?.position.description == "studio.yaml:6:11")
    #expect(
      root[path: "rules.shot.document.data.extra"]?.position.description == "studio.yaml:7:30")
    #expect(root[path: "rules.shot.document.silo"]?.position.file.name == "avalon.yaml")
    #expect(root[path: "rules.asset"]?.position.file.name == "avalon.yaml")
    #expect(try files.compiled().name == "studio.yaml")
  }

  @Test("An override merges last")
  func override() throws {
    let files = OverlayFiles(bodies: ["studio.yaml": "extends: avalon.yaml\n"])
    let root = try files.merged(
      override: "rules: {asset: {document: {silo: props, data: {group: {$remove: true}}}}}"
    ).root
    #expect(root[path: "rules.asset.document.silo"]?.text == "props")
    #expect(root[path: "rules.asset.document.silo"]?.position.file.name == "settings.yaml")
    #expect(root[path: "rules.asset.document.data.group"] == nil)
    #expect(root.position.file.name == "studio.yaml")
  }
}
