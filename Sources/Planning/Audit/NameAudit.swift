internal import BSON
internal import Identity

/// Names: one asset each, in characters that every reader takes.
extension AuditSubject {
  var nameFindings: [AuditFinding] {
    let doubled = AuditSubject.shared(assets) { $0.name.map { FieldName($0) } }
    // Of those that have one name, one stands for all.
    var seen: Set<FieldName> = []
    let each = assets.filter { $0.name.map { seen.insert(FieldName($0)).inserted } ?? false }
    let caseOnly = AuditSubject.shared(each) { $0.name.map { FieldName($0.lowercased()) } }
    return doubled.map { AuditFinding(.doubledName, $0.map(\.told)) }
      + caseOnly.map { AuditFinding(.caseOnly, $0.map(\.told)) }
      + (projects + assets).compactMap { item in
        AuditSubject.flaw(item).map { AuditFinding($0, [item.told], AuditSubject.cause(item)) }
      }
  }

  /// The schemas take `^[a-zA-Z0-9_.]*$`, in which Python's `$` lets a line's end through;
  /// sessions and OpenPype take letters, digits and `_`, at least one.
  private static func flaw(_ item: Item) -> AuditKind? {
    guard let name = item.name else { return .invalidName }
    let bytes = Array(name.utf8)
    if !bytes.isEmpty, bytes.allSatisfy(isPlain) { return nil }
    let checked = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
    return checked.allSatisfy { isPlain($0) || $0 == UInt8(ascii: ".") }
      ? .unsafeName : .invalidName
  }

  private static func cause(_ item: Item) -> String? {
    switch item.name {
    case nil: "`name` is \(show(item.document.element(.name)?.value))"
    case ""?: "the name is empty"
    default: nil
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
