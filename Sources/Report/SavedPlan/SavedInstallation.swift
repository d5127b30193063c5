/// Which installation a plan is for. No account and no password: who applies may be another person.
package struct SavedInstallation: Sendable, Equatable {
  /// One of Avalon's databases.
  package struct Target: Sendable, Equatable {
    package let name: String
    /// MongoDB's hosts, or `dump:` and the directory's whole path.
    package let address: String
    /// The hosts of a set come and go, its name stays.
    package let replicaSet: String?
    package let database: String

    var place: String {
      let server = replicaSet.map { "the replica set \($0)" } ?? address
      return "\(SafeText.line(server)), database \(SafeText.line(database))"
    }
  }

  package let owner: String
  package let kitsu: String
  package let targets: [Target]

  init(owner: String, kitsu: String, targets: [Target]) {
    self.owner = owner
    self.kitsu = kitsu
    self.targets = targets
  }

  /// - Parameter folder: the working directory, from which relative paths count.
  package init(_ header: ReportHeader, folder: String) {
    owner = header.owner
    kitsu = SavedInstallation.whole(header.kitsu, "snapshot:", in: folder)
    targets = header.targets.compactMap { target in
      guard let address = target.address, let database = target.database else { return nil }
      return Target(
        name: target.name, address: SavedInstallation.whole(address, "dump:", in: folder),
        replicaSet: target.replicaSet, database: database)
    }
  }

  private static func whole(_ address: String, _ scheme: String, in folder: String) -> String {
    guard address.hasPrefix(scheme) else { return address }
    let path = address.dropFirst(scheme.count)
    return path.hasPrefix("/") ? address : "\(scheme)\(folder)/\(path)"
  }

  /// The same before any database is opened.
  package func check(
    owner: String, kitsu: String, folder: String
  ) throws(SavedPlanError) {
    let kitsu = SavedInstallation.whole(kitsu, "snapshot:", in: folder)
    try check(SavedInstallation(owner: owner, kitsu: kitsu, targets: targets))
  }

  /// - Throws: where a plan for this installation is to be applied in another one.
  package func check(_ other: SavedInstallation) throws(SavedPlanError) {
    let differences =
      (owner == other.owner ? [] : [differs("the owner", owner, other.owner)])
      + (kitsu == other.kitsu ? [] : [differs("Kitsu's address", kitsu, other.kitsu)])
      + databases(other.targets)
    guard differences.isEmpty else {
      throw SavedPlanError(
        "the plan is for another installation: " + differences.joined(separator: "; "),
        remedy: "apply it with the settings that it was made with, or make it anew")
    }
  }

  private func databases(_ others: [Target]) -> [String] {
    targets.compactMap { target in
      let found = others.first { $0.name == target.name }?.place
      let name = "the target '\(SafeText.line(target.name))'"
      return found == target.place
        ? nil : differs(name, target.place, found ?? "not used or not reached")
    }
  }

  private func differs(_ what: String, _ saved: String, _ now: String) -> String {
    "\(what) was \(SafeText.line(saved)), and is \(SafeText.line(now)) now"
  }
}
