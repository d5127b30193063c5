internal import BSON

/// What `/status` says, the one route that needs no account and answers while the stores are down.
struct ServerStatus: Sendable {
  let name: String
  let version: String
  /// What Zou cannot reach, in words; nil when all is well.
  let downStores: String?

  /// Nil when the answer is not Zou's.
  init?(_ response: Response) {
    guard response.status == 200 else { return nil }
    guard let document = response.body.documentIfAny(), let name = document["name"]?.string,
      let version = document["version"]?.string
    else { return nil }
    self.name = name
    self.version = version
    var down: [String] = []
    if document["database-up"]?.bool == false { down.append("its database (PostgreSQL)") }
    if document["key-value-store-up"]?.bool == false {
      down.append("its key-value store (Redis)")
    }
    downStores = down.isEmpty ? nil : down.joined(separator: " and ")
  }

  static func storeDown(_ stores: String, _ operation: String, _ subject: String) -> KitsuError {
    KitsuError(
      .storeDown, operation: operation, subject: subject,
      cause: "Kitsu answers, but \(stores) is down; start it again", isRetryable: true)
  }
}
