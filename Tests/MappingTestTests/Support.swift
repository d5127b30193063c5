import BSON
import Foundation
import Mapping
import ShippedMappings
import TestSupport
import Testing
import YAML

@testable import MappingTest

/// A file of tests with that content below its two first lines.
func file(_ content: String) throws -> TestFile {
  try TestFile.parse(
    SourceText(
      name: "a.test.yaml", text: "apiVersion: avalon-sync/v1\nkind: MappingTest\n\(content)"))
}

/// What Kitsu would say of the given.
func kitsu(_ given: String) throws -> Production {
  let test = "tests: [{name: one, expect: {documents: {}}}]"
  return try #require(try file("given:\n\(given)\n\(test)").tests.first).show.production
}

func mistakes(in text: String) -> [Diagnostic] {
  do throws(Diagnostics) {
    _ = try TestFile.parse(SourceText(name: "a.test.yaml", text: text))
    return []
  } catch {
    return error.all
  }
}

func shipped() throws -> CompiledMapping {
  let name = ShippedMappings.defaultName
  return try CompiledMapping.compile(
    SourceText(name: name, bytes: try #require(ShippedMappings.all[name])))
}

/// Runs tests against the shipped mapping.
func run(_ content: String) throws -> TestFileResult {
  let mapping = try shipped()
  return TestFileResult(
    file: "a.test.yaml", tests: try file(content).tests.map { $0.run(mapping) })
}

extension Document {
  func text(_ name: FieldName) -> String? { self[name]?.string }

  func texts(_ name: FieldName) -> [String] {
    self[name]?.array?.compactMap(\.string) ?? []
  }
}

extension [Document] {
  func named(_ name: String) throws -> Document {
    try #require(first { $0.text("name") == name })
  }
}
