internal import ArgumentParser
internal import Avalon
internal import BSON
internal import Foundation
internal import Mapping
internal import Report
internal import ShippedMappings
internal import YAML

struct MappingInitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes an overlay to start a studio's own mapping from.",
    discussion: """
      The file extends a mapping and changes nothing until one of its examples is uncommented. With \
      --from, new projects start with the applications, path templates, groups and families that a \
      project in Avalon has.

      Exit codes: 0 written; 1 an error, or the file exists; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "The mapping to extend, as the file names it.")
  var extends = ShippedMappings.defaultName

  @Option(help: "A project in Avalon, by its name there.")
  var from: String?

  @Option(
    help: ArgumentHelp(
      "The database of --from, by its name in the settings (default: avalon).", valueName: "name"))
  var target: String?

  @Argument(help: "The file to write.")
  var file = "studio.yaml"

  func validate() throws {
    if target != nil, from == nil { throw ValidationError("--target is for --from") }
  }

  func run() async throws {
    try await Guarded.run {
      guard !FileManager.default.fileExists(atPath: file) else {
        throw SettingsError("'\(file)' exists already: name another file")
      }
      guard !MappingFiles.isSame(file, as: extends, beside: file) else {
        throw SettingsError("'\(file)' would extend itself: name another file")
      }
      var starter = OverlayStarter(file: file, extends: extends, library: MappingFiles.library)
      if let from {
        let values = try await ProjectConfig.read(
          from, in: try SettingsReader(shared).target(target ?? TargetSettings.defaultName))
        guard try starter.addSeeds(values, from: SafeText.line(from)) else {
          throw SettingsError("no rule of '\(extends)' writes the project document")
        }
      }
      try write(try starter.text())
      Console.talk("\(file): extends \(extends)")
    }
  }

  private func write(_ text: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .withoutOverwriting)
    } catch {
      throw SettingsError("cannot write '\(file)': \(error.localizedDescription)")
    }
  }
}

/// What a project in Avalon is set up with, which is no matter of Kitsu's.
private enum ProjectConfig {
  private static let fields = ["apps", "template", "groups", "families"]

  /// - Parameter name: of the project, which in Avalon is the name of its collection.
  static func read(
    _ name: String, in target: TargetSettings
  ) async throws -> [(name: String, value: Node)] {
    let store = try Targets.store(target)
    let project: Document?
    do {
      project = try await document(name, store)
    } catch {
      await store.close()
      throw error
    }
    await store.close()
    guard let config = project?["config"]?.document else {
      throw SettingsError(
        "there is no project '\(SafeText.line(name))' with a 'config' in the target "
          + "'\(target.name)'")
    }
    var writer = ConstantWriter()
    var values: [(name: String, value: Node)] = []
    for field in fields {
      let path = FieldPath(["config", FieldName(field)])
      guard let value = config[FieldName(field)], let node = writer.node(value, at: path) else {
        continue
      }
      values.append((field, node))
    }
    for notice in writer.leftOut { Console.talk(SafeText.line(notice)) }
    return values
  }

  /// The one document, of a collection that may hold hundreds of thousands.
  private static func document(
    _ name: String, _ store: any AvalonStore
  ) async throws -> Document? {
    let named = try await store.read(collection: name, names: [name])
    let project = named.first { $0["type"]?.string == "project" }
    guard let id = project?["_id"]?.objectID else { return nil }
    return try await store.read(collection: name, ids: [id]).first
  }
}
