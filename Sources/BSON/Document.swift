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
      var cursor = fields
      while let span = cursor.next() {
        guard span.keyLength == wanted.count,
          memcmp(storage.base + span.keyStart, wanted.baseAddress ?? storage.base, wanted.count)
            == 0
        else { continue }
        return Element(storage: storage, span: span)
      }
      return nil
    }
  }

  fileprivate var fields: FieldCursor {
    FieldCursor(base: storage.base, position: offset + 4, end: offset + byteCount - 1)
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
    private var fields: FieldCursor

    init(_ document: Document) {
      storage = document.storage
      fields = document.fields
    }

    package mutating func next() -> Element? {
      fields.next().map { Element(storage: storage, span: $0) }
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
