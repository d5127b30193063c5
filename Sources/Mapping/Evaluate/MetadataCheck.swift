internal import BSON
internal import Identity
internal import YAML

/// Tells metadata fields of a mapping that are misspelt: Kitsu has no such column, no entity has
/// such a value, and a column has nearly the same name. A field that is merely absent is no
/// mistake, as productions differ in their columns.
enum MetadataCheck {
  static func warnings(_ mapping: CompiledMapping, _ world: World) -> [String] {
    var told: Set<String> = []
    return mapping.metadataUses.compactMap { use in
      guard let kind = use.type.kind, told.insert("\(kind.rawValue).\(use.name)").inserted,
        let near = nearest(use, kind, world), !isSet(use.name, on: kind, world)
      else { return nil }
      return "\(use.position): Kitsu has no \(kind.rawValue) metadata '\(use.name)': "
        + "did you mean '\(near)'?"
    }
  }

  /// The column that is probably meant; nil where the name is one, or like none.
  private static func nearest(_ use: MetadataUse, _ kind: EntityKind, _ world: World) -> String? {
    let columns = world.production.descriptors.filter {
      $0.element("entity_type")?.string?.lowercased() == kind.rawValue
    }.compactMap { $0.element("field_name")?.string }
    guard !columns.contains(use.name), !standard.contains(use.name) else { return nil }
    return Suggestion.nearest(to: use.name, in: columns)
  }

  /// Kitsu's own fields, which stand in `data` without a column.
  private static let standard: Set<String> = [
    "frame_in", "frame_out", "fps", "resolution", "max_retakes",
  ]

  private static func isSet(_ name: String, on kind: EntityKind, _ world: World) -> Bool {
    let field = FieldName(name)
    return (world.production.entities[kind] ?? []).contains {
      $0.element(.data)?.document?.element(field) != nil
    }
  }
}
