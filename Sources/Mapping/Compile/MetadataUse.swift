internal import YAML

/// A field of Kitsu's metadata that the mapping reads, with its place: whether Kitsu has it is
/// known only when there is a production.
struct MetadataUse {
  let type: RecordType
  let name: String
  let position: Position
}
