internal import BSON
internal import Identity

/// What taking a document over would cost.
struct Adoption {
  let evidence: String
  /// Values that are not null and would be lost.
  let losses: [FieldChange]

  static let remedy = "--adopt-overwrites lets it be taken over with these changes"

  /// - Returns: nil for a document that we made ourselves and that only lost its link.
  init?(_ desired: DesiredDocument, _ changes: [FieldChange], in observed: ObservedState) {
    let isMade = (0..<Identity.derivedIDs).contains { desired.identity.derivedID($0) == desired.id }
    guard !isMade else { return nil }
    evidence = observed.evidence(for: desired.identity, desired.id)
    losses = changes.filter(Adoption.isLoss)
  }

  /// Items that follow those which are there replace nothing, nor does a number that was written as
  /// a text: the old Avalon Sync wrote frames as Kitsu had them.
  private static func isLoss(_ change: FieldChange) -> Bool {
    guard let before = change.before, before.type != .null, !change.path.starts(with: Link.path)
    else { return false }
    if let number = before.string.flatMap({ Double($0) }), number == change.after.flatMap(amount) {
      return false
    }
    guard case .array(let old) = before, case .array(let new)? = change.after else { return true }
    return !isExtended(Array(old), by: Array(new))
  }

  private static func amount(_ value: Value) -> Double? {
    switch value {
    case .double(let number): number
    case .int32(let number): Double(number)
    case .int64(let number): Double(number)
    default: nil
    }
  }

  private static func isExtended(_ old: [Element], by new: [Element]) -> Bool {
    new.count >= old.count && zip(old, new).allSatisfy { $0.isEquivalent(to: $1) }
  }

  /// What is told where the document stays as it is.
  func hold(_ desired: DesiredDocument) -> HeldItem {
    var fields = losses.map(\.path.description)
    if desired.adoptionHold != nil { fields.insert("name", at: 0) }
    let reason =
      "the document \(desired.id) is there (known by \(evidence)), but taking it over would replace "
      + fields.joined(separator: ", ")
    // Nothing is written into the collection of a project that is not ours yet.
    return HeldItem(
      scope: desired.identity.isProject ? .project : .entity, identity: desired.identity,
      kind: desired.rule, title: desired.title(),
      name: desired.name, reason: reason, remedy: Adoption.remedy, lift: .adoptOverwrites,
      fields: losses)
  }
}
