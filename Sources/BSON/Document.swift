internal import Foundation

/// An immutable BSON document: a view of shared memory, so that a part of a document costs no copy.
package struct Document: Sendable {
  let storage: Storage
  /// Where the document's length field stands in the storage.
  let offset: Int
  package let byteCount: Int

  init(storage: Storage, offset: Int, byteCount: Int) {
    self.storage = storage
    self.offset = offset
    self.byteCount = byteCount
  }

  package static let empty = DocumentWriter.document { _ in }

  /// Checks and takes the one document that the storage holds.
  package init(validating storage: Storage) throws(BSONError) {
    let documents = try Document.sequence(in: storage)
    guard documents.count == 1, let first = documents.first else {
      throw BSONError("expected one document, found \(documents.count)", offset: 0)
    }
    self = first
  }

  /// Checks and copies one document.
  package init(validating bytes: UnsafeRawBufferPointer) throws(BSONError) {
    try self.init(validating: Storage(copying: bytes))
  }

  /// Checks memory that holds documents one after another, the layout of a `mongodump` file.
  package static func sequence(in storage: Storage) throws(BSONError) -> [Document] {
    var documents: [Document] = []
    var offset = 0
    while offset < storage.count {
      let length = try Validator.checkDocument(
        in: storage.base, at: offset, end: storage.count)
      documents.append(Document(storage: storage, offset: offset, byteCount: length))
      offset += length
    }
    return documents
  }

  /// Lends the document's bytes; the pointer must not outlive the closure.
  package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(storage) {
      try body(UnsafeRawBufferPointer(start: storage.base + offset, count: byteCount))
    }
  }

  package var isEmpty: Bool { byteCount <= 5 }

  /// The element of that name, or nil. Where a name occurs twice, the first.
  package func element(_ name: FieldName) -> Element? {
    name.bytes.withUnsafeBytes { wanted in
      let base = storage.base
      var position = offset + 4
      let end = offset + byteCount - 1
      let length = wanted.count
      while position < end {
        let type = ElementType(rawValue: base.load(fromByteOffset: position, as: UInt8.self))
        let keyStart = position + 1
        let keyLength = Document.keyLength(at: base + keyStart, available: end - keyStart)
        let valueStart = keyStart + keyLength + 1
        guard
          let valueLength = type.valueLength(at: base + valueStart, available: end - valueStart)
        else { return nil }
        if keyLength == length, memcmp(base + keyStart, wanted.baseAddress ?? base, length) == 0 {
          return Element(
            storage: storage, type: type, keyStart: keyStart, keyLength: keyLength,
            valueStart: valueStart, valueLength: valueLength)
        }
        position = valueStart + valueLength
      }
      return nil
    }
  }

  /// The length of a field's name; its NUL is known to be there. Names are short and looked at by
  /// the million: eight bytes at a time, and no call.
  @inline(__always)
  private static func keyLength(at base: UnsafeRawPointer, available: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var length = 0
    while available - length >= 8 {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: length, as: UInt64.self))
      let zeros = (word &- ones) & ~word & (ones << 7)
      if zeros != 0 { return length + zeros.trailingZeroBitCount / 8 }
      length += 8
    }
    while base.load(fromByteOffset: length, as: UInt8.self) != 0 { length += 1 }
    return length
  }

  /// Whether both are the same bytes of the same memory: costs no comparison of content.
  package func isIdentical(to other: Document) -> Bool {
    storage === other.storage && offset == other.offset
  }

  /// Where the document stands in memory, while that is kept: equal for identical documents only.
  package struct Place: Hashable {
    private let storage: ObjectIdentifier
    private let offset: Int

    fileprivate init(_ document: Document) {
      storage = ObjectIdentifier(document.storage)
      offset = document.offset
    }
  }

  package var place: Place { Place(self) }

  package subscript(name: FieldName) -> Value? { element(name)?.value }

  /// The value at a path of field names, or nil where one of them is missing or no document.
  package subscript(path path: [FieldName]) -> Value? {
    guard let last = path.last else { return .document(self) }
    var current = self
    for name in path.dropLast() {
      guard let next = current.element(name)?.document else { return nil }
      current = next
    }
    return current[last]
  }
}

extension Document: Sequence {
  package struct Iterator: IteratorProtocol {
    private let storage: Storage
    private var position: Int
    private let end: Int

    init(_ document: Document) {
      storage = document.storage
      position = document.offset + 4
      end = document.offset + document.byteCount - 1
    }

    package mutating func next() -> Element? {
      guard position < end else { return nil }
      let base = storage.base
      let type = ElementType(rawValue: base.load(fromByteOffset: position, as: UInt8.self))
      let keyStart = position + 1
      let keyLength = strlen((base + keyStart).assumingMemoryBound(to: CChar.self))
      let valueStart = keyStart + keyLength + 1
      guard
        let valueLength = type.valueLength(at: base + valueStart, available: end - valueStart)
      else { return nil }
      position = valueStart + valueLength
      return Element(
        storage: storage, type: type, keyStart: keyStart, keyLength: keyLength,
        valueStart: valueStart, valueLength: valueLength)
    }
  }

  package func makeIterator() -> Iterator { Iterator(self) }
}

extension Document: Hashable {
  /// Byte for byte; ``Element/isEquivalent(to:)`` compares by meaning.
  package static func == (left: Document, right: Document) -> Bool {
    left.byteCount == right.byteCount
      && left.withBytes { a in
        right.withBytes { b in
          guard let x = a.baseAddress, let y = b.baseAddress else { return true }
          return memcmp(x, y, a.count) == 0
        }
      }
  }

  package func hash(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: $0) }
  }
}
