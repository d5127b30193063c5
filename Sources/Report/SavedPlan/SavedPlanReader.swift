internal import BSON

/// Reads what ``SavedPlanWriter`` wrote. A file may come from anywhere: it is checked whole before
/// anything of it is used, in time and memory that grow with its size alone.
package enum SavedPlanReader {
  /// A plan of a million changes is smaller.
  package static let maximumBytes = 1 << 29

  /// - Parameter engine: this program's version.
  /// - Throws: ``SavedPlanError`` for a file that is no saved plan, not whole, changed, of another
  ///   format, or of an engine of another major version.
  package static func read(
    _ bytes: [UInt8], engine: String
  ) throws(SavedPlanError) -> SavedPlan {
    try SavedPlanSeal.check(bytes)
    let root: SavedRecord
    do throws(JSONError) {
      root = SavedRecord(try JSON.document(bytes), "the plan")
    } catch {
      throw SavedPlanError("the saved plan is no JSON: \(error)", remedy: SavedPlanError.anew)
    }
    let made = try root.text("engine")
    guard major(made) == major(engine) else {
      throw SavedPlanError(
        "the plan was made by version \(SafeText.line(made)), and this is \(engine)",
        remedy: "\(SavedPlanError.anew) of this version")
    }
    return SavedPlan(
      engine: made, installation: try installation(root), request: try request(root),
      projects: try root.records("projects", project))
  }

  private static func major(_ version: String) -> Substring { version.prefix { $0 != "." } }

  private static func installation(
    _ root: SavedRecord
  ) throws(SavedPlanError) -> SavedInstallation {
    let targets = try root.records("targets") { (target) throws(SavedPlanError) in
      SavedInstallation.Target(
        name: try target.text("name"), address: try target.text("address"),
        replicaSet: try target.optionalText("replicaSet"), database: try target.text("database"))
    }
    return SavedInstallation(
      owner: try root.text("owner"), kitsu: try root.text("kitsu"), targets: targets)
  }

  private static func request(_ root: SavedRecord) throws(SavedPlanError) -> SavedRequest {
    let request = try root.record("request")
    let flags = try request.record("flags")
    var values: [String: [String]] = [:]
    for name in flags.names { values[name] = try flags.texts(FieldName(name)) }
    return SavedRequest(projects: try request.texts("projects"), flags: values)
  }

  static func project(_ record: SavedRecord) throws(SavedPlanError) -> SavedProject {
    let id = try record.text("id")
    let title = try record.text("name")
    var steps: [SavedStep] = []
    if let rename = try record.optionalRecord("collectionRename") {
      steps.append(try SavedStep(collectionRename: rename, of: title, id: id))
    }
    var seen: [String: Int] = [:]
    steps += try record.records("changes") { (change) throws(SavedPlanError) in
      try SavedStep(change: change, of: title, id: id, seen: &seen)
    }
    steps += try record.records("directories") { (directory) throws(SavedPlanError) in
      try SavedStep(directory: directory, of: title, id: id)
    }
    return SavedProject(
      id: id, title: title, mapping: try record.optionalText("mapping"),
      mappingDigest: try record.optionalText("mappingDigest"),
      policy: try record.optionalText("policy"), steps: steps)
  }
}
