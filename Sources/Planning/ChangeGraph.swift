internal import BSON
internal import Identity

/// Orders changes: a name is freed before it is taken, and a document follows those that it stands
/// on. The layers of the graph are the waves.
///
/// A circle of names (a swap) is broken by giving one of its documents a temporary name first: a
/// crash then leaves a temporary name, never two equal ones, and the next plan finishes it.
struct ChangeGraph {
  private var changes: [Change]
  private let references: (Identity) -> [ObjectID]
  private let observed: ObservedState
  /// Asked for where a document has to step aside.
  private lazy var usedNames = Set(
    changes.map(\.name) + observed.documents.values.compactMap { $0.element(.name)?.string })

  /// - Parameter references: the documents that one stands on.
  static func order(
    _ changes: [Change], references: (Identity) -> [ObjectID], observed: ObservedState
  ) -> [Change] {
    guard !changes.isEmpty else { return [] }
    return withoutActuallyEscaping(references) { order(changes, $0, observed) }
  }

  private static func order(
    _ changes: [Change], _ references: @escaping (Identity) -> [ObjectID],
    _ observed: ObservedState
  ) -> [Change] {
    var graph = ChangeGraph(changes, references, observed)
    let predecessors = graph.predecessors()
    return graph.layered(predecessors)
  }

  private init(
    _ changes: [Change], _ references: @escaping (Identity) -> [ObjectID],
    _ observed: ObservedState
  ) {
    self.changes = changes.sorted {
      ($0.rule, $0.name, $0.identity) < ($1.rule, $1.name, $1.identity)
    }
    self.references = references
    self.observed = observed
  }

  // MARK: What waits for what

  /// - Returns: for each change the indices of those that come before it.
  private mutating func predecessors() -> [[Int]] {
    let circles = NameCircles(changes, dependencies())
    var result = changes.indices.map { circles.remaining($0) }
    var detours: [Int: Int] = [:]
    for index in circles.detours.sorted() {
      detours[index] = changes.count
      insertDetour(for: index)
      result.append([])
    }
    return result.enumerated().map { index, dependencies in
      var found = Set(
        dependencies.map { $0.isName ? detours[$0.index] ?? $0.index : $0.index })
      if let detour = detours[index] { found.insert(detour) }
      return found.sorted()
    }
  }

  private func dependencies() -> [[Dependency]] {
    var liberators: [String: [Int]] = [:]
    var creates: [ObjectID: Int] = [:]
    let departures = departures()
    for (index, change) in changes.enumerated() {
      if let name = change.freedName, !change.identity.isProject {
        liberators[name, default: []].append(index)
      }
      if change.action == .create { creates[change.id] = index }
    }
    return changes.enumerated().map { index, change in
      var found: Set<Dependency> = []
      if change.takesName {
        for liberator in liberators[change.name] ?? [] {
          found.insert(Dependency(index: liberator, isName: true))
        }
      }
      for departure in departures[change.id] ?? [] where change.action == .delete {
        found.insert(Dependency(index: departure, isName: false))
      }
      for reference in references(change.identity) {
        if let create = creates[reference] {
          found.insert(Dependency(index: create, isName: false))
        }
      }
      return found.filter { $0.index != index }.sorted {
        ($0.index, $0.isName ? 0 : 1) < ($1.index, $1.isName ? 0 : 1)
      }
    }
  }

  /// By document: the changes that take something away from below it. A document is deleted when
  /// nothing stands below it any more.
  private func departures() -> [ObjectID: [Int]] {
    guard changes.contains(where: { $0.action == .delete }) else { return [:] }
    var found: [ObjectID: [Int]] = [:]
    for (index, change) in changes.enumerated() {
      let isLeaving =
        change.action == .delete || change.action == .archive
        || change.fields.contains { $0.path == PathFields.visualParent }
      guard isLeaving, let parent = observed.documents[change.id]?.visualParent else { continue }
      found[parent, default: []].append(index)
    }
    return found
  }

  // MARK: Stepping aside

  private mutating func insertDetour(for index: Int) {
    let change = changes[index]
    let temporary = temporaryName(for: change)
    // The copy of the name goes along: cut off here, the next plan would not know it for one.
    func isName(_ field: FieldChange) -> Bool { field.path == .name || field.reason == .nameCopy }
    changes.append(
      Change(
        action: .rename, identity: change.identity, id: change.id, rule: change.rule,
        title: change.title, name: temporary,
        fields: change.fields.filter(isName).map { field in
          FieldChange(
            path: field.path, before: field.before, after: .string(temporary), reason: .temporary)
        }))
    let fields = change.fields.map { field in
      isName(field)
        ? FieldChange(
          path: field.path, before: .string(temporary), after: field.after, reason: field.reason)
        : field
    }
    changes[index] = Change(
      action: change.action, identity: change.identity, id: change.id, rule: change.rule,
      title: change.title, name: change.name, fields: fields, notes: change.notes,
      evidence: change.evidence)
  }

  /// Letters, digits and `_` only, so that it is valid wherever names are.
  private mutating func temporaryName(for change: Change) -> String {
    var name = "moving_\(change.id)"
    while usedNames.contains(name) { name += "_" }
    return name
  }

  // MARK: Waves

  private func layered(_ predecessors: [[Int]]) -> [Change] {
    var waves: [Int?] = Array(repeating: nil, count: changes.count)
    for index in changes.indices { assignWave(index, predecessors, &waves) }
    let order = changes.indices.sorted { left, right in
      let (a, b) = (changes[left], changes[right])
      return (waves[left] ?? 0, a.rule, a.name, a.identity)
        < (waves[right] ?? 0, b.rule, b.name, b.identity)
    }
    var position = Array(repeating: 0, count: changes.count)
    for (new, old) in order.enumerated() { position[old] = new }
    return order.map { old in
      var change = changes[old]
      change.wave = waves[old] ?? 0
      change.predecessors = predecessors[old].map { position[$0] }.sorted()
      return change
    }
  }

  /// The longest way from a change that waits for nothing. Iterative: chains can be long.
  private func assignWave(_ start: Int, _ predecessors: [[Int]], _ waves: inout [Int?]) {
    var stack = [start]
    while let index = stack.last {
      if waves[index] != nil {
        stack.removeLast()
        continue
      }
      let pending = predecessors[index].filter { waves[$0] == nil }
      if pending.isEmpty {
        waves[index] = (predecessors[index].compactMap { waves[$0] }.max() ?? -1) + 1
        stack.removeLast()
      } else {
        stack += pending
      }
    }
  }
}
