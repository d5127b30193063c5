import BSON
import Identity
import Planning
import Testing

/// Each kind of inherited damage is found, and nothing where a project is sound.
@Suite struct AuditTests {
  @Test func aSoundProjectHasNone() {
    let assets = [
      AuditedAsset(2, "chars", data: [("visualParent", .null)]),
      AuditedAsset(3, "hero", data: [("visualParent", .objectID(strangeID(2)))]),
      AuditedAsset(4, "old", type: "archived_asset"),
    ]
    #expect(found([project()] + assets.map(\.document), published: [2, 3, 4]) == [])
    #expect(found([]) == [])
  }

  @Test func projects() {
    let hero = AuditedAsset(2, "hero").document
    #expect(found([hero]) == ["no-project : 1 asset"])
    #expect(
      found([project(), project(9), hero]) == [
        "two-projects hulk/1 hulk/9: 1 asset under \(strangeID(1)), 0 assets under \(strangeID(9))"
      ])
    #expect(found([project(1, "Hulk"), hero]) == ["project-name Hulk/1"])
  }

  @Test func names() {
    func names(_ names: String...) -> [String] {
      found([project()] + names.enumerated().map { AuditedAsset($0 + 2, $1).document })
    }
    #expect(names("a", "a", "b", "a") == ["doubled-name a/2 a/3 a/5"])
    #expect(
      names("Hero", "hero", "hero") == ["doubled-name hero/3 hero/4", "name-case Hero/2 hero/3"])
    #expect(
      names("big bob", "été", "a-b", "ok_1") == [
        "invalid-name a-b/4", "invalid-name big bob/2", "invalid-name été/3",
      ])
    #expect(
      names("v1.2", "", "a\n") == [
        "unsafe-name /3: the name is empty", "unsafe-name a\n/4", "unsafe-name v1.2/2",
      ])
    var nameless = AuditedAsset(2, "x")
    nameless.name = nil
    #expect(found([project(), nameless.document]) == ["invalid-name -/2: `name` is missing"])
    // Two spellings of é are two names to MongoDB.
    #expect(
      names("e\u{301}", "\u{e9}").map { $0.split(separator: " ")[0] }
        == ["invalid-name", "invalid-name"])
  }

  @Test func silos() {
    func silos(_ silos: Value?...) -> [String] {
      found(
        [project()]
          + silos.enumerated().map { AuditedAsset($0 + 2, "a\($0)", silo: $1).document })
    }
    #expect(silos(nil, nil) == [] && silos(.null, .null) == [])
    #expect(silos("assets", .null, .int32(3)) == ["null-silo a1/3: null", "null-silo a2/4: 3"])
    #expect(silos("assets", nil) == ["no-silo a1/3"])
    let old = AuditedAsset(4, "old", type: "archived_asset", silo: .null).document
    #expect(found([project(), AuditedAsset(2, "a").document, old]) == ["null-silo old/4: null"])
  }

  @Test func hierarchy() {
    func under(_ parent: Value?) -> [String] {
      found([
        project(), AuditedAsset(3, "old", type: "archived_asset").document,
        AuditedAsset(2, "hero", data: parent.map { [(FieldName("visualParent"), $0)] } ?? [])
          .document,
      ])
    }
    #expect(under(nil) == [] && under(.null) == [])
    #expect(under(.string("\(strangeID(2))")) == ["visual-parent-type hero/2: \"\(strangeID(2))\""])
    #expect(under(.int32(2)) == ["visual-parent-type hero/2: 2"])
    #expect(under(.objectID(strangeID(8))) == ["visual-parent-missing hero/2: \(strangeID(8))"])
    #expect(under(.objectID(strangeID(1))) == ["visual-parent-no-asset hero/2: \(strangeID(1))"])
    #expect(under(.objectID(strangeID(3))) == ["visual-parent-archived hero/2: \(strangeID(3))"])
  }

  @Test func circles() {
    func chain(_ parents: [Int: Int]) -> [String] {
      found(
        [project()]
          + parents.keys.sorted().map {
            AuditedAsset(
              $0, "a\($0)", data: [("visualParent", .objectID(strangeID(parents[$0] ?? 0)))]
            ).document
          })
    }
    #expect(chain([2: 2]) == ["visual-parent-circle a2/2"])
    // Two circles, and two assets that hang below one.
    #expect(
      chain([2: 3, 3: 4, 4: 3, 5: 2, 6: 7, 7: 6]) == [
        "visual-parent-circle a3/3 a4/4", "visual-parent-circle a6/6 a7/7",
      ])
  }

  /// However long a chain is, it costs one walk.
  @Test func longChains() {
    let assets = (2..<20_002).map {
      AuditedAsset($0, "a\($0)", data: [("visualParent", .objectID(strangeID($0 - 1)))]).document
    }
    #expect(found([project()] + assets) == ["visual-parent-no-asset a2/2: \(strangeID(1))"])
  }

  @Test func parents() {
    #expect(
      found([
        project(), AuditedAsset(2, "a", parent: .objectID(strangeID(9))).document,
        AuditedAsset(3, "b", parent: nil).document,
        AuditedAsset(4, "c", parent: .string("\(strangeID(1))")).document,
      ]) == [
        "foreign-parent a/2: \(strangeID(9))", "foreign-parent b/3: missing",
        "foreign-parent c/4: \"\(strangeID(1))\"",
      ])
  }

  @Test func data() {
    var bare = AuditedAsset(2, "a")
    bare.data = nil
    var null = AuditedAsset(3, "b")
    null.data = .null
    #expect(
      found([project(), bare.document, null.document]) == [
        "no-data a/2: missing", "no-data b/3: null",
      ])
    #expect(
      found([
        project(), AuditedAsset(2, "a", data: [("name", "a")]).document,
        AuditedAsset(3, "b", data: [("name", "old")]).document,
        AuditedAsset(4, "c", data: [("_id", "x"), ("name", .null)]).document,
      ]) == [
        "data-name-stale b/3: \"old\"", "data-name-stale c/4: null", "data-name a/2",
        "data-id c/4: \"x\"",
      ])
  }

  @Test func whatInventoryCannotTake() {
    let dates = DocumentWriter.document { $0.append("due", .date(0)) }
    #expect(
      found([
        project(data: [("silos", list("assets")), ("fps", .int32(25))]),
        AuditedAsset(
          2, "a", data: [("link", .objectID(strangeID(3))), ("kitsu", .document(dates))]
        ).document,
        AuditedAsset(3, "b", data: [("inputs", list(.document(dates))), ("n", .null)]).document,
      ]) == [
        "project-list hulk/1: data.silos", "unloadable a/2: data.link, data.kitsu.due",
        "unloadable b/3: data.inputs.0.due",
      ])
  }

  @Test func tasks() {
    let map = DocumentWriter.document { $0.append("comp", .document(.empty)) }
    func asset(_ number: Int, _ tasks: Value) -> Document {
      AuditedAsset(number, "a\(number)", data: [("tasks", tasks)]).document
    }
    #expect(
      found([project(), asset(2, list("comp", "comp", "model", "comp"))]) == [
        "task-doubled a2/2: comp"
      ])
    #expect(
      found([project(), asset(2, list("roto", "comp", "roto", "x"))]) == [
        "task-doubled a2/2: roto", "task-unknown a2/2: roto, x",
      ])
    #expect(found([project(), asset(2, .document(map)), asset(3, list())]) == [])
    #expect(
      found([project(), asset(2, .document(map)), asset(3, list("comp"))]) == ["tasks-mixed a2/2"])
    let openPype = DocumentWriter.document { $0.append("tasks", .document(map)) }
    #expect(
      found([project(config: openPype), asset(2, list("comp", "model"))]) == [
        "task-unknown a2/2: model"
      ])
    #expect(found([project(config: .empty), asset(2, list("any"))]) == [])
  }

  @Test func parentsWhereNoTemplateHasASilo() {
    func config(_ work: String) -> Document {
      DocumentWriter.document { writer in
        writer.beginDocument("template")
        writer.append("work", work)
        writer.end()
      }
    }
    let assets = [
      AuditedAsset(2, "a").document, AuditedAsset(3, "b", data: [("parents", list())]).document,
    ]
    #expect(found([project(config: config("{root}/{project}/{silo}/{asset}"))] + assets) == [])
    #expect(
      found([project(config: config("{root}/{project}/{hierarchy}/{asset}"))] + assets) == [
        "no-parents a/2"
      ])
  }

  @Test func entities() {
    func zou(_ number: Int) -> [(FieldName, Value)] {
      [("zou", .document(DocumentWriter.document { $0.append("id", "\(entity(number))") }))]
    }
    func ours(_ number: Int, facet: String = "") -> [(FieldName, Value)] {
      let link = Link(entity: entity(number), facet: facet, owner: owner, items: [:])
      return [
        (
          "kitsu",
          .document(
            DocumentWriter.document { writer in
              for field in link.fields { writer.append(field.name, field.text) }
            })
        )
      ]
    }
    let flat: [(FieldName, Value)] = [("zou_id", .string("\(entity(3))"))]
    let documents = [
      AuditedAsset(2, "a", data: zou(1)), AuditedAsset(3, "b", data: ours(1)),
      AuditedAsset(4, "c", data: ours(1, facet: "lookdev")), AuditedAsset(5, "d", data: zou(2)),
      AuditedAsset(6, "e", type: "archived_asset", data: flat), AuditedAsset(7, "f", data: flat),
      AuditedAsset(8, "g", data: [("zou_id", "")]), AuditedAsset(9, "h", data: [("zou_id", "")]),
    ].map(\.document)
    #expect(
      found([project()] + documents) == [
        "doubled-entity a/2 b/3: \(entity(1))", "doubled-entity f/7 e/6: \(entity(3))",
      ])
  }

  @Test func subsetsWithoutTheirAsset() {
    let documents = [
      project(), AuditedAsset(2, "a").document,
      AuditedAsset(3, "b", type: "archived_asset").document,
    ]
    #expect(
      found(documents, published: [2, 3, 7, 7, 5]) == ["lost-subsets -/5", "lost-subsets -/7"])
  }

  /// The order of reading says nothing.
  @Test func theOrderOfDocumentsDoesNotMatter() {
    let documents =
      [project(), project(9, "other")]
      + (2..<9).map {
        AuditedAsset($0, "a\($0 % 3)", silo: $0 == 4 ? .null : "assets").document
      }
    let first = found(documents)
    #expect(first.count > 4 && found(documents.reversed()) == first)
  }

  private func found(_ documents: [Document], published: [Int] = []) -> [String] {
    let audit = Audit.look(at: "hulk", documents, publishedParents: published.map { strangeID($0) })
    #expect(audit.collection == "hulk" && audit.documentCount == documents.count)
    return audit.findings.map { finding in
      let documents = finding.documents.map { document in
        let number = document.id.objectID.map { Int($0.description, radix: 16) ?? -1 } ?? -1
        return "\(document.name ?? "-")/\(number)"
      }
      return "\(finding.kind.rawValue) \(documents.joined(separator: " "))"
        + (finding.detail.map { ": \($0)" } ?? "")
    }
  }
}

/// An asset document as Avalon core writes it, but for what a test changes.
private struct AuditedAsset {
  let number: Int
  var name: String?
  let type: String
  let silo: Value?
  let parent: Value?
  var data: Value?

  init(
    _ number: Int, _ name: String, type: String = "asset", silo: Value? = "assets",
    parent: Value? = .objectID(strangeID(1)), data: [(FieldName, Value)] = []
  ) {
    self.number = number
    self.name = name
    self.type = type
    self.silo = silo
    self.parent = parent
    self.data = .document(map(data))
  }

  var document: Document {
    DocumentWriter.document { writer in
      writer.append("_id", .objectID(strangeID(number)))
      writer.append("type", type)
      if let name { writer.append("name", name) }
      if let silo { writer.append("silo", silo) }
      if let parent { writer.append("parent", parent) }
      if let data { writer.append("data", data) }
    }
  }
}

private func project(
  _ number: Int = 1, _ name: String = "hulk", data: [(FieldName, Value)] = [],
  config: Document? = nil
) -> Document {
  let tasks = ["comp", "model"].map { name in
    Value.document(DocumentWriter.document { $0.append("name", name) })
  }
  return DocumentWriter.document { writer in
    writer.append("_id", .objectID(strangeID(number)))
    writer.append("type", "project")
    writer.append("name", name)
    writer.append("data", .document(map(data)))
    writer.append(
      "config", .document(config ?? DocumentWriter.document { $0.appendArray("tasks", tasks) }))
  }
}

private func map(_ fields: [(FieldName, Value)]) -> Document {
  DocumentWriter.document { writer in for (name, value) in fields { writer.append(name, value) } }
}

private func list(_ values: Value...) -> Value {
  .array(
    DocumentWriter.document { writer in
      for (index, value) in values.enumerated() { writer.append(index: index, value) }
    })
}

extension Value: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self = .string(text) }
}
