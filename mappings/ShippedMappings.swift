/// The mappings that are built into the program, by name. The files beside this one are their
/// source and their documentation.
package enum ShippedMappings {
  /// The default: documents for current Avalon core.
  package static let defaultName = "avalon.yaml"

  package static let all: [String: [UInt8]] = [
    "avalon.yaml": PackageResources.avalon_yaml,
    "avalon-sync.yaml": PackageResources.avalon_sync_yaml,
    "openpype.yaml": PackageResources.openpype_yaml,
  ]
}
