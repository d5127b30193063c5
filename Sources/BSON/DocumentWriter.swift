internal import Foundation

/// Writes documents, one or many, to memory that they share when finished.
///
/// Names and values are appended in order; `begin…` and `end` nest. A root document is begun with
/// ``beginRoot()`` and closed by the matching ``end()``.
package final class DocumentWriter {
  let memory: GrowingMemory
  private var open: [Int] = []
  private var roots: [Range<Int>] = []
  private var sealed: [Document] = []

  package init(capacity: Int = 1024) { memory = GrowingMemory(capacity: capacity) }

  /// Writes one document.
  package static func document(_ body: (DocumentWriter) -> Void) -> Document {
    let writer = DocumentWriter(capacity: 256)
    writer.beginRoot()
    body(writer)
    writer.end()
    return writer.finish()[0]
  }

  static func element(_ value: Value) -> Element {
    guard let element = document({ $0.append("", value) }).element("") else {
      fatalError("a document that was just written has no element")
    }
    return element
  }

  /// Ends the writing; gives the root documents in their order.
  package func finish() -> [Document] {
    precondition(open.isEmpty, "a document was left open")
    return sealed + documents(in: memory.finish())
  }

  private func documents(in storage: Storage) -> [Document] {
    roots.map { Document(storage: storage, offset: $0.lowerBound, byteCount: $0.count) }
  }

  /// Documents share memory, and threads that count the users of the same memory wait for each
  /// other: those that are written later get new memory, once there is much.
  ///
  /// No root document may be open, and no mark from before may be used after.
  func seal() {
    guard memory.count >= DocumentWriter.sealedSize else { return }
    sealed += documents(in: memory.take(leaving: DocumentWriter.sealedSize * 5 / 4))
    roots.removeAll(keepingCapacity: true)
  }

  private static let sealedSize = 1 << 18

  package var byteCount: Int { memory.count }

  // MARK: Nesting

  package func beginRoot() {
    open.append(memory.count)
    memory.append(raw: Int32(0))
  }

  package func beginDocument(_ name: FieldName) { begin(.document, name) }
  package func beginArray(_ name: FieldName) { begin(.array, name) }
  package func beginDocument(index: Int) { begin(.document, index) }
  package func beginArray(index: Int) { begin(.array, index) }

  private func begin(_ type: ElementType, _ name: FieldName) {
    header(type, name)
    beginRoot()
  }

  private func begin(_ type: ElementType, _ index: Int) {
    header(type, index: index)
    beginRoot()
  }

  package func end() {
    memory.append(byte: 0)
    let start = open.removeLast()
    memory.store(raw: Int32(memory.count - start), at: start)
    if open.isEmpty { roots.append(start..<memory.count) }
  }

  /// Takes back the document that was begun last and not yet ended, with its name if it has one.
  package func mark() -> Mark { Mark(count: memory.count, depth: open.count, roots: roots.count) }

  /// Forgets all that was written since the mark.
  package func rollBack(to mark: Mark) {
    memory.truncate(to: mark.count)
    // Most of what is taken back is a single value.
    if open.count > mark.depth { open.removeLast(open.count - mark.depth) }
    if roots.count > mark.roots { roots.removeLast(roots.count - mark.roots) }
  }

  /// Whether what was written since the mark is the bytes of a document.
  package func hasWritten(_ document: Document, since mark: Mark) -> Bool {
    let count = memory.count - mark.count
    guard count == document.byteCount else { return false }
    return memcmp(memory.base + mark.count, document.storage.base + document.offset, count) == 0
  }

  package struct Mark {
    let count: Int
    let depth: Int
    let roots: Int
  }

  // MARK: Values

  package func append(_ name: FieldName, _ value: Value) {
    header(value.type, name)
    write(value)
  }

  package func append(index: Int, _ value: Value) {
    header(value.type, index: index)
    write(value)
  }

  package func append(_ name: FieldName, _ text: String) {
    header(.string, name)
    write(text)
  }

  /// Copies a value as it stands in another document.
  package func append(_ name: FieldName, _ element: Element) {
    header(element.type, name)
    copyValue(of: element)
  }

  package func append(index: Int, _ element: Element) {
    header(element.type, index: index)
    copyValue(of: element)
  }

  /// Copies a field, name and value, as it stands in another document.
  package func append(_ element: Element) {
    memory.append(byte: element.type.rawValue)
    memory.append(element.storage.base + element.keyStart, element.keyLength + 1)
    copyValue(of: element)
  }

  /// Copies a whole document as a root.
  package func appendRoot(_ document: Document) {
    let start = memory.count
    document.withBytes { bytes in
      if let base = bytes.baseAddress { memory.append(base, bytes.count) }
    }
    roots.append(start..<memory.count)
  }

  /// Checks and copies a document that stands in foreign memory as a root.
  package func appendRoot(copying bytes: UnsafeRawBufferPointer) throws(BSONError) {
    guard let base = bytes.baseAddress,
      try Validator.checkDocument(in: base, at: 0, end: bytes.count) == bytes.count
    else { throw BSONError("a document's length does not fit", offset: 0) }
    let start = memory.count
    memory.append(base, bytes.count)
    roots.append(start..<memory.count)
  }

  package func appendArray(_ name: FieldName, _ values: [Value]) {
    beginArray(name)
    for (index, value) in values.enumerated() { append(index: index, value) }
    end()
  }

  private func copyValue(of element: Element) {
    memory.append(element.storage.base + element.valueStart, element.valueLength)
  }

  private func header(_ type: ElementType, _ name: FieldName) {
    memory.append(byte: type.rawValue)
    name.bytes.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { memory.append(base, bytes.count) }
    }
    memory.append(byte: 0)
  }

  private func header(_ type: ElementType, index: Int) {
    memory.append(byte: type.rawValue)
    writeIndex(index)
  }

  /// A list's index as its decimal name.
  func writeIndex(_ index: Int) {
    if index < 10 {
      memory.append(byte: 0x30 + UInt8(index))
    } else {
      var text = String(index)
      text.withUTF8 { if let base = $0.baseAddress { memory.append(base, $0.count) } }
    }
    memory.append(byte: 0)
  }

  private func write(_ value: Value) {
    switch value {
    case .null: break
    case .bool(let flag): memory.append(byte: flag ? 1 : 0)
    case .int32(let number): memory.append(raw: number)
    case .int64(let number), .date(let number): memory.append(raw: number)
    case .double(let number): memory.append(raw: number)
    case .string(let text), .unrepresentable(let text): write(text)
    case .document(let document), .array(let document):
      document.withBytes { bytes in
        if let base = bytes.baseAddress { memory.append(base, bytes.count) }
      }
    case .objectID(let id): id.write(to: memory)
    case .other(_, let bytes):
      bytes.withUnsafeBytes { if let base = $0.baseAddress { memory.append(base, $0.count) } }
    }
  }

  private func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      memory.append(raw: Int32(bytes.count + 1))
      if let base = bytes.baseAddress { memory.append(base, bytes.count) }
    }
    memory.append(byte: 0)
  }
}
