import BSON
import Foundation
import Identity
import Mapping
import ShippedMappings
import TestSupport
import Testing

/// `avalon-sync.yaml` against what the old tool does with the same production: field for field the
/// same, but for the differences that the file's header tells.
@Suite("avalon-sync.yaml against the old Avalon Sync")
struct ShippedAvalonSyncTests {
  @Test("On recorded productions", arguments: ["tvshow", "short"])
  func recorded(_ show: String) throws {
    let production = try RecordedProductionTests.production(show)
    let evaluation = try #require(
      Evaluation.evaluate(
        try shipped("avalon-sync.yaml"), over: production, facts: AvalonFacts(), owner: "studio"))
    let old = OldAvalonSync(production).documents
    let names = Dictionary(
      uniqueKeysWithValues: evaluation.documents.map {
        ($0.id, $0.identity.entity.description)
      })
    let new = Dictionary(
      uniqueKeysWithValues: evaluation.documents.map { made in
        (made.identity.entity.description, Fields(made.document, ids: names))
      })
    #expect(!old.isEmpty)
    for (id, old) in old {
      guard let new = new[id] else {
        #expect(old.isCanceled, "\(id) has no document")
        continue
      }
      #expect(!old.isCanceled)
      compare(old.fields, new, id)
    }
    // What is only here had no place in the old tool's tree.
    let unseen = new.keys.filter { old[$0] == nil }
    #expect(unseen.allSatisfy { new[$0]?["silo"] == "\"shots\"" })
  }

  /// Every difference is one of the header's table.
  private func compare(_ old: Fields, _ new: Fields, _ id: String) {
    for path in Set(old.values.keys).union(new.values.keys) {
      let (before, after) = (old[path], new[path])
      if before == after { continue }
      let isListed: Bool =
        switch path {
        case "name", "data.group", "data.tasks", "config.tasks":
          // Only names that were not valid.
          before.map { !OldAvalonSync.isValid($0) } ?? false
        case "data.fps", "data.resolution_width", "data.resolution_height":
          before == OldAvalonSync.crash
        case "data.edit_in", "data.startFrame", "data.edit_out", "data.endFrame":
          // Blank is cleared, and a number is one where Kitsu has it as text.
          ["\"\"", "null", after.map(JSONText.quote)].contains(before)
        case "data.frameStart": after == new["data.startFrame"]
        case "data.frameEnd": after == new["data.endFrame"]
        default: path.hasPrefix("data.kitsu.") || path == "_id"
        }
      #expect(isListed, "\(id), \(path): was \(before ?? "-"), is \(after ?? "-")")
    }
  }

  @Test("The header tells of every field that may differ")
  func header() throws {
    let bytes = try #require(ShippedMappings.all["avalon-sync.yaml"])
    let text = String(decoding: bytes, as: UTF8.self)
    let header = text.split(separator: "\n").prefix { $0.hasPrefix("#") }
    let table = header.filter { $0.contains("|") }.joined(separator: "\n")
    for field in [
      "name", "data.fps", "data.resolution_*", "edit_in", "edit_out", "startFrame", "endFrame",
      "data.frameStart", "frameEnd", "data.visualParent", "data.tasks", "config.tasks",
      "data.label", "data.group", "data.kitsu",
    ] {
      #expect(table.contains(field), "\(field) is not in the table")
    }
  }
}

/// A document's values as JSON by path. Lists are one value; ids are those of Kitsu.
private struct Fields {
  private(set) var values: [String: String] = [:]

  init(_ document: Document, ids: [ObjectID: String] = [:]) { collect(document, "", ids) }

  private mutating func collect(
    _ document: Document, _ path: String, _ ids: [ObjectID: String]
  ) {
    for element in document {
      let inner = path.isEmpty ? element.name : "\(path).\(element.name)"
      if let map = element.document {
        collect(map, inner, ids)
      } else if let id = element.value.objectID, element.name != "_id" {
        values[inner] = JSONText.quote(ids[id] ?? "nobody")
      } else if let list = element.array {
        values[inner] = JSONText.write(list, sortsNames: true)
      } else {
        values[inner] = JSONText.write(element.value)
      }
    }
  }

  subscript(path: String) -> String? { values[path] }
}

/// The documents that the old tool makes of a production. Where it would die it says ``crash``.
private struct OldAvalonSync {
  struct Made {
    let fields: Fields
    /// Itself, or what it stands in.
    let isCanceled: Bool
  }

  static let crash = "\"crash\""
  private(set) var documents: [String: Made] = [:]
  private let production: Production

  /// Whether a text in JSON holds nothing that Avalon's schemas refuse in a name.
  static func isValid(_ json: String) -> Bool {
    json.utf8.allSatisfy { $0 < 0x80 } && !json.contains { "'’-()/&".contains($0) }
  }

  init(_ production: Production) {
    self.production = production
    addProject()
    for asset in entities(.asset) { addAsset(asset) }
    let isSeries = production.project.text("production_type") == "tvshow"
    let episodes = isSeries ? entities(.episode) : []
    for episode in episodes {
      add(
        episode, name: name(episode), silo: "shots",
        ["label": episode.value("name"), "group": .string("Episode"), "visible": .bool(false)])
      let sequences = entities(.sequence).filter { $0.text("episode_id") == episode.text("id") }
      for sequence in sequences {
        addSequence(sequence, "\(name(episode))_\(name(sequence))", in: episode)
      }
    }
    if !isSeries {
      for sequence in entities(.sequence) { addSequence(sequence, name(sequence), in: nil) }
    }
  }

  private func entities(_ kind: EntityKind) -> [Document] { production.entities[kind] ?? [] }

  private func clean(_ text: String) -> String {
    text.replacing(" ", with: "_").lowercased()
  }

  private func name(_ entity: Document) -> String { clean(entity.text("name") ?? "") }

  private func number(_ value: Value?) -> Value {
    switch value {
    case .string(let text)?: Int(text).map(Value.int) ?? .string("crash")
    case let value?: value
    case nil: .null
    }
  }

  private func tasks(_ entity: Document) -> Value {
    let types = Dictionary(
      production.studio.taskTypes.map { ($0.text("id") ?? "", $0) }
    ) { first, _ in first }
    // In the order of the production's types, as the new tool has them.
    let order = production.studio.taskTypes.sorted {
      ($0["priority"]?.int ?? 0, $0.text("name") ?? "") < (
        $1["priority"]?.int ?? 0, $1.text("name") ?? ""
      )
    }.map { $0.text("id") ?? "" }
    let own = entity["tasks"]?.array?.compactMap { $0.document?.text("task_type_id") } ?? []
    let names = own.sorted {
      (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0)
    }.compactMap { types[$0]?.text("name").map(clean) }
    return list(names.map(Value.string))
  }

  private func list(_ values: [Value]) -> Value {
    .array(
      DocumentWriter.document { writer in
        for (index, value) in values.enumerated() { writer.append(index: index, value) }
      })
  }

  private func map(_ fields: [String: Value]) -> Value {
    .document(
      DocumentWriter.document { writer in
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
          writer.append(FieldName(name), value)
        }
      })
  }

  private mutating func addProject() {
    let project = production.project
    let height = number(project["resolution"])
    let width = height.int.map { Value.int($0 / 9 * 16) } ?? .string("crash")
    let types = production.studio.taskTypes.sorted {
      ($0["priority"]?.int ?? 0, $0.text("name") ?? "") < (
        $1["priority"]?.int ?? 0, $1.text("name") ?? ""
      )
    }
    write(
      project,
      [
        "schema": .string("avalon-core:project-2.0"), "type": .string("project"), "parent": .null,
        "name": .string(name(project)),
        "data": map([
          "label": project.value("name"), "fps": number(project["fps"]),
          "resolution_width": width, "resolution_height": height,
        ]),
        "config": map([
          "schema": .string("avalon-core:config-1.0"),
          "apps": list([
            map(["name": .string("maya2018"), "label": .string("Autodesk Maya 2018")])
          ]),
          "tasks": list(
            types.map { map(["name": .string(name($0)), "label": $0.value("name")]) }),
          "template": map([
            "work": .string("{root}/{project}/{silo}/{asset}/work/{task}/{app}"),
            "publish": .string(
              "{root}/{project}/{silo}/{asset}/publish/{subset}/v{version:0>3}/{subset}"
                + ".{representation}"),
          ]),
        ]),
      ])
  }

  private mutating func addAsset(_ asset: Document) {
    let type = production.studio.entityTypes.first {
      $0.text("id") == asset.text("asset_type_id")
    }
    add(
      asset, name: name(asset), silo: "assets",
      [
        "label": asset.value("name"), "group": type?.value("name") ?? .null,
        "tasks": tasks(asset),
      ])
  }

  private mutating func addSequence(_ sequence: Document, _ name: String, in episode: Document?) {
    var data: [String: Value] = [
      "label": sequence.value("name"), "visible": .bool(false),
      "group": episode?.value("name") ?? .string("Sequence"),
    ]
    data["visualParent"] = episode?.value("id")
    add(sequence, name: name, silo: "shots", data)
    for shot in entities(.shot) where shot.text("parent_id") == sequence.text("id") {
      addShot(shot, name, in: sequence)
    }
  }

  private mutating func addShot(_ shot: Document, _ parent: String, in sequence: Document) {
    var data: [String: Value] = [
      "label": shot.value("name"), "visualParent": sequence.value("id"), "tasks": tasks(shot),
      "group": .string(parent.uppercased().replacing("_", with: " ")),
    ]
    let metadata = shot["data"]?.document
    data["edit_in"] = metadata?["frame_in"]
    data["startFrame"] = metadata?["frame_in"]
    data["edit_out"] = metadata?["frame_out"]
    data["endFrame"] = metadata?["frame_out"]
    if let fps = metadata?["fps"] { data["fps"] = number(fps) }
    add(shot, name: "\(parent)_\(name(shot))", silo: "shots", data)
  }

  private mutating func add(
    _ entity: Document, name: String, silo: String, _ data: [String: Value]
  ) {
    write(
      entity,
      [
        "schema": .string("avalon-core:asset-2.0"), "type": .string("asset"),
        "name": .string(name), "silo": .string(silo), "parent": production.project.value("id"),
        "data": map(data),
      ])
  }

  private mutating func write(_ entity: Document, _ fields: [String: Value]) {
    documents[entity.text("id") ?? ""] = Made(
      fields: Fields(map(fields).document ?? .empty),
      isCanceled: isCanceled(entity))
  }

  private func isCanceled(_ entity: Document) -> Bool {
    let parents = entities(.sequence) + entities(.episode)
    let parent = (entity.text("parent_id") ?? entity.text("episode_id")).flatMap { id in
      parents.first { $0.text("id") == id }
    }
    return entity["canceled"]?.bool == true || parent.map(isCanceled) ?? false
  }
}

extension Document {
  fileprivate func text(_ name: FieldName) -> String? { self[name]?.string }

  fileprivate func value(_ name: FieldName) -> Value { self[name] ?? .null }
}
