package import YAML

/// Where the mappings come from that others extend; the caller does the I/O.
package struct MappingLibrary: Sendable {
  /// Finds the file that a name means in the file `from`; nil for one that the user named.
  package typealias Find =
    @Sendable (_ name: String, _ from: SourceText?) throws(MappingFileError) -> SourceText?

  /// The names that mean something everywhere, for hints.
  let builtIn: [String]
  let find: Find

  /// - Parameter find: gives nil where there is no such file, and throws where it cannot be read. The
  ///   same file must get the same name each time: cycles are found by it.
  package init(builtIn: [String] = [], find: @escaping Find) {
    self.builtIn = builtIn
    self.find = find
  }
}

/// Why a mapping file cannot be read.
package struct MappingFileError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
