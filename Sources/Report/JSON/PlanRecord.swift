internal import BSON
internal import Identity
internal import Planning

/// The parts of a plan as JSON has them, in what programs read and in what is saved.
enum PlanRecord {
  /// What moves besides documents.
  static func place(_ plan: Plan, _ writer: DocumentWriter) {
    if let rename = plan.collectionRename {
      writer.beginDocument("collectionRename")
      writer.append("from", rename.from)
      writer.append("to", rename.to)
      writer.end()
    } else {
      writer.append("collectionRename", .null)
    }
    writer.appendRecords("directories", plan.directories) { directory, writer in
      writer.append("title", directory.title)
      writer.appendText("entity", directory.identity?.entity.description)
      writer.appendText("facet", directory.identity?.facet)
      writer.append("from", directory.from)
      writer.append("to", directory.to)
    }
  }

  static func held(_ item: HeldItem, _ writer: DocumentWriter) {
    writer.append("scope", item.scope.rawValue)
    writer.append("kind", item.kind)
    writer.append("title", item.title)
    writer.appendText("entity", item.identity?.entity.description)
    writer.appendText("name", item.name)
    writer.appendText("path", item.path?.description)
    writer.append("reason", item.reason)
    writer.append("remedy", item.remedy)
  }

  /// - Parameter form: how values of documents are written.
  static func change(
    _ change: Change, _ outcome: Outcome?, _ form: (Value) -> Value, _ writer: DocumentWriter
  ) {
    writer.append("action", change.action.rawValue)
    writer.append("rule", change.rule)
    writer.append("title", change.title)
    writer.append("name", change.name)
    writer.appendText("previousName", change.previousName)
    writer.append("entity", change.identity.entity.description)
    writer.append("facet", change.identity.facet)
    writer.append("_id", change.id.description)
    writer.append("wave", .int(change.wave))
    writer.appendText("evidence", change.evidence)
    writer.appendArray("notes", change.notes.map(Value.string))
    writer.appendRecords("fields", change.shownFields) { field, writer in
      writer.append("path", field.path.description)
      if let before = field.before { writer.append("before", form(before)) }
      if let after = field.after { writer.append("after", form(after)) }
      writer.append("reason", field.reason.rawValue)
    }
    if let outcome {
      writer.append("outcome", outcome.name)
      writer.appendText("message", outcome.reason)
    }
  }
}

extension PlanRecord {
  /// One of Avalon's databases.
  static func target(_ target: ReportTarget, _ writer: DocumentWriter) {
    writer.append("name", target.name)
    database(target, writer)
    writer.appendText("failure", target.failure)
  }

  static func database(_ target: ReportTarget?, _ writer: DocumentWriter) {
    writer.appendText("address", target?.address)
    writer.appendText("database", target?.database)
    writer.appendText("version", target?.version)
  }

  /// Every count, as `summary`.
  static func totals(_ totals: Totals, _ writer: DocumentWriter) {
    writer.beginDocument("summary")
    for (name, count) in totals.all { writer.append(FieldName(name), .int(count)) }
    writer.end()
  }
}

extension DocumentWriter {
  func appendText(_ name: FieldName, _ text: String?) {
    append(name, text.map(Value.string) ?? .null)
  }

  func appendRecords<Item>(
    _ name: FieldName, _ items: [Item], _ write: (Item, DocumentWriter) -> Void
  ) {
    beginArray(name)
    for (index, item) in items.enumerated() {
      beginDocument(index: index)
      write(item, self)
      end()
    }
    end()
  }
}
