/// What a person says so that something that is held is done this once.
package enum Lift: Sendable, Hashable, CustomStringConvertible {
  /// `--allow NAME`.
  case allow(Guard)
  /// `--adopt-overwrites`.
  case adoptOverwrites

  /// As a flag of `plan` and `apply`.
  package var description: String {
    switch self {
    case .allow(let kind): "--allow \(kind.rawValue)"
    case .adoptOverwrites: "--adopt-overwrites"
    }
  }

  /// In records and settings: the guard's name, or `adopt-overwrites`.
  package var name: String {
    switch self {
    case .allow(let kind): kind.rawValue
    case .adoptOverwrites: "adopt-overwrites"
    }
  }

  /// - Returns: nil for what is no name of one.
  package init?(name: String) {
    if let kind = Guard(rawValue: name) {
      self = .allow(kind)
    } else if name == Lift.adoptOverwrites.name {
      self = .adoptOverwrites
    } else {
      return nil
    }
  }
}

extension Plan {
  /// What a person could say of what is held.
  package var lifts: Set<Lift> { Set(held.compactMap(\.lift)) }
}
