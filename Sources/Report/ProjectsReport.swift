package import Identity

/// What the settings make of every project that the account sees.
package struct ProjectsReport: Sendable {
  package struct Row: Sendable {
    package let id: EntityID
    package let name: String
    /// Kitsu's word for its status; nil where it is not known.
    package let status: String?
    /// Nil where the project is left out or held.
    package let setup: ProjectSetup?
    package let place: Place
    /// Which item of the list it is, or what keeps it out.
    package let why: String

    package init(
      id: EntityID, name: String, status: String?, setup: ProjectSetup?, place: Place, why: String
    ) {
      self.id = id
      self.name = name
      self.status = status
      self.setup = setup
      self.place = place
      self.why = why
    }
  }

  /// Where a project stands in Avalon.
  package enum Place: Sendable, Equatable {
    /// It is not synced.
    case none
    case collection(String, isNew: Bool)
    case held(String)
    /// Its target cannot be opened.
    case unknown(String)
  }

  package let rows: [Row]

  package init(rows: [Row]) { self.rows = rows }
}
