internal import Crypto

/// A saved plan's first and last bytes: what it is, and a SHA-256 over all before the last field.
///
/// It tells a file that was cut off, or edited, from one that was not. It is no signature: whoever
/// can write the file can write another plan, which is why nothing of a file is ever carried out.
enum SavedPlanSeal {
  static let head = #"{"format":"\#(SavedPlan.format)","formatVersion":"#
  private static let before = ",\n\"sha256\":\""
  private static let after = "\"}\n"
  private static let length = before.utf8.count + 64 + after.utf8.count

  static func close(_ text: String) -> String { text + before + Digest.sha256(text) + after }

  /// - Throws: where the bytes are no saved plan of this format, not the whole of one, or changed.
  static func check(_ bytes: [UInt8]) throws(SavedPlanError) {
    guard SavedPlan.isOne(bytes) else {
      throw SavedPlanError("the file is no saved plan", remedy: SavedPlanError.anew)
    }
    let digits = bytes.dropFirst(head.utf8.count).prefix(20).prefix { $0 != UInt8(ascii: ",") }
    let version = Int(String(decoding: digits, as: UTF8.self))
    guard version == SavedPlan.formatVersion else {
      let found = version.map { "\($0)" } ?? "unknown"
      throw SavedPlanError(
        "the plan has the format version \(found), and this program knows \(SavedPlan.formatVersion)",
        remedy: "\(SavedPlanError.anew) of this program")
    }
    let sealed = bytes.dropLast(length)
    let seal = bytes.suffix(length)
    guard bytes.count > length, seal.starts(with: before.utf8),
      seal.suffix(after.utf8.count).elementsEqual(after.utf8)
    else {
      throw SavedPlanError(
        "the saved plan is cut off, or something was added to it", remedy: SavedPlanError.anew)
    }
    let digest = seal.dropFirst(before.utf8.count).prefix(64)
    guard digest.elementsEqual(Digest.sha256(sealed).utf8) else {
      throw SavedPlanError(
        "the saved plan was changed after it was made: its SHA-256 does not fit",
        remedy: SavedPlanError.anew)
    }
  }
}

/// SHA-256 in hexadecimal digits.
package enum Digest {
  package static func sha256(_ text: String) -> String { sha256(Array(text.utf8)[...]) }

  static func sha256(_ bytes: ArraySlice<UInt8>) -> String {
    var hash = SHA256()
    hash.update(data: bytes)
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
