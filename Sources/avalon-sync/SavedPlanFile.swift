internal import ArgumentParser
internal import Foundation
internal import Kitsu
internal import Planning
internal import Report

/// A saved plan on the disk. It holds values of the studio's documents: only its owner may read it.
struct SavedPlanFile {
  let path: String

  /// - Throws: where something stands there that is no saved plan.
  func checkIsFree() throws {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return }
    guard attributes[.type] as? FileAttributeType == .typeRegular,
      let handle = FileHandle(forReadingAtPath: path)
    else { throw refusal }
    defer { try? handle.close() }
    guard SavedPlan.isOne(try handle.read(upToCount: 1024) ?? Data()) else { throw refusal }
  }

  private var refusal: SettingsError {
    SettingsError(
      "'\(SafeText.line(path))' exists and is no saved plan: give --out another name, or remove it")
  }

  func write(_ text: String) throws {
    try checkIsFree()
    guard text.utf8.count <= SavedPlanReader.maximumBytes else {
      throw SettingsError(
        "the plan is too large to be saved (\(text.utf8.count >> 20) MB): plan fewer projects at "
          + "once (--project)")
    }
    let file = try AtomicFile(path, mode: 0o600)
    try file.write(text)
    try file.commit()
  }

  func read() throws -> SavedPlan {
    try SavedPlanReader.read(try bytes(), engine: Version.text)
  }

  /// One byte more than is allowed is enough to tell that a file is too large.
  private func bytes() throws -> [UInt8] {
    let limit = SavedPlanReader.maximumBytes
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw SettingsError("cannot read the file '\(SafeText.line(path))'")
    }
    defer { try? handle.close() }
    let bytes: [UInt8]
    do {
      bytes = Array(try handle.read(upToCount: limit + 1) ?? Data())
    } catch {
      throw SettingsError("cannot read the file '\(SafeText.line(path))'")
    }
    guard bytes.count <= limit else {
      throw SettingsError(
        "the file '\(SafeText.line(path))' is larger than \(limit >> 20) MB: no plan is that large")
    }
    return bytes
  }
}

extension SharedOptions {
  /// What is planned anew when the plan is applied.
  func request(_ planning: PlanOptions) -> SavedRequest {
    SavedRequest(projects: projects, flags: planning.flags)
  }

  /// The options with what a saved plan was made for.
  func taking(
    _ request: SavedRequest, beside planning: PlanOptions
  ) throws -> (shared: SharedOptions, planning: PlanOptions) {
    guard self.request(planning) == SavedRequest(projects: []) else {
      throw SettingsError(
        "the saved plan says which projects it is for and what it lets pass: leave out --project and "
          + "the flags of 'plan', or plan anew with them")
    }
    var options = self
    options.projects = request.projects
    return (options, try PlanOptions(flags: request.flags))
  }
}

extension PlanOptions {
  /// As they were given, by their names.
  fileprivate var flags: [String: [String]] {
    let all = [
      "allow": allowed.map(\.rawValue).sorted(), "adopt": adopt.map { [$0] } ?? [],
      "adopt-overwrites": adoptOverwrites ? ["true"] : [],
      "adopt-from": adoptFrom.map { [$0] } ?? [], "adopt-owner": adoptOwners.sorted(),
      "link": links.sorted(),
    ]
    return all.filter { !$0.value.isEmpty }
  }

  /// - Throws: for a flag or a word that this program does not know.
  fileprivate init(flags: [String: [String]]) throws {
    let arguments = flags.sorted { $0.key < $1.key }.flatMap { name, values in
      name == "adopt-overwrites" ? ["--\(name)"] : values.map { "--\(name)=\($0)" }
    }
    do {
      self = try PlanOptions.parse(arguments)
    } catch {
      throw SettingsError(
        "the plan was made with \(SafeText.line(arguments.joined(separator: " "))), which this program "
          + "does not know: make it anew with 'plan --out'")
    }
  }
}
