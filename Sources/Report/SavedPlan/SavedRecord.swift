internal import BSON

/// An object of a saved plan; what is missing or of another kind is an error that says where.
struct SavedRecord {
  let document: Document
  private let place: String

  init(_ document: Document, _ place: String) {
    self.document = document
    self.place = place
  }

  var names: [String] { document.map(\.name) }

  func text(_ name: FieldName) throws(SavedPlanError) -> String {
    guard let text = document[name]?.string else { throw wrong(name, "a text") }
    return text
  }

  func optionalText(_ name: FieldName) throws(SavedPlanError) -> String? {
    if case .null? = document[name] { return nil }
    return document.element(name) == nil ? nil : try text(name)
  }

  func texts(_ name: FieldName) throws(SavedPlanError) -> [String] {
    guard let list = document[name]?.array else { throw wrong(name, "a list") }
    var texts: [String] = []
    for element in list {
      guard let text = element.string else { throw wrong(name, "a list of texts") }
      texts.append(text)
    }
    return texts
  }

  func record(_ name: FieldName) throws(SavedPlanError) -> SavedRecord {
    guard let inner = document[name]?.document else { throw wrong(name, "an object") }
    return SavedRecord(inner, "\(place), \(name)")
  }

  func optionalRecord(_ name: FieldName) throws(SavedPlanError) -> SavedRecord? {
    if case .null? = document[name] { return nil }
    return document.element(name) == nil ? nil : try record(name)
  }

  func records<Result>(
    _ name: FieldName, _ read: (SavedRecord) throws(SavedPlanError) -> Result
  ) throws(SavedPlanError) -> [Result] {
    guard let list = document[name]?.array else { throw wrong(name, "a list") }
    var results: [Result] = []
    for element in list {
      guard let item = element.document else { throw wrong(name, "a list of objects") }
      results.append(try read(SavedRecord(item, "\(place), \(name) \(results.count + 1)")))
    }
    return results
  }

  private func wrong(_ name: FieldName, _ expected: String) -> SavedPlanError {
    SavedPlanError(
      "the saved plan cannot be read: in \(SafeText.line(place)), '\(SafeText.line(name.text))' is "
        + "not \(expected)", remedy: SavedPlanError.anew)
  }
}
