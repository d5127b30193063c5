internal import Foundation

/// One field of a document: its name and value, read from the document's memory when asked for.
package struct Element: Sendable {
  let storage: Storage
  package let type: ElementType
  let keyStart: Int
  let keyLength: Int
  let valueStart: Int
  let valueLength: Int

  @inline(__always)
  init(storage: Storage, span: FieldSpan) {
    self.storage = storage
    type = span.type
    keyStart = span.keyStart
    keyLength = span.keyLength
    valueStart = span.valueStart
    valueLength = span.valueLength
  }

  private var valueBase: UnsafeRawPointer { storage.base + valueStart }

  package var name: String {
    String(
      decoding: UnsafeRawBufferPointer(start: storage.base + keyStart, count: keyLength),
      as: UTF8.self)
  }

  package func hasName(_ name: FieldName) -> Bool {
    name.bytes.count == keyLength
      && name.bytes.withUnsafeBytes { wanted in
        memcmp(storage.base + keyStart, wanted.baseAddress ?? storage.base, keyLength) == 0
      }
  }

  /// The text of a string, or nil for another type. Text that is not UTF-8 is repaired.
  package var string: String? {
    type == .string ? String(decoding: stringBytes, as: UTF8.self) : nil
  }

  private var stringBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: valueBase + 4, count: valueLength - 5)
  }

  /// Lends the UTF-8 bytes of a string, nil for another type; they must not outlive the closure.
  package func withStringBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R? {
    guard type == .string else { return nil }
    return withExtendedLifetime(storage) { body(stringBytes) }
  }

  package var document: Document? {
    guard type == .document else { return nil }
    return Document(storage: storage, offset: valueStart, byteCount: valueLength)
  }

  package var array: Document? {
    guard type == .array else { return nil }
    return Document(storage: storage, offset: valueStart, byteCount: valueLength)
  }

  package var bool: Bool? {
    type == .bool ? valueBase.load(as: UInt8.self) != 0 : nil
  }

  package var value: Value {
    switch type {
    case .null: .null
    case .bool: .bool(valueBase.load(as: UInt8.self) != 0)
    case .int32: .int32(valueBase.loadUnaligned(as: Int32.self))
    case .int64: .int64(valueBase.loadUnaligned(as: Int64.self))
    case .double: .double(valueBase.loadUnaligned(as: Double.self))
    case .string: .string(String(decoding: stringBytes, as: UTF8.self))
    case .document:
      .document(Document(storage: storage, offset: valueStart, byteCount: valueLength))
    case .array: .array(Document(storage: storage, offset: valueStart, byteCount: valueLength))
    case .objectID: .objectID(ObjectID(at: valueBase))
    case .date: .date(valueBase.loadUnaligned(as: Int64.self))
    case .code: .unrepresentable(String(decoding: stringBytes, as: UTF8.self))
    default:
      .other(type, Array(UnsafeRawBufferPointer(start: valueBase, count: valueLength)))
    }
  }

  func withNameBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    withExtendedLifetime(storage) {
      body(UnsafeRawBufferPointer(start: storage.base + keyStart, count: keyLength))
    }
  }

  /// Lends the value's bytes as they stand in the document.
  func withValueBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    withExtendedLifetime(storage) {
      body(UnsafeRawBufferPointer(start: valueBase, count: valueLength))
    }
  }

  /// Whether two values mean the same: numbers by value across int32, int64 and double (NaN is
  /// NaN), maps without order, lists with order, all else by type and bytes.
  package func isEquivalent(to other: Element) -> Bool {
    if type == other.type {
      if valueLength == other.valueLength,
        memcmp(valueBase, other.valueBase, valueLength) == 0
      {
        return true
      }
      if let mine = document, let theirs = other.document { return mine.isEquivalent(to: theirs) }
      if let mine = array, let theirs = other.array { return mine.isSameList(as: theirs) }
      if type == .double { return value.isSameNumber(as: other.value) }
      return false
    }
    guard type.isNumber, other.type.isNumber else { return false }
    return value.isSameNumber(as: other.value)
  }
}

extension Value {
  func isSameNumber(as other: Value) -> Bool {
    switch (self, other) {
    case (.double(let a), .double(let b)): return a == b || (a.isNaN && b.isNaN)
    case (.double(let a), _):
      return other.integer.map { Double($0) == a && Int64(exactly: a) == $0 } ?? false
    case (_, .double(let b)):
      return integer.map { Double($0) == b && Int64(exactly: b) == $0 } ?? false
    default: return integer != nil && integer == other.integer
    }
  }

  private var integer: Int64? {
    switch self {
    case .int32(let number): Int64(number)
    case .int64(let number): number
    default: nil
    }
  }
}

extension Document {
  /// Equal as a map: the same names with equivalent values, in any order.
  package func isEquivalent(to other: Document) -> Bool {
    if self == other { return true }
    let mine = Array(self)
    let theirs = Array(other)
    guard mine.count == theirs.count else { return false }
    for (index, element) in mine.enumerated() {
      let name = FieldName(element.name)
      if theirs[index].hasName(name) {
        guard element.isEquivalent(to: theirs[index]) else { return false }
        continue
      }
      // Both ways, as a name may occur twice in a document of another program.
      guard let candidate = other.element(name), element.isEquivalent(to: candidate),
        self.element(FieldName(theirs[index].name)) != nil
      else { return false }
    }
    return true
  }

  /// Equal as a list: equivalent values in the same order, whatever their index names.
  package func isSameList(as other: Document) -> Bool {
    var theirs = other.makeIterator()
    for element in self {
      guard let counterpart = theirs.next(), element.isEquivalent(to: counterpart) else {
        return false
      }
    }
    return theirs.next() == nil
  }
}

extension Value: Equatable {
  /// By meaning, as ``Element/isEquivalent(to:)``.
  package static func == (left: Value, right: Value) -> Bool {
    DocumentWriter.element(left).isEquivalent(to: DocumentWriter.element(right))
  }
}
