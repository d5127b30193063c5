/// How `mongodump` names the files of a collection: the name percent-encoded
/// (mongo-tools `common/util/file.go`), and one that is too long cut, with a hash
/// (`mongodump/prepare.go`, `outputPath`), its whole name standing in the metadata.
enum DumpFileName {
  static let documents = ".bson"
  static let metadata = ".metadata.json"
  static let compressed = ".bson.gz"

  /// The longest encoded name that gets a file of its own, in bytes: with the longest ending,
  /// `.metadata.json.gz`, 255 in all.
  static let maximumLength = 238

  /// Encodes all but letters, digits and `-_.~`, which every version of the tools decodes alike.
  /// Nil where the name is too long for a file.
  static func encode(_ collection: String) -> String? {
    var encoded = ""
    for byte in collection.utf8 {
      if isPlain(byte) {
        encoded.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += byte < 16 ? "%0" + digits : "%" + digits
      }
    }
    return encoded.utf8.count <= maximumLength ? encoded : nil
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// The name that was encoded, or nil where the text is no encoded name.
  static func decode(_ encoded: String) -> String? {
    var bytes: [UInt8] = []
    var rest = encoded.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
  }

  /// Whether the file's name alone does not tell the collection's: it was cut, or a `+` may stand
  /// for a blank (older tools).
  static func isAmbiguous(_ encoded: String) -> Bool {
    encoded.utf8.count >= maximumLength || encoded.utf8.contains(UInt8(ascii: "+"))
  }
}
