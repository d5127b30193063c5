internal import BSON
internal import Foundation

extension ResponseBody {
  func document() throws(JSONError) -> Document {
    try withBytes { (bytes) throws(JSONError) in try JSON.document(bytes) }
  }

  func documents(_ table: JSONTable?) throws(JSONError) -> [Document] {
    try withBytes { (bytes) throws(JSONError) in try JSON.documents(bytes, table: table) }
  }

  /// The body as an object, nil when it is none: a refusal's body may be anything.
  func documentIfAny() -> Document? {
    do throws(JSONError) { return try document() } catch { return nil }
  }

  var isHTML: Bool {
    withBytes { bytes in bytes.first { $0 > 0x20 } == UInt8(ascii: "<") }
  }
}

extension ResponseBody {
  /// Copies a file's bytes; nil when there is no memory for them.
  convenience init?(_ data: Data) {
    self.init()
    guard data.withUnsafeBytes({ append($0) }) else { return nil }
  }

  func contains(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return withBytes { bytes in
      guard let first = wanted.first, var cursor = bytes.baseAddress else { return false }
      let end = cursor + bytes.count
      while end - cursor >= wanted.count, let found = memchr(cursor, Int32(first), end - cursor) {
        cursor = UnsafeRawPointer(found)
        guard end - cursor >= wanted.count else { return false }
        if memcmp(cursor, wanted, wanted.count) == 0 { return true }
        cursor += 1
      }
      return false
    }
  }
}
