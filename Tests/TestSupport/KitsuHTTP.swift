package import Foundation

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// Plain requests to Zou with a token, beside and not through the code under test.
package struct KitsuHTTP: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package let text: String
    package var description: String { text }
  }

  package let token: String

  package static func login(email: String, password: String) async throws -> KitsuHTTP {
    let reply = try await KitsuHTTP(token: "")
      .object("POST", "/auth/login", ["email": email, "password": password])
    guard let token = reply["access_token"] as? String else {
      throw Failure(text: "the login of \(email) gave no token")
    }
    return KitsuHTTP(token: token)
  }

  @discardableResult
  package func send(
    _ method: String, _ path: String, _ body: KitsuStudio.Fields? = nil
  ) async throws -> Data {
    try await send(method, path, json: body)
  }

  /// - Parameter body: an object or a list, as `JSONSerialization` takes it.
  @discardableResult
  package func send(_ method: String, _ path: String, json body: Any?) async throws -> Data {
    guard let url = URL(string: KitsuStack.url + path) else {
      throw Failure(text: "no URL: \(path)")
    }
    var request = URLRequest(url: url)
    request.httpMethod = method
    if !token.isEmpty {
      request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
    }
    if let body {
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
      request.httpBody = try JSONSerialization.data(withJSONObject: body)
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard (200..<300).contains(status) else {
      let text = String(decoding: data.prefix(500), as: UTF8.self)
      throw Failure(text: "\(method) \(path): \(status) \(text)")
    }
    return data
  }

  package func object(
    _ method: String, _ path: String, _ body: KitsuStudio.Fields? = nil
  ) async throws -> [String: Any] {
    let data = try await send(method, path, body)
    guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw Failure(text: "\(method) \(path): no object in the answer")
    }
    return object
  }

  package func list(_ path: String) async throws -> [[String: Any]] {
    let data = try await send("GET", path)
    guard let list = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] else {
      throw Failure(text: "GET \(path): no list in the answer")
    }
    return list
  }

  package func idsByName(_ path: String) async throws -> [String: String] {
    var ids: [String: String] = [:]
    for object in try await list(path) {
      if let name = object["name"] as? String, let id = object["id"] as? String { ids[name] = id }
    }
    return ids
  }
}
