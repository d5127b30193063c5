internal import BSON
internal import Identity
internal import Mapping
internal import YAML

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A mapping that may be anything, over a production that may hold anything: the program ends in
/// bounded time, with mistakes or with documents that are sound.
package struct FuzzCase {
  /// In seconds of this process: far more than the slowest honest mapping takes.
  package static let maximumSeconds = 30.0

  private let mapping: String
  private let production: Production?
  private let library: MappingLibrary

  package enum Outcome: Equatable {
    case refused
    case evaluated(documents: Int)
    case broken(String)
  }

  /// - Parameter builtIn: mappings that the one at hand may extend.
  package init(_ mapping: String, over seed: UInt64, builtIn: [String: [UInt8]]) {
    self.mapping = mapping
    production = HostileProduction.make(seed: seed)
    library = MappingLibrary(builtIn: builtIn.keys.sorted()) { name, _ in
      builtIn[name].map { SourceText(name: name, bytes: $0) }
    }
  }

  package func run() -> Outcome {
    let start = FuzzCase.processSeconds
    let outcome = judged()
    let seconds = FuzzCase.processSeconds - start
    return seconds > FuzzCase.maximumSeconds ? .broken("took \(Int(seconds)) s") : outcome
  }

  private static var processSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func judged() -> Outcome {
    let compiled: CompiledMapping
    do throws(Diagnostics) {
      let source = SourceText(name: "fuzz.yaml", text: mapping)
      compiled = try CompiledMapping.compile(try MergedMapping.merge(source, library: library))
    } catch {
      let isTold = !error.all.isEmpty && error.all.allSatisfy { $0.position.line > 0 }
      return isTold ? .refused : .broken("refused without a mistake that has a place")
    }
    guard let production,
      let evaluation = Evaluation.evaluate(
        compiled, over: production, facts: AvalonFacts(), owner: "fuzz")
    else { return .evaluated(documents: 0) }
    if let flaw = flaw(in: evaluation.documents) { return .broken(flaw) }
    return .evaluated(documents: evaluation.documents.count)
  }

  private func flaw(in documents: [EvaluatedDocument]) -> String? {
    let main = Set(documents.map(\.id))
    guard main.count == documents.count else { return "two documents have one '_id'" }
    for document in documents {
      if let flaw = FuzzCase.flaw(in: document) { return "\(document.rule): \(flaw)" }
    }
    return nil
  }

  private static func flaw(in made: EvaluatedDocument) -> String? {
    let document = made.document
    let name = made.name
    if name.isEmpty || name == "." || name == ".." || name.utf8.count > 255
      || name.unicodeScalars.contains(where: { "/\\".unicodeScalars.contains($0) || $0.value < 32 })
    {
      return "the name '\(name)' is no folder's"
    }
    if document["name"] != .string(name) { return "the document has another name" }
    if document["_id"] != .objectID(made.id) { return "the document has another '_id'" }
    let link = Link(of: document)
    if link?.entity != made.identity.entity || link?.facet != made.identity.facet {
      return "the link names another entity"
    }
    if document.byteCount > 16 << 20 { return "the document has \(document.byteCount) bytes" }
    do {
      _ = try document.withBytes { try Document(validating: $0) }
    } catch {
      return "the document is no BSON: \(error)"
    }
    return badField(document).map { "the field '\($0)' cannot be stored" }
  }

  /// A field that MongoDB or its drivers cannot keep apart from an operator or a path.
  private static func badField(_ document: Document, isList: Bool = false) -> String? {
    for element in document {
      if !isList, !FieldName(element.name).isAddressable { return element.name }
      if case .unrepresentable = element.value { return element.name }
      if let inner = element.document ?? element.array,
        let bad = badField(inner, isList: element.type == .array)
      {
        return bad
      }
    }
    return nil
  }
}
