internal import Foundation
internal import Mapping
internal import ShippedMappings
internal import YAML

/// Mapping files of the disk and those that are built in.
///
/// A name means a file beside the mapping that extends it; a bare name without such a file means the
/// built-in mapping of that name. What a built-in mapping extends is built in too.
enum MappingFiles {
  private static let builtIn = Dictionary(
    uniqueKeysWithValues: ShippedMappings.all.map { name, bytes in
      (name, SourceText(name: name, bytes: bytes))
    })

  static let library = MappingLibrary(builtIn: ShippedMappings.all.keys.sorted(), find: find)

  private static func isBuiltIn(_ file: SourceText) -> Bool { builtIn[file.name] === file }

  /// How a file is called in what people read.
  static func shown(_ file: SourceText) -> String {
    isBuiltIn(file) ? "\(file.name) (built in)" : file.name
  }

  /// Whether a name in a mapping file means that file.
  static func isSame(_ file: String, as name: String, beside mapping: String) -> Bool {
    normalised(beside(mapping, name)) == normalised(file)
  }

  /// The mapping that the user named, merged with all that it extends.
  /// - Parameter path: a file, or the name of a built-in mapping; nil for the default.
  /// - Throws: ``Diagnostics`` with every mistake, or ``SettingsError`` where it cannot be read.
  static func load(_ path: String?, override: Node? = nil) throws -> MergedMapping {
    try MergedMapping.merge(try source(path), override: override, library: library)
  }

  /// The file itself.
  static func source(_ path: String?) throws -> SourceText {
    let path = path ?? ShippedMappings.defaultName
    do {
      if let source = try find(path, from: nil) { return source }
    } catch {
      throw SettingsError("\(error)")
    }
    let known = builtIn.keys.sorted().joined(separator: ", ")
    let hint = path.contains("/") ? "" : "; built in are \(known)"
    throw SettingsError("there is no mapping file '\(path)'\(hint)")
  }

  /// - Parameter from: the file that names it; nil for one that the user named.
  @Sendable
  static func find(
    _ name: String, from: SourceText?
  ) throws(MappingFileError) -> SourceText? {
    if let from, isBuiltIn(from) { return builtIn[name] }
    let path = normalised(from.map { beside($0.name, name) } ?? name)
    guard FileManager.default.fileExists(atPath: path) else {
      return name.contains("/") ? nil : builtIn[name]
    }
    // A user may name a pipe. A mapping names files only, as others would never end.
    guard from == nil || isFile(path), let bytes = contents(path) else {
      throw MappingFileError("cannot read the mapping file '\(path)'")
    }
    return SourceText(name: path, bytes: bytes)
  }

  private static func isFile(_ path: String) -> Bool {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }

  /// One byte more than is allowed is enough to tell that a file is too large.
  private static func contents(_ path: String) -> [UInt8]? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    do {
      return Array(try handle.read(upToCount: YAML.maximumBytes + 1) ?? Data())
    } catch {
      return nil
    }
  }

  private static func beside(_ file: String, _ name: String) -> String {
    let folder = (file as NSString).deletingLastPathComponent
    return name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
  }

  /// The same file gets the same path whatever the way to it: without `.`, and `..` only in front.
  private static func normalised(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      let isBack = part == ".." && !parts.isEmpty && parts.last != ".."
      if isBack { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
