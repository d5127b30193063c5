internal import Identity

/// Something beside its own record that an entity's documents are made of. The project's record and
/// its documents are not among it, nor what all projects share: where these change, all is made anew.
enum Read: Hashable {
  /// The record of another entity, whether or not it is there.
  case record(EntityID)
  /// Names and ids of another entity's documents.
  case documents(EntityID)
  /// Every entity of a kind.
  case list(EntityKind)
}

/// Notes what is read while documents are made, by the entity whose documents they are.
final class ReadLog {
  private(set) var notes = Notes()

  struct Notes: Sendable {
    fileprivate(set) var reads: [EntityID: Set<Read>] = [:]
    /// The names that task types got where documents name tasks.
    fileprivate(set) var taskNames: [EntityID: Set<String>] = [:]
  }

  func note(_ read: Read, by reader: EntityID) { notes.reads[reader, default: []].insert(read) }

  func note(_ name: String, of taskType: EntityID) {
    if notes.taskNames[taskType]?.contains(name) != true {
      notes.taskNames[taskType, default: []].insert(name)
    }
  }

  func merge(_ other: Notes) {
    notes.reads.merge(other.reads) { $0.union($1) }
    notes.taskNames.merge(other.taskNames) { $0.union($1) }
  }
}

/// What each entity's documents are made of, and by it what has to be made anew.
struct ReadIndex {
  private var reads: [EntityID: [Read]] = [:]
  private var readers: [Read: Set<EntityID>] = [:]

  init(_ log: ReadLog) {
    reads.reserveCapacity(log.notes.reads.count)
    for (reader, found) in log.notes.reads { add(found, of: reader) }
  }

  func readers(of read: Read) -> Set<EntityID> { readers[read] ?? [] }

  /// Puts what some entities read now in the place of what they read before.
  mutating func replace(_ entities: Set<EntityID>, by log: ReadLog) {
    for entity in entities {
      for read in reads.removeValue(forKey: entity) ?? [] { readers[read]?.remove(entity) }
      if let found = log.notes.reads[entity] { add(found, of: entity) }
    }
  }

  private mutating func add(_ found: Set<Read>, of reader: EntityID) {
    reads[reader] = Array(found)
    for read in found { readers[read, default: []].insert(reader) }
  }
}
