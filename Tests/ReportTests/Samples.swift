import BSON
import Identity
import Planning
import Report

// Reports of invented plans. The plans come from the planner, as real ones do.

private let show = entity(0)

func entity(_ number: Int) -> EntityID {
  let digits = String(number)
  let text = String(repeating: "0", count: 12 - digits.count) + digits
  guard let id = EntityID("00000000-0000-4000-8000-\(text)") else {
    fatalError("\(number) makes no id")
  }
  return id
}

/// One document as a sample gives it.
struct Sample {
  let number: Int
  let rule: String
  let name: String
  let title: String
  /// The field `data` as JSON.
  let data: String
  /// The field as it is in Avalon with the name there; nil where the document is new.
  var before: (name: String, data: String)?
  var tasks: [String] = []
  var heldFields: [HeldField] = []
  var nameHold: String?
  var notes: [String] = []
  var on: [Int] = []
  /// It lost its link.
  var isUnlinked = false

  init(
    _ number: Int, _ rule: String, _ name: String, title: String? = nil, _ data: String = "{}",
    before: (name: String, data: String)? = nil
  ) {
    self.number = number
    self.rule = rule
    self.name = name
    self.title = title ?? name.uppercased()
    self.data = data
    self.before = before
  }

  func with(_ change: (inout Sample) -> Void) -> Sample {
    var copy = self
    change(&copy)
    return copy
  }

  private static let shape = Shape([
    (["type"], .own), (["data", "label"], .own), (["data", "fps"], .own),
    (["data", "visualParent"], .own), (["data", "status"], .own),
    (["data", "tasks"], .merge(by: nil)),
  ])

  private var identity: Identity { Identity(project: show, entity: entity(number)) }

  private func document(_ name: String, _ data: String, isLinked: Bool) throws -> Document {
    let fields = try JSON.document(data)
    let link = Link(
      entity: entity(number), facet: "", owner: "studio",
      items: tasks.isEmpty ? [:] : ["data.tasks": tasks])
    return DocumentWriter.document { writer in
      writer.append("_id", .objectID(identity.derivedID))
      writer.append("type", number == 0 ? "project" : "asset")
      writer.append("name", name)
      writer.beginDocument("data")
      for field in fields { writer.append(field) }
      if isLinked {
        writer.beginDocument(Link.field)
        for field in link.fields { writer.append(field.name, field.text) }
        writer.end()
      }
      writer.end()
    }
  }

  func desired() throws -> DesiredDocument {
    let title = title
    return DesiredDocument(
      identity: identity, rule: rule, shape: Sample.shape,
      document: try document(name, data, isLinked: true), id: identity.derivedID, name: name,
      heldFields: heldFields, nameHold: nameHold.map { Hold($0) }, notes: notes,
      references: on.map { Identity(project: show, entity: entity($0)).derivedID },
      title: { title })
  }

  func observed() throws -> Document? {
    try before.map { try document($0.name, $0.data, isLinked: !isUnlinked) }
  }
}

func plan(
  _ samples: [Sample], held: [HeldItem] = [], title: String = "Gulls", collection: String? = "gulls"
) throws -> Plan {
  Planner.plan(
    project: PlannedProject(id: show, title: title, collection: collection),
    desired: try samples.map { try $0.desired() },
    observed: ObservedState(
      try samples.compactMap { try $0.observed() }, project: show, owner: "studio"), held: held)
}

func report(_ projects: ProjectReport..., leftOut: [ReportHeader.LeftOut] = []) -> PlanReport {
  PlanReport(
    header: ReportHeader(
      kitsu: "https://kitsu.studio/api", kitsuVersion: "Zou 1.0.97", account: "Mara Voss",
      role: "manager",
      targets: [
        ReportTarget(
          name: "avalon", address: "mongodb://db.studio:27017", database: "avalon",
          version: "MongoDB 6.0.14")
      ], usual: usual, owner: "studio", leftOut: leftOut), projects: projects)
}

/// What a project gets where the settings say nothing else.
let usual = ProjectSetup(
  mapping: "avalon.yaml (built in)", target: "avalon", policy: .upsertOnly)

func heldEntity(_ number: Int, _ kind: String, _ title: String, _ reason: String) -> HeldItem {
  HeldItem(
    scope: .entity, identity: Identity(project: show, entity: entity(number)), kind: kind,
    title: title, name: nil, reason: reason, remedy: "correct it in Kitsu, then plan again")
}
