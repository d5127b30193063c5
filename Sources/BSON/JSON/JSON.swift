/// Reads JSON into documents.
///
/// Values are data: no key has a special meaning (`{"$oid": "nope"}` is an object with a text).
/// What BSON or MongoDB cannot hold (a lone surrogate, a NUL character, `1e400`, `NaN`, an integer
/// beyond 64 bits, nesting deeper than ``maximumDepth``) becomes ``Value/unrepresentable(_:)`` in its
/// place, so that it costs the field that reads it and nothing else.
package enum JSON {
  package static let maximumDepth = 100

  /// Reads one object.
  package static func document(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> Document {
    let parser = JSONParser(bytes)
    try parser.parseRootObject()
    return parser.writer.finish()[0]
  }

  package static func document(_ text: String) throws(JSONError) -> Document {
    try document(Array(text.utf8))
  }

  package static func document(_ bytes: [UInt8]) throws(JSONError) -> Document {
    try with(bytes) { (bytes) throws(JSONError) in try document(bytes) }
  }

  /// Reads a list of objects; with a layout also the table form of the same list.
  package static func documents(
    _ bytes: UnsafeRawBufferPointer, table: JSONTable? = nil
  ) throws(JSONError) -> [Document] {
    let parser = JSONParser(bytes)
    try parser.parseRootList(table)
    return parser.writer.finish()
  }

  package static func documents(_ text: String, table: JSONTable? = nil) throws(JSONError)
    -> [Document]
  {
    try with(Array(text.utf8)) { (bytes) throws(JSONError) in try documents(bytes, table: table) }
  }

  private static func with<R>(
    _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(JSONError) -> R
  ) throws(JSONError) -> R {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONError) -> R in try body(buffer) }
    }
    return try result.get()
  }
}

/// A list of objects written as rows under a header, the `compact=true` form of Zou's boards:
/// `{"shot_fields": ["id", …], "task_fields": […], "rows": [["…", …], …]}`.
package struct JSONTable: Sendable {
  /// Columns that hold rows themselves, with a header of their own.
  package struct Nested: Sendable {
    package let columns: FieldName
    package let keeps: Set<FieldName>?

    package init(columns: FieldName, keeps: Set<FieldName>? = nil) {
      self.columns = columns
      self.keeps = keeps
    }
  }

  /// The key of the header of the rows.
  package let columns: FieldName
  /// The columns that are kept; nil for all. With a choice nulls are left out as well, so that a
  /// board takes the memory of what is read from it.
  package let keeps: Set<FieldName>?
  package let rows: FieldName
  package let nested: [FieldName: Nested]

  package init(
    columns: FieldName, keeps: Set<FieldName>? = nil, rows: FieldName = "rows",
    nested: [FieldName: Nested]
  ) {
    self.columns = columns
    self.keeps = keeps
    self.rows = rows
    self.nested = nested
  }
}
