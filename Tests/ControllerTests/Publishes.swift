import BSON
import Identity
import TestSupport

/// What artists publish under documents, and where a loader finds it.
///
/// A representation's file is found as avalon-core's `get_representation_path` does it: by `data.template`
/// with its own context, else by `config.template.publish` with the names that the documents above it have
/// now (`io.parenthood`). Studios with folders for parents have `{hierarchy}` in that template.
struct Publishes {
  static let hierarchyTemplate =
    "{root}/{project}/{silo}/{hierarchy}/{asset}/publish/{subset}/v{version:0>3}/{subset}.{representation}"

  private let documents: [ObjectID: Document]
  private let representations: [ObjectID: Document]

  init(_ documents: [Document]) {
    let pairs = documents.compactMap { document in
      document["_id"]?.objectID.map { ($0, document) }
    }
    self.documents = Dictionary(uniqueKeysWithValues: pairs)
    representations = self.documents.filter { $0.value.type == "representation" }
  }

  /// The paths of all representations whose parents are all there.
  var paths: [ObjectID: [String]] {
    representations.compactMapValues { representation in
      guard let version = parent(of: representation, "version"),
        let subset = parent(of: version, "subset"),
        let asset = parent(of: subset, "asset") ?? parent(of: subset, "archived_asset"),
        let project = parent(of: asset, "project"),
        let template = project[path: ["config", "template", "publish"]]?.string
      else { return nil }
      var paths = [
        Publishes.path(
          template, Publishes.context(representation, version, subset, asset, project))
      ]
      if let own = representation[path: ["data", "template"]]?.string {
        paths.append(
          Publishes.path(
            own, representation["context"]?.document?.compactTexts ?? [:]))
      }
      return paths
    }
  }

  /// Documents that have a subset.
  var publishedIDs: Set<ObjectID> {
    Set(documents.values.filter { $0.type == "subset" }.compactMap { $0["parent"]?.objectID })
  }

  private func parent(of document: Document, _ type: String) -> Document? {
    guard let id = document["parent"]?.objectID, let found = documents[id], found.type == type
    else { return nil }
    return found
  }

  private static func context(
    _ representation: Document, _ version: Document, _ subset: Document, _ asset: Document,
    _ project: Document
  ) -> [String: String] {
    let parents = asset[path: ["data", "parents"]]?.array?.compactMap(\.string) ?? []
    return [
      "root": "/projects", "project": project["name"]?.string ?? "",
      "silo": asset["silo"]?.string ?? "", "asset": asset["name"]?.string ?? "",
      "hierarchy": parents.joined(separator: "/"), "subset": subset["name"]?.string ?? "",
      "version:0>3": version["name"]?.int.map { "00\($0)" } ?? "",
      "representation": representation["name"]?.string ?? "",
    ]
  }

  private static func path(_ template: String, _ values: [String: String]) -> String {
    values.reduce(template) { $0.replacing("{\($1.key)}", with: $1.value) }
  }

  /// A subset with a version and two representations under an asset document.
  ///
  /// - Parameter number: makes ids that nobody has; five of them are used.
  static func publish(
    _ asset: Document, _ project: Document, number: Int, _ random: inout SeededRandom
  ) -> [Document] {
    let ids = (0..<4).compactMap { step in
      let digits = String(number * 4 + step, radix: 16)
      return ObjectID(hex: String(repeating: "e", count: 24 - digits.count) + digits)
    }
    let subset = make("subset", ids[0], .string("modelMain\(number)"), asset["_id"])
    let version = make("version", ids[1], .int32(1), .objectID(ids[0]))
    let template = project[path: ["config", "template", "publish"]]?.string ?? ""
    let made = ["ma", "abc"].enumerated().map { index, name in
      let bare = make(
        "representation", ids[2 + index], .string(name), .objectID(ids[1]))
      let names = context(bare, version, subset, asset, project)
      return DocumentWriter.document { writer in
        for element in bare where element.name != "data" { writer.append(element) }
        writer.append(
          "context",
          .document(
            DocumentWriter.document { context in
              for (name, value) in names.sorted(by: { $0.key < $1.key }) {
                context.append(FieldName(name), value)
              }
            }))
        writer.beginDocument("data")
        if random.chance(50) { writer.append("template", template) }
        writer.end()
      }
    }
    return [subset, version] + made
  }

  private static func make(
    _ type: String, _ id: ObjectID, _ name: Value, _ parent: Value?
  ) -> Document {
    DocumentWriter.document { writer in
      writer.append("_id", .objectID(id))
      writer.append("type", type)
      writer.append("name", name)
      writer.append("parent", parent ?? .null)
      writer.append("data", .document(.empty))
    }
  }
}

extension Document {
  fileprivate var type: String? { self["type"]?.string }

  fileprivate var compactTexts: [String: String] {
    Dictionary(compactMap { element in element.string.map { (element.name, $0) } }) { $1 }
  }
}
