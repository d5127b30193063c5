internal import ArgumentParser
internal import Foundation
internal import Mapping
internal import MappingTest
internal import Report
internal import ShippedMappings
internal import YAML

struct MappingTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Runs the tests of a mapping.",
    discussion: """
      A test says in brief what Kitsu has, and which documents the mapping has to make of it; \
      mappings/README.md shows one. Neither Kitsu nor Avalon is asked.

      Exit codes: 0 all tests pass; 1 a test fails, or a file or its mapping has mistakes; \
      64 wrong use of the command.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, junit
  }

  @Argument(help: "Files of tests, or folders: all *.test.yaml in them.")
  var files: [String]

  @Option(help: "Test this mapping, whatever the files name.")
  var mapping: String?

  @Option(help: "How the outcome is written.")
  var format: Format = .text

  func run() async throws {
    try await Guarded.run {
      let override = try mapping.map { try CompiledMapping.compile(MappingFiles.load($0)) }
      let results = try files.flatMap(TestFiles.paths).map { path in
        try TestFiles.run(path, mapping: override)
      }
      for mistakes in results.compactMap(\.mistakes) { Console.talk(mistakes) }
      switch format {
      case .text: Console.product(MappingTestText.render(results, style: Console.style))
      case .junit: Console.product(MappingTestJUnit.render(results))
      }
      guard results.allSatisfy(\.isPassed) else { throw ExitCode(1) }
    }
  }
}

/// Files of tests on the disk, with the mappings that they name.
private enum TestFiles {
  /// The file itself, or the files of tests in a folder.
  static func paths(_ path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw SettingsError("there is no file '\(path)'")
    }
    guard isFolder.boolValue else { return [path] }
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0.hasSuffix(TestFile.suffix) }.sorted()
    guard !names.isEmpty else {
      throw SettingsError("there is no file *\(TestFile.suffix) in the folder '\(path)'")
    }
    return names.map { "\(folder)/\($0)" }
  }

  /// - Parameter mapping: in place of the one that the file names.
  static func run(_ path: String, mapping: CompiledMapping?) throws -> TestFileResult {
    let source = try source(path)
    do {
      let file = try TestFile.parse(source)
      let mapping = try mapping ?? TestFiles.mapping(of: file, source)
      return TestFileResult(file: path, tests: file.tests.map { $0.run(mapping) })
    } catch let mistakes as Diagnostics {
      return TestFileResult(file: path, tests: [], mistakes: "\(mistakes)")
    }
  }

  private static func source(_ path: String) throws -> SourceText {
    do {
      if let source = try MappingFiles.find(path, from: nil) { return source }
    } catch {
      throw SettingsError("cannot read the file of tests '\(path)'")
    }
    throw SettingsError("there is no file '\(path)'")
  }

  private static func mapping(
    of file: TestFile, _ source: SourceText
  ) throws -> CompiledMapping {
    guard let node = file.mapping, let name = node.text else {
      throw Diagnostics([
        Diagnostic(
          "the file names no mapping", at: source.position(ofByte: 0),
          hint: "write: mapping: studio.yaml; or say --mapping")
      ])
    }
    guard let mapping = try find(name, node.position, source) else {
      throw Diagnostics([
        Diagnostic(
          "there is no mapping '\(name)' beside this file", at: node.position,
          hint: "a bare name is that of a file beside it or of a built-in mapping: \(builtIn)")
      ])
    }
    return try CompiledMapping.compile(
      MergedMapping.merge(mapping, library: MappingFiles.library))
  }

  private static var builtIn: String { ShippedMappings.all.keys.sorted().joined(separator: ", ") }

  private static func find(
    _ name: String, _ position: Position, _ source: SourceText
  ) throws -> SourceText? {
    do {
      return try MappingFiles.find(name, from: source)
    } catch {
      throw Diagnostics([Diagnostic("\(error)", at: position)])
    }
  }
}
