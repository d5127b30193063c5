internal import BSON

/// Kitsu's lists that all projects share, by their keys in a test.
enum StudioList: String, CaseIterable {
  case departments, persons
  case taskTypes = "task_types"
  case taskStatuses = "task_statuses"
  case assetTypes = "asset_types"

  var shape: Shape {
    switch self {
    case .departments: .department
    case .persons: .person
    case .taskTypes: .taskType
    case .taskStatuses: .taskStatus
    case .assetTypes: .entityType
    }
  }

  /// What one of its items is called in messages.
  var itemName: String {
    switch self {
    case .departments: "a department"
    case .persons: "a person"
    case .taskTypes: "a task type"
    case .taskStatuses: "a task status"
    case .assetTypes: "an asset type"
    }
  }

  /// The key by which an item is told apart, the only one that it needs.
  var nameKey: String { self == .persons ? "login" : "name" }

  /// The field in which Kitsu has that.
  var nameField: FieldName { self == .persons ? "desktop_login" : "name" }

  /// Fields by which tasks and assets may name an item.
  var callNames: [FieldName] {
    switch self {
    case .persons: ["desktop_login", "email", "full_name"]
    case .departments: ["name"]
    case .taskTypes, .taskStatuses, .assetTypes: ["name", "short_name"]
    }
  }

  /// The field of the project that lists the items that it uses.
  var projectField: FieldName? {
    switch self {
    case .departments: nil
    case .persons: "team"
    case .taskTypes: "task_types"
    case .taskStatuses: "task_statuses"
    case .assetTypes: "asset_types"
    }
  }
}

/// An item of such a list, as far as a test says it.
struct StudioRecord {
  let id: String
  var values: [FieldName: Value]

  init(_ list: StudioList, _ name: String) {
    id = StableID.of("\(list.rawValue)/\(name)")
    values = ["id": .string(id), list.nameField: Value(text: name)]
    switch list {
    case .taskStatuses: values["short_name"] = Value(text: name)
    case .persons: values["first_name"] = Value(text: name)
    case .departments, .taskTypes, .assetTypes: break
    }
  }

  func isCalled(_ name: String, in list: StudioList) -> Bool {
    list.callNames.contains { values[$0]?.string == name }
  }

  /// Kitsu makes it of both names.
  mutating func nameInFull() {
    let names = ["first_name", "last_name"].compactMap { values[$0]?.string }
    values["full_name"] = Value(text: names.filter { !$0.isEmpty }.joined(separator: " "))
  }
}
