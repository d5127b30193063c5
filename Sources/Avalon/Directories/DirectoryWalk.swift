internal import Planning

/// Looks at folders below the root, step by step, on behalf of one rename. The calls block.
struct DirectoryWalk {
  typealias Entry = DirectoryHandle.Entry

  private let root: DirectoryHandle
  let failure: DirectoryFailure

  /// The root is opened anew for each rename: it may have been mounted since.
  init(root: String, _ failure: DirectoryFailure) throws(AvalonError) {
    self.failure = failure
    do throws(DirectoryHandle.Failure) {
      self.root = try DirectoryHandle.open(root: root)
    } catch {
      throw failure.root(root, error.number)
    }
  }

  /// What stands at a path; nil where nothing does.
  func entry(_ path: FolderPath) throws(AvalonError) -> Entry? {
    guard let parent = path.parent else {
      return try attempt(path) { () throws(DirectoryHandle.Failure) in try root.entry() }
    }
    guard let folder = try folder(parent) else { return nil }
    return try attempt(path) { () throws(DirectoryHandle.Failure) in try folder.entry(path.name) }
  }

  /// Opens a folder; nil where there is none.
  func folder(_ path: FolderPath) throws(AvalonError) -> DirectoryHandle? {
    var current = root
    for step in path.lineage where !step.parts.isEmpty {
      guard let next = try open(step, in: current) else { return nil }
      current = next
    }
    return current
  }

  /// Opens a folder; makes it and what is missing above it.
  /// - Parameter made: gets what was made, from the top.
  func folder(making path: FolderPath, _ made: inout [FolderPath]) throws(AvalonError)
    -> DirectoryHandle
  {
    var current = root
    for step in path.lineage where !step.parts.isEmpty {
      if let next = try open(step, in: current) {
        current = next
        continue
      }
      let folder = current
      try attempt(step) { () throws(DirectoryHandle.Failure) in try folder.make(step.name) }
      made.append(step)
      current = try attempt(step) { () throws(DirectoryHandle.Failure) in try folder.open(step.name)
      }
    }
    return current
  }

  /// Removes folders that were made, the deepest first. What somebody has put something into since
  /// then stays.
  func remove(_ made: [FolderPath]) {
    for path in made.reversed() {
      guard let parent = path.parent, let folder = try? folder(parent),
        (try? folder.remove(path.name)) != nil
      else { return }
    }
  }

  /// Makes a system call, whose failure is told with its place.
  @discardableResult
  func attempt<Result>(
    _ path: FolderPath, _ call: () throws(DirectoryHandle.Failure) -> Result
  ) throws(AvalonError) -> Result {
    do throws(DirectoryHandle.Failure) {
      return try call()
    } catch {
      throw failure.system(error.number, at: path)
    }
  }

  private func open(
    _ path: FolderPath, in folder: DirectoryHandle
  ) throws(AvalonError) -> DirectoryHandle? {
    let entry = try attempt(path) { () throws(DirectoryHandle.Failure) in
      try folder.entry(path.name)
    }
    guard let entry else { return nil }
    try failure.require(entry, path)
    return try attempt(path) { () throws(DirectoryHandle.Failure) in try folder.open(path.name) }
  }
}
