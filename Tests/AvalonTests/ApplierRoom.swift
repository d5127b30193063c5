import BSON
import Identity
import Planning
import Testing

@testable import Avalon

/// A document as a test of the applier wants it.
struct Wanted {
  let number: Int
  let name: String
  var fps: Int? = nil
  /// The documents that it stands on.
  var on: [Int] = []
  /// Its `data.visualParent`.
  var below: Int? = nil

  init(_ number: Int, _ name: String, fps: Int? = nil, on: [Int] = [], below: Int? = nil) {
    self.below = below
    self.number = number
    self.name = name
    self.fps = fps
    self.on = on
  }

  static let project = Wanted.entity(0)

  static func entity(_ number: Int) -> EntityID {
    let digits = String(number)
    let text = String(repeating: "0", count: 12 - digits.count) + digits
    guard let id = EntityID("00000000-0000-4000-8000-\(text)") else {
      fatalError("\(number) makes no id")
    }
    return id
  }

  static func id(_ number: Int) -> ObjectID {
    Identity(project: project, entity: entity(number)).derivedID
  }

  var id: ObjectID { Wanted.id(number) }

  var document: Document {
    let link = Link(entity: Wanted.entity(number), facet: "", owner: "test", items: [:])
    return DocumentWriter.document { writer in
      writer.append("_id", .objectID(id))
      writer.append("type", "asset")
      writer.append("name", name)
      writer.beginDocument("data")
      if let fps { writer.append("fps", .int(fps)) }
      if let below { writer.append("visualParent", .objectID(Wanted.id(below))) }
      writer.beginDocument(Link.field)
      for field in link.fields { writer.append(field.name, field.text) }
      writer.end()
      writer.end()
    }
  }

  /// What takes a collection that holds these documents to what is wanted.
  static func plan(_ wanted: [Wanted], in collection: String, of documents: [Document]) -> Plan {
    Planner.plan(
      project: PlannedProject(id: project, title: "Show", collection: collection),
      desired: wanted.map(\.desired),
      observed: ObservedState(documents, project: project, owner: "test"), held: [])
  }

  private var desired: DesiredDocument {
    DesiredDocument(
      identity: Identity(project: Wanted.project, entity: Wanted.entity(number)), rule: "shot",
      shape: Shape([(["type"], .own), (["data", "fps"], .own)]), document: document, id: id,
      name: name, heldFields: [], nameHold: nil, notes: [], references: on.map(Wanted.id),
      title: { "Show / \(name)" })
  }
}

extension StoreRoom {
  /// What takes the collection from what it holds to what is wanted.
  func plan(_ wanted: Wanted...) async throws -> Plan { try await plan(wanted) }

  func plan(_ wanted: [Wanted]) async throws -> Plan {
    Wanted.plan(wanted, in: collection, of: try await read())
  }

  /// Applies a plan, through a faulty store where a script is given.
  func apply(_ plan: Plan, _ script: FaultyStore.Step...) async -> AppliedPlan {
    let store: any AvalonStore = script.isEmpty ? store : FaultyStore(store, script)
    return await Applier(store: store, plan: plan, collection: collection).apply()
  }

  /// The names of all documents, sorted.
  func names() async throws -> [String] {
    try await all().compactMap { $0["name"]?.string }.sorted()
  }
}

/// A real store whose connection breaks as a script says, one step for each batch.
actor FaultyStore: AvalonStore {
  enum Step: Sendable {
    case pass
    /// The batch is written, but the answer is lost.
    case loseAnswer
    /// The same, and what came of it cannot be read.
    case loseAnswerAndSight
    /// The batch never arrives.
    case loseBatch
    /// The batch arrives when the next one is sent.
    case delayBatch
    /// The batch cannot be sent.
    case refuse(AvalonError)
    /// This one operation is refused with these words.
    case refuseOne(ObjectID, String)
    /// Another tool writes just before the batch arrives.
    case interfere([WriteOperation])
    /// Another tool writes, and the batch never arrives.
    case interfereAndLose([WriteOperation])

    fileprivate var isBlinding: Bool {
      if case .loseAnswerAndSight = self { true } else { false }
    }
  }

  private let store: any AvalonStore
  private var script: [Step]
  private var delayed: [WriteOperation] = []
  private(set) var batchSizes: [Int] = []
  /// What another process does once documents were read by their ids.
  private let afterRead: @Sendable () async -> Void
  /// Whether the next look at what was written fails.
  private var isBlind = false

  init(
    _ store: any AvalonStore, _ script: [Step], afterRead: @escaping @Sendable () async -> Void = {}
  ) {
    self.store = store
    self.script = script
    self.afterRead = afterRead
  }

  func write(
    collection: String, _ operations: [WriteOperation], gate: WriteGate?
  ) async throws(AvalonError) -> [WriteOutcome] {
    batchSizes.append(operations.count)
    if !delayed.isEmpty {
      let late = delayed
      delayed = []
      _ = try await store.write(collection: collection, late)
    }
    let lost = operations.map { _ in WriteOutcome.unknown("the connection broke") }
    let step = script.isEmpty ? .pass : script.removeFirst()
    switch step {
    case .pass: break
    case .loseAnswer, .loseAnswerAndSight:
      isBlind = step.isBlinding
      _ = try await store.write(collection: collection, operations, gate: gate)
      return lost
    case .loseBatch: return lost
    case .delayBatch:
      delayed = operations
      return lost
    case .refuse(let error): throw error
    case .refuseOne(let id, let reason):
      return try await write(collection, operations, except: id, reason)
    case .interfere(let others): _ = try await store.write(collection: collection, others)
    case .interfereAndLose(let others):
      _ = try await store.write(collection: collection, others)
      return lost
    }
    return try await store.write(collection: collection, operations, gate: gate)
  }

  private func write(
    _ collection: String, _ operations: [WriteOperation], except id: ObjectID, _ reason: String
  ) async throws(AvalonError) -> [WriteOutcome] {
    let sent = operations.filter { $0.id != id }
    var outcomes = try await store.write(collection: collection, sent)[...]
    return operations.map { $0.id == id ? .failed(reason) : outcomes.removeFirst() }
  }

  func projects(collection: String) async throws(AvalonError) -> [Document] {
    try await store.projects(collection: collection)
  }

  func publishedParents(collection: String) async throws(AvalonError) -> Set<ObjectID> {
    try await store.publishedParents(collection: collection)
  }

  func rename(collection: String, to name: String) async throws(AvalonError) {
    try await store.rename(collection: collection, to: name)
  }

  func describe() async throws(AvalonError) -> StoreDescription { try await store.describe() }

  func collections() async throws(AvalonError) -> [String] { try await store.collections() }

  func read(collection: String) async throws(AvalonError) -> [Document] {
    try await store.read(collection: collection)
  }

  func readWhole(collection: String, ids: [ObjectID]) async throws(AvalonError) -> [Document] {
    try await store.readWhole(collection: collection, ids: ids)
  }

  func read(collection: String, ids: [ObjectID]) async throws(AvalonError) -> [Document] {
    if isBlind {
      isBlind = false
      throw AvalonError(
        .unreachable, operation: "read", subject: collection, cause: "the connection broke",
        isRetryable: true)
    }
    let documents = try await store.read(collection: collection, ids: ids)
    await afterRead()
    return documents
  }

  func read(collection: String, names: [String]) async throws(AvalonError) -> [Document] {
    try await store.read(collection: collection, names: names)
  }

  func close() async { await store.close() }
}

extension WriteOperation {
  fileprivate var id: ObjectID? {
    switch self {
    case .insert(let document): document["_id"]?.objectID
    case .update(let update): update.id
    case .delete(let removal): removal.id
    }
  }
}
