/// Reads the table form of a list; see ``JSONTable``.
extension JSONParser {
  func parseTable(_ table: JSONTable) throws(JSONError) {
    try expect(UInt8(ascii: "{"), "an object")
    var headers: [FieldName: [FieldName]] = [:]
    var rowsAt: UnsafePointer<UInt8>?
    var seen: Set<FieldName> = []
    if try take(UInt8(ascii: "}")) { throw error("'\(table.columns)' is missing") }
    while true {
      try expect(UInt8(ascii: "\""), "a field name")
      let key = try scratchString()
      guard seen.insert(key).inserted else {
        throw error("the field name '\(key)' occurs twice in one object")
      }
      try expect(UInt8(ascii: ":"), "':'")
      if key == table.rows {
        _ = try peek()
        rowsAt = cursor
        if headers[table.columns] != nil,
          table.nested.values.allSatisfy({ headers[$0.columns] != nil })
        {
          try parseRows(table, headers)
          rowsAt = nil
        } else {
          try skipValue()
        }
      } else if key == table.columns || table.nested.values.contains(where: { $0.columns == key }) {
        headers[key] = try parseHeader()
      } else {
        try skipValue()
      }
      if try take(UInt8(ascii: ",")) { continue }
      try expect(UInt8(ascii: "}"), "',' or '}'")
      break
    }
    if let rowsAt {
      let resume = cursor
      cursor = rowsAt
      try parseRows(table, headers)
      cursor = resume
    } else if !seen.contains(table.rows) {
      // An answer that was cut down must not read as an empty list.
      throw error("'\(table.rows)' is missing")
    }
  }

  private func parseHeader() throws(JSONError) -> [FieldName] {
    try expect(UInt8(ascii: "["), "a list of field names")
    var names: [FieldName] = []
    try parseItems { (_) throws(JSONError) in
      try self.expect(UInt8(ascii: "\""), "a field name")
      let name = try self.scratchString()
      if names.contains(name) { throw self.error("the column '\(name)' occurs twice") }
      names.append(name)
    }
    return names
  }

  /// What to do with a column of a row.
  private struct Column {
    let name: FieldName
    let isKept: Bool
    let keepsNull: Bool
    /// The columns of the rows inside.
    let nested: [Column]?
  }

  private func columns(
    _ key: FieldName, keeping kept: Set<FieldName>?, _ table: JSONTable,
    _ headers: [FieldName: [FieldName]], isNested: Bool = false
  ) throws(JSONError) -> [Column] {
    guard let header = headers[key] else { throw error("'\(key)' is missing") }
    return try header.map { (name) throws(JSONError) in
      let inner = isNested ? nil : table.nested[name]
      let nested = try inner.map { (inner) throws(JSONError) in
        try self.columns(inner.columns, keeping: inner.keeps, table, headers, isNested: true)
      }
      return Column(
        name: name, isKept: kept?.contains(name) ?? true, keepsNull: kept == nil, nested: nested)
    }
  }

  private func parseRows(
    _ table: JSONTable, _ headers: [FieldName: [FieldName]]
  ) throws(JSONError) {
    let columns = try columns(table.columns, keeping: table.keeps, table, headers)
    try expect(UInt8(ascii: "["), "a list of rows")
    try parseItems { (_) throws(JSONError) in
      self.writer.beginRoot()
      try self.parseRow(columns)
      self.writer.end()
      self.writer.seal()
    }
  }

  /// One row as the fields of the document that is open.
  private func parseRow(_ columns: [Column]) throws(JSONError) {
    try expect(UInt8(ascii: "["), "a row")
    var count = 0
    try parseItems { (index) throws(JSONError) in
      guard index < columns.count else { throw self.error("a row is longer than its header") }
      count += 1
      try self.parseCell(columns[index])
    }
    if count < columns.count { throw error("a row is shorter than its header") }
  }

  private func parseCell(_ column: Column) throws(JSONError) {
    let first = try peek()
    guard column.isKept, column.keepsNull || first != UInt8(ascii: "n") else {
      return try skipValue()
    }
    guard let nested = column.nested, first == UInt8(ascii: "[") else {
      return try parseValue(typeAt: writer.reserveHeader(column.name), depth: 2)
    }
    cursor += 1
    writer.beginArray(column.name)
    try parseItems { (index) throws(JSONError) in
      self.writer.beginDocument(index: index)
      try self.parseRow(nested)
      self.writer.end()
    }
    writer.end()
  }

  /// A short string whose opening quote is taken, read beside the documents.
  private func scratchString() throws(JSONError) -> FieldName {
    let mark = writer.mark()
    let from = writer.memory.count
    let flaw = try copyString()
    let text = String(
      decoding: UnsafeRawBufferPointer(
        start: writer.memory.base + from, count: writer.memory.count - from), as: UTF8.self)
    writer.rollBack(to: mark)
    if let flaw { throw error("a field name is \(flaw)") }
    return FieldName(text)
  }
}

extension DocumentWriter {
  /// Room for a type byte, then the name; gives where the type belongs.
  func reserveHeader(_ name: FieldName) -> Int {
    let typeAt = memory.count
    memory.append(byte: 0)
    name.bytes.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { memory.append(base, bytes.count) }
    }
    memory.append(byte: 0)
    return typeAt
  }
}
