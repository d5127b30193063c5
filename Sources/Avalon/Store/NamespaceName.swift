/// The names of databases and collections that MongoDB takes, checked before anything is sent or a
/// path is made of them. Rules: MongoDB manual, "Naming Restrictions".
package enum NamespaceName {
  /// The longest `database.collection`, in bytes, that MongoDB takes since 4.4.
  static let maximumLength = 255

  static func check(database: String) throws(AvalonError) {
    if let reason = reasonAgainst(database: database) {
      throw AvalonError(
        .invalidAddress, operation: "use", subject: "the database \(quoted(database))",
        cause: reason + "; give another name (setting AVALON_DB)")
    }
  }

  static func check(collection: String, in database: String) throws(AvalonError) {
    if let reason = reasonAgainst(collection: collection, in: database) {
      throw AvalonError(
        .invalidAddress, operation: "use", subject: "the collection \(quoted(collection))",
        cause: reason + "; a collection has the name of its project, so rename the project")
    }
  }

  private static func reasonAgainst(database: String) -> String? {
    if database.isEmpty { return "its name is empty" }
    if database.utf8.count > 63 { return "its name is longer than 63 bytes" }
    let forbidden: Set<UInt8> = Set("/\\. \"$*<>:|?\u{0}".utf8)
    if database.utf8.contains(where: forbidden.contains) {
      return "MongoDB takes none of / \\ . \" $ * < > : | ? blank and NUL in a database's name"
    }
    return nil
  }

  private static func reasonAgainst(collection: String, in database: String) -> String? {
    if let flaw = flaw(ofCollection: collection) { return flaw }
    if database.utf8.count + 1 + collection.utf8.count > maximumLength {
      return "with its database's the name is longer than \(maximumLength) bytes"
    }
    return nil
  }

  /// Why MongoDB takes no collection of that name in any database; nil where it does.
  package static func flaw(ofCollection name: String) -> String? {
    if name.isEmpty { return "its name is empty" }
    if name.utf8.contains(0) || name.utf8.contains(UInt8(ascii: "$")) {
      return "MongoDB takes neither $ nor NUL in a collection's name"
    }
    if name.hasPrefix(".") || name.hasSuffix(".") || name.contains("..") {
      return "MongoDB takes no dot at the start or end of a collection's name, and no two in a row"
    }
    if isReserved(name) { return "names that begin with \"system.\" are MongoDB's own" }
    return nil
  }

  static func isReserved(_ collection: String) -> Bool { collection.hasPrefix("system.") }

  /// A name for a message: quoted, control characters escaped, cut where it is long.
  static func quoted(_ name: String) -> String {
    let limit = 80
    return name.unicodeScalars.count <= limit
      ? name.debugDescription
      : String(String.UnicodeScalarView(name.unicodeScalars.prefix(limit))).debugDescription + "…"
  }
}
