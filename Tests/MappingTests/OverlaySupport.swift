import Mapping
import ShippedMappings
import TestSupport
import Testing
import YAML

/// Mapping files by name, of which `studio.yaml` is the one that is asked for; `avalon.yaml` is
/// built in.
struct OverlayFiles {
  private static let header = "apiVersion: avalon-sync/v1\nkind: Mapping\n"

  private let texts: [String: String]

  /// - Parameter files: texts with the lines that every mapping has.
  init(_ files: [String: String]) { texts = files }

  /// - Parameter files: texts without the lines that every mapping has.
  init(bodies files: [String: String]) {
    texts = files.mapValues { OverlayFiles.header + $0 }
  }

  var library: MappingLibrary {
    MappingLibrary(builtIn: ["avalon.yaml"]) { [texts] name, _ in
      OverlayFiles.source(name, texts)
    }
  }

  private static func source(_ name: String, _ texts: [String: String]) -> SourceText? {
    if let text = texts[name] { return SourceText(name: name, text: text) }
    return ShippedMappings.all[name].map { SourceText(name: name, bytes: $0) }
  }

  func merged(_ name: String = "studio.yaml", override: String? = nil) throws -> MergedMapping {
    let source = try #require(OverlayFiles.source(name, texts))
    let node = try override.map { try YAML.parse(SourceText(name: "settings.yaml", text: $0)) }
    return try MergedMapping.merge(source, override: node, library: library)
  }

  func compiled(_ name: String = "studio.yaml", override: String? = nil) throws -> CompiledMapping {
    try CompiledMapping.compile(try merged(name, override: override))
  }

  /// What is wrong with `studio.yaml`.
  func mistakes(override: String? = nil) throws -> [Diagnostic] {
    do {
      _ = try compiled(override: override)
      return []
    } catch let mistakes as Diagnostics {
      return mistakes.all
    }
  }
}

extension Node {
  /// The value at a path such as `rules.shot.name`.
  subscript(path path: String) -> Node? {
    path.split(separator: ".").reduce(Optional(self)) { $0?[String($1)] }
  }

  var names: [String] { (entries ?? []).map(\.name) }

  var texts: [String] { (items ?? []).compactMap(\.text) }

  /// The tree without places, for comparing; of scalars what they mean.
  var shape: Shape {
    switch content {
    case .scalar(let scalar): .scalar(scalar.value)
    case .sequence(let items): .list(items.map(\.shape))
    case .mapping(let entries):
      .map(entries.map { Shape.Entry(name: $0.name, value: $0.value.shape) })
    }
  }
}

indirect enum Shape: Equatable {
  struct Entry: Equatable {
    let name: String
    let value: Shape
  }

  case scalar(ScalarValue)
  case list([Shape])
  case map([Entry])
}
