import BSON
import Identity
import Planning

// Desired and observed documents of one invented project, told apart by numbers.

let show = entity(0)
let owner = "studio"

func entity(_ number: Int) -> EntityID {
  let digits = String(number)
  let text = String(repeating: "0", count: 12 - digits.count) + digits
  guard let id = EntityID("00000000-0000-4000-8000-\(text)") else {
    fatalError("\(number) makes no id")
  }
  return id
}

func identity(_ number: Int) -> Identity { Identity(project: show, entity: entity(number)) }

func id(_ number: Int) -> ObjectID { identity(number).derivedID }

/// An id that was not made from an identity.
func strangeID(_ number: Int) -> ObjectID {
  let digits = String(number, radix: 16)
  guard let id = ObjectID(hex: String(repeating: "0", count: 24 - digits.count) + digits) else {
    fatalError("\(number) makes no id")
  }
  return id
}

/// The fields that the tests' mapping would write.
let shape = Shape([
  (["type"], .own), (["silo"], .own), (["data", "label"], .own), (["data", "fps"], .own),
  (["data", "frames"], .own), (["data", "visualParent"], .own), (["data", "parents"], .own),
  (["data", "status"], .own), (["data", "inputs"], .seed),
  (["data", "tasks"], .merge(by: nil)), (["data", "crew"], .merge(by: nil)),
  (["config", "tasks"], .merge(by: "name")),
])

/// A document with a link, or without one where `link` is nil.
/// - Parameter json: its other fields; `data` gets the link besides.
func document(
  _ number: Int, _ name: Value?, _ json: String = "{}", id other: ObjectID? = nil,
  link: Link? = nil
) throws -> Document {
  let fields = try JSON.document(json)
  return DocumentWriter.document { writer in
    writer.append("_id", .objectID(other ?? id(number)))
    if let name { writer.append("name", name) }
    if fields["type"] == nil { writer.append("type", number == 0 ? "project" : "asset") }
    for field in fields where !field.hasName("data") { writer.append(field) }
    let data = fields.element("data")
    if let data, data.document == nil { return writer.append(data) }
    guard data != nil || link != nil else { return }
    writer.beginDocument("data")
    for field in data?.document ?? .empty { writer.append(field) }
    if let link {
      writer.beginDocument(Link.field)
      for field in link.fields { writer.append(field.name, field.text) }
      writer.end()
    }
    writer.end()
  }
}

func link(_ number: Int, _ items: [String: [String]] = [:], owner: String = owner) -> Link {
  Link(entity: entity(number), facet: "", owner: owner, items: items)
}

func desired(
  _ number: Int, _ name: String, _ json: String = "{}", items: [String: [String]] = [:],
  heldFields: [HeldField] = [], nameHold: String? = nil, placeHold: String? = nil,
  on references: [Int] = [], id other: ObjectID? = nil, rule: String = "shot",
  shape: Shape = shape, below parent: Int? = nil
) throws -> DesiredDocument {
  DesiredDocument(
    identity: identity(number), rule: rule, shape: shape,
    document: try ours(number, name, json, items: items, id: other, below: parent),
    id: other ?? id(number), name: name, heldFields: heldFields,
    nameHold: nameHold.map { Hold($0) }, placeHold: placeHold.map { Hold($0) }, notes: [],
    references: references.map { PlanningTests.id($0) },
    title: { "Show / \(number)" })
}

/// One of our documents as it stands in Avalon.
func ours(
  _ number: Int, _ name: String, _ json: String = "{}", items: [String: [String]] = [:],
  id other: ObjectID? = nil, below parent: Int? = nil
) throws -> Document {
  let document = try document(number, .string(name), json, id: other, link: link(number, items))
  guard let parent else { return document }
  return document.setting(["data", "visualParent"][...], to: .objectID(id(parent)))
}

func plan(
  _ desired: [DesiredDocument], _ observed: [Document], held: [HeldItem] = []
) -> Plan {
  Planner.plan(
    project: PlannedProject(id: show, title: "Show", collection: "show"), desired: desired,
    observed: ObservedState(observed, project: show, owner: owner), held: held)
}

extension Plan {
  /// The changed fields of all changes: `data.fps: 24 → 25`.
  var fieldTexts: [String] {
    changes.flatMap { change in
      change.fields.map { "\($0.path): \(text($0.before)) → \(text($0.after))" }
    }
  }

  private func text(_ value: Value?) -> String { value.map { JSONText.write($0) } ?? "none" }

  var heldTexts: [String] {
    held.map { "\($0.scope.rawValue) \($0.path?.description ?? "-"): \($0.reason)" }
  }
}
