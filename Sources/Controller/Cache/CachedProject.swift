internal import BSON
internal import Identity
internal import Kitsu
internal import Mapping
internal import Planning

/// A project as it was seen last.
struct CachedProject {
  let place: ProjectPlace
  let settings: Reconciler.Settings
  var reading: ProjectReading
  private(set) var observed: ObservedState

  init(_ sight: Sight, _ settings: Reconciler.Settings) {
    place = sight.place
    reading = sight.reading
    observed = sight.observed
    self.settings = settings
  }

  /// Whether it was seen in the same place, and with the same settings.
  func isOf(_ place: ProjectPlace, _ settings: Reconciler.Settings) -> Bool {
    self.place.isSame(as: place) && self.settings.isSame(as: settings)
  }

  /// Takes documents as they are now.
  /// - Parameter ids: those that were read; one of them that is not among the documents is gone.
  /// - Returns: whether one of them is another than before.
  mutating func update(_ documents: [Document], of ids: [ObjectID], project: EntityID) -> Bool {
    var all = observed.documents
    for id in ids { all[id] = nil }
    for document in documents {
      if let id = document.element(.documentID)?.value.objectID { all[id] = document }
    }
    guard ids.contains(where: { all[$0] != observed.documents[$0] }) else { return false }
    observed = ObservedState(
      Array(all.values), project: project, owner: settings.owner,
      sources: settings.adoption.sources(of: project))
    return true
  }

  /// What the indices over a document or an entity take beside it, as an estimate.
  private static let overhead = 700

  var byteCount: Int {
    let entities = reading.production.entities.values.joined()
    let documents = observed.documents.values
    return entities.reduce(0) { $0 + $1.byteCount + CachedProject.overhead }
      + documents.reduce(0) { $0 + $1.byteCount + CachedProject.overhead }
  }
}

extension ProjectPlace {
  /// Whether a project in it is planned alike: that it holds the project by now changes nothing.
  fileprivate func isSame(as other: ProjectPlace) -> Bool {
    collection == other.collection && wantedName == other.wantedName && obstacle == other.obstacle
  }
}

extension Reconciler.Settings {
  fileprivate func isSame(as other: Reconciler.Settings) -> Bool {
    mapping === other.mapping && policy == other.policy && owner == other.owner
      && adoption == other.adoption && allowed == other.allowed
      && mappingDigest == other.mappingDigest && directories === other.directories
  }
}
