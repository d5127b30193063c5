import BSON
import Foundation
import TestSupport

/// What reading a text throws; nil when it is read.
func failure(reading text: String) -> JSONError? {
  do throws(JSONError) {
    _ = try JSON.document(text)
    return nil
  } catch {
    return error
  }
}

/// The value of the field `v` of an object that holds this JSON value.
func value(_ json: String) throws -> Value? { try JSON.document("{\"v\": \(json)}")["v"] }

/// Why a value cannot be represented; nil where it can.
func flaw(_ value: Value?) -> String? {
  if case .unrepresentable(let reason)? = value { reason } else { nil }
}

func document(bytes: [UInt8]) throws -> Document {
  try bytes.withUnsafeBytes { try Document(validating: $0) }
}

func bytes(of document: Document) -> [UInt8] { document.withBytes { Array($0) } }

func fixtureNames() throws -> [String] {
  try FileManager.default.contentsOfDirectory(
    atPath: Golden.fixtures.appending(path: "kitsu").path
  ).filter { $0.hasSuffix(".json") }.sorted()
}

func fixtureData(_ name: String) throws -> Data {
  try Data(contentsOf: Golden.fixtures.appending(path: "kitsu/\(name)"))
}
