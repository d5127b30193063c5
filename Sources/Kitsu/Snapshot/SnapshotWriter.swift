internal import BSON
internal import Foundation
internal import Mapping

/// Writes productions to a snapshot file; see ``SnapshotFormat``.
package struct SnapshotWriter: Sendable {
  private let path: String

  package init(path: String) { self.path = path }

  /// Writes the whole file and puts it in the place of an older one at once, or not at all.
  ///
  /// A torn reading is written as it is: who calls decides.
  /// - Throws: ``KitsuError`` with `.io`, when the old file is as it was.
  package func write(
    _ source: SourceDescription, _ readings: [ProjectReading]
  ) throws(KitsuError) {
    let file = try AtomicFile(path)
    try writeHead(source, to: file)
    try writeStudio(readings, to: file)
    try file.write("\"projects\":[")
    let sorted = readings.sorted { SnapshotWriter.id($0) < SnapshotWriter.id($1) }
    for (index, reading) in sorted.enumerated() {
      try file.write(index == 0 ? "\n" : ",\n")
      try writeProject(reading, to: file)
    }
    try file.write("\n]}\n")
    try file.commit()
  }

  private static func id(_ reading: ProjectReading) -> String {
    reading.production.project["id"]?.string ?? ""
  }

  private func writeHead(_ source: SourceDescription, to file: AtomicFile) throws(KitsuError) {
    try file.write(
      """
      {"format":\(JSONText.quote(SnapshotFormat.name)),"formatVersion":\(SnapshotFormat.version),
      "kitsu":{"name":\(JSONText.quote(source.name)),"version":\(JSONText.quote(source.version))},

      """)
  }

  /// The readings' studio lists together; where one could not be read it is left out.
  private func writeStudio(_ readings: [ProjectReading], to file: AtomicFile) throws(KitsuError) {
    try file.write("\"studio\":{")
    var isFirst = true
    for name in SnapshotFormat.studioLists
    where !readings.contains(where: { $0.unreadable[name] != nil }) {
      var byID: [String: Document] = [:]
      for reading in readings {
        for document in reading.production.studio[list: name] {
          byID[document["id"]?.string ?? ""] = document
        }
      }
      let list = byID.values.map { name == "persons" ? SnapshotWriter.allowed($0) : $0 }
      try writeList(name, list, isFirst: isFirst, to: file)
      isFirst = false
    }
    try file.write("},\n")
  }

  private func writeProject(_ reading: ProjectReading, to file: AtomicFile) throws(KitsuError) {
    let project = SnapshotOrder.entity(reading.production.project)
    try file.write("{\"project\":" + JSONText.write(project, sortsNames: true))
    for name in SnapshotFormat.projectLists where reading.unreadable[name] == nil {
      guard let list = reading.production[list: name] else { continue }
      try writeList(name, list, isFirst: false, to: file)
    }
    try file.write("}")
  }

  private func writeList(
    _ name: String, _ list: [Document], isFirst: Bool, to file: AtomicFile
  ) throws(KitsuError) {
    try file.write((isFirst ? "\n" : ",\n") + JSONText.quote(name) + ":[")
    for (index, document) in SnapshotOrder.sorted(list).enumerated() {
      let line = JSONText.write(SnapshotOrder.entity(document), sortsNames: true)
      try file.write((index == 0 ? "\n" : ",\n") + line)
    }
    try file.write(list.isEmpty ? "]" : "\n]")
  }

  private static func allowed(_ person: Document) -> Document {
    DocumentWriter.document { writer in
      for field in person where SnapshotFormat.personFields.contains(field.name) {
        writer.append(field)
      }
    }
  }
}
