internal import Foundation

/// What a test does in Kitsu by hand: an admin who creates, changes and deletes through Zou's API.
///
/// Ids are strings as Zou writes them. Names of projects are made unique, so that tests run at once.
package struct KitsuStudio: Sendable {
  package typealias Fields = [String: any Sendable]

  private let http: KitsuHTTP
  private let entityTypes: [String: String]
  private let taskTypes: [String: String]
  private let taskStatuses: [String: String]

  /// One login for all tests of a run.
  package static let shared = Task { try await KitsuStudio() }

  /// Logs in as the stack's admin.
  package init() async throws {
    http = try await KitsuHTTP.login(email: KitsuStack.email, password: KitsuStack.password)
    var types = try await http.idsByName("/data/entity-types")
    // Zou 0.19 makes the types of the rarer kinds when first asked for one.
    for name in ["Concept", "Edit", "Episode", "Sequence", "Shot"] where types[name] == nil {
      let made = try await http.object("POST", "/data/entity-types", ["name": name])
      types[name] = made["id"] as? String
    }
    entityTypes = types
    taskTypes = try await http.idsByName("/data/task-types")
    taskStatuses = try await http.idsByName("/data/task-status")
  }

  /// A name that no other test has.
  package static func unique(_ name: String) -> String {
    "\(name) \(UUID().uuidString.prefix(8).lowercased())"
  }

  // MARK: Projects

  /// - Parameter kind: `tvshow` (Zou makes an episode `E01` in it), `short`, `featurefilm`.
  package func createProject(
    _ name: String = "Project", kind: String = "short", fields: Fields = [:]
  ) async throws -> String {
    try await create(
      "/data/projects",
      ["name": KitsuStudio.unique(name), "production_type": kind].merging(fields) { $1 })
  }

  /// Removes a project with all that is in it. Zou deletes closed ones only.
  package func closeProject(_ project: String) async throws {
    let closed = try id("Closed", in: try await http.idsByName("/data/project-status"))
    try await put("/data/projects/\(project)", ["project_status_id": closed])
  }

  package func deleteProject(_ project: String) async throws {
    try await closeProject(project)
    try await http.send("DELETE", "/data/projects/\(project)?force=true")
  }

  package func addToTeam(_ person: String, project: String) async throws {
    try await http.send("POST", "/data/projects/\(project)/team", ["person_id": person])
  }

  package func createDescriptor(
    _ name: String, project: String, on kind: String = "Shot"
  ) async throws -> String {
    try await create(
      "/data/projects/\(project)/metadata-descriptors",
      ["name": name, "entity_type": kind, "data_type": "string"])
  }

  // MARK: Entities

  package func createEpisode(
    _ name: String, project: String, fields: Fields = [:]
  ) async throws -> String {
    try await createEntity(name, type: "Episode", project: project, fields: fields)
  }

  package func createSequence(
    _ name: String, project: String, episode: String? = nil, fields: Fields = [:]
  ) async throws -> String {
    try await createEntity(
      name, type: "Sequence", project: project, parent: episode, fields: fields)
  }

  package func createShot(
    _ name: String, project: String, sequence: String? = nil, fields: Fields = [:]
  ) async throws -> String {
    try await createEntity(name, type: "Shot", project: project, parent: sequence, fields: fields)
  }

  /// - Parameter episode: the main episode; nil is the main pack.
  package func createAsset(
    _ name: String, project: String, type: String = "Character", episode: String? = nil,
    fields: Fields = [:]
  ) async throws -> String {
    var fields = fields
    if let episode { fields["source_id"] = episode }
    return try await createEntity(name, type: type, project: project, fields: fields)
  }

  /// - Parameter type: `Shot`, `Edit`, `Concept`… or an asset type.
  package func createEntity(
    _ name: String, type: String, project: String, parent: String? = nil, fields: Fields = [:]
  ) async throws -> String {
    var body: Fields = [
      "name": name, "project_id": project, "entity_type_id": try id(type, in: entityTypes),
    ]
    if let parent { body["parent_id"] = parent }
    return try await create("/data/entities", body.merging(fields) { $1 })
  }

  /// Changes fields of any entity; keys of `data` are merged by Zou.
  package func updateEntity(_ entity: String, _ fields: Fields) async throws {
    try await put("/data/entities/\(entity)", fields)
  }

  package func cast(asset: String, in entity: String, occurences: Int = 1) async throws {
    let fields: Fields = [
      "entity_in_id": entity, "entity_out_id": asset, "nb_occurences": occurences,
    ]
    _ = try await create("/data/entity-links", fields)
  }

  /// Sets all that is cast in a shot or an asset, as Kitsu's breakdown page does.
  package func setCasting(_ assets: [String: Int], in entity: String, project: String) async throws
  {
    let casting = assets.sorted { $0.key < $1.key }.map { asset, count -> [String: Any] in
      ["asset_id": asset, "nb_occurences": count, "label": "fixed"]
    }
    try await http.send(
      "PUT", "/data/projects/\(project)/entities/\(entity)/casting", json: casting)
  }

  // MARK: Tasks

  /// - Parameters:
  ///   - type: a task type's name, as `Animation`.
  ///   - status: a task status's name; nil for the studio's first.
  package func createTask(
    _ type: String, entity: String, project: String, status: String? = nil,
    assignees: [String] = [], name: String = "main"
  ) async throws -> String {
    let fallback = taskStatuses.keys.min() ?? ""
    return try await create(
      "/data/tasks",
      [
        "name": name, "entity_id": entity, "project_id": project, "assignees": assignees,
        "task_type_id": try id(type, in: taskTypes),
        "task_status_id": try id(status ?? fallback, in: taskStatuses),
      ])
  }

  package func updateTask(_ task: String, _ fields: Fields) async throws {
    try await put("/data/tasks/\(task)", fields)
  }

  package func assign(_ person: String, task: String) async throws {
    try await put("/actions/tasks/\(task)/assign", ["person_id": person])
  }

  package func unassign(_ person: String, task: String) async throws {
    try await put("/actions/tasks/clear-assignation", ["task_ids": [task], "person_id": person])
  }

  /// Sets a task's status as people do, by a comment.
  package func comment(_ task: String, status: String) async throws {
    _ = try await create(
      "/actions/tasks/\(task)/comment",
      ["task_status_id": try taskStatusID(status), "comment": "as discussed"])
  }

  package var taskTypeNames: [String] { taskTypes.keys.sorted() }
  package var taskStatusNames: [String] { taskStatuses.keys.sorted() }
  package func taskStatusID(_ name: String) throws -> String { try id(name, in: taskStatuses) }

  // MARK: People

  /// A person who can log in.
  package struct Person: Sendable {
    package let id: String
    package let email: String
    package let password: String

    package init(id: String, email: String, password: String) {
      self.id = id
      self.email = email
      self.password = password
    }
  }

  /// - Parameter role: `admin`, `manager`, `supervisor`, `user` (artist), `client`, `vendor`.
  package func createPerson(
    role: String, firstName: String = "Test", team project: String? = nil
  ) async throws -> Person {
    let login = "test-\(UUID().uuidString.lowercased())"
    let password = UUID().uuidString
    let id = try await create(
      "/data/persons",
      [
        "first_name": firstName, "last_name": "Person", "email": "\(login)@example.com",
        "role": role, "desktop_login": login, "password": password,
      ])
    if let project { try await addToTeam(id, project: project) }
    return Person(id: id, email: "\(login)@example.com", password: password)
  }

  package func createBot(
    role: String, team project: String? = nil
  ) async throws -> (id: String, token: String) {
    let reply = try await http.object(
      "POST", "/data/persons",
      [
        "first_name": "Bot", "last_name": UUID().uuidString, "role": role, "is_bot": true,
        "email": "bot-\(UUID().uuidString.lowercased())@example.com",
      ])
    guard let id = reply["id"] as? String, let token = reply["access_token"] as? String else {
      throw KitsuHTTP.Failure(text: "no id or token in the answer for a bot")
    }
    if let project { try await addToTeam(id, project: project) }
    return (id, token)
  }

  // MARK: Anything else

  /// Each entity type of the studio with its name and when it was last changed.
  package func entityTypeStamps() async throws -> Set<String> {
    Set(
      try await http.list("/data/entity-types").map {
        "\($0["id"] ?? "") \($0["updated_at"] ?? "") \($0["name"] ?? "")"
      })
  }

  /// Creates an object at a route and gives its id.
  package func create(_ path: String, _ fields: Fields) async throws -> String {
    guard let id = try await http.object("POST", path, fields)["id"] as? String else {
      throw KitsuHTTP.Failure(text: "no id in the answer of POST \(path)")
    }
    return id
  }

  package func put(_ path: String, _ fields: Fields) async throws {
    try await http.send("PUT", path, fields)
  }

  /// An entity with tasks is only cancelled, unless forced.
  package func delete(_ path: String) async throws { try await http.send("DELETE", path) }

  private func id(_ name: String, in ids: [String: String]) throws -> String {
    guard let id = ids[name] else {
      throw KitsuHTTP.Failure(text: "Kitsu has no '\(name)', only \(ids.keys.sorted())")
    }
    return id
  }
}
