internal import Identity

/// Finds the folders on disk that follow when names, silos and parents change.
package enum DirectoryPlanner {
  /// - Parameters:
  ///   - template: `config.template.work` of the project as it stands in Avalon; nil where it has
  ///     none.
  ///   - documents: those that change, in any order.
  package static func plan(
    template: String?, project: ProjectFolderChange, documents: [FolderChange]
  ) -> DirectoryPlan {
    let isRenamed = !isSame(project.old, project.new)
    guard isRenamed || documents.contains(where: \.changesFolder) else {
      return DirectoryPlan(renames: [], refused: [])
    }
    do throws(FolderObjection) {
      let template = try workTemplate(template)
      let first = isRenamed ? try rename(of: project, template) : []
      let rest = renames(of: documents, in: project.new, template)
      return DirectoryPlan(renames: first + rest.renames, refused: rest.refused)
    } catch {
      return DirectoryPlan(
        renames: [],
        refused: [RefusedDirectory(identity: nil, title: project.title, reason: error.reason)])
    }
  }

  private static func workTemplate(_ text: String?) throws(FolderObjection) -> WorkTemplate {
    guard let text else { throw FolderObjection("the project has no config.template.work") }
    return try WorkTemplate(text)
  }

  /// What a project holds is carried by its own folder; all else is then planned inside the new one.
  private static func rename(
    of project: ProjectFolderChange, _ template: WorkTemplate
  ) throws(FolderObjection) -> [DirectoryRename] {
    guard template.namesProject else { return [] }
    guard let old = try template.projectFolder(project.old),
      let new = try template.projectFolder(project.new)
    else {
      throw FolderObjection(
        "by the project's config.template.work no folder is the project's alone, so that none can "
          + "follow its name")
    }
    return [
      DirectoryRename(
        identity: project.identity, title: project.title, from: "\(old)", to: "\(new)")
    ]
  }

  private static func renames(
    of documents: [FolderChange], in project: String, _ template: WorkTemplate
  ) -> DirectoryPlan {
    var refused: [RefusedDirectory] = []
    var movers: [FolderMover] = []
    for document in documents.sorted(by: { $0.identity < $1.identity }) {
      do throws(FolderObjection) {
        movers.append(
          FolderMover(
            identity: document.identity, title: document.title,
            current: try template.folder(project: project, document.old),
            target: try template.folder(project: project, document.new)))
      } catch {
        if document.changesFolder { refused.append(document.refused(error.reason)) }
      }
    }
    let shared = sharedFolders(movers)
    refused += movers.filter { shared.contains($0.identity) && $0.current != $0.target }.map {
      RefusedDirectory(
        identity: $0.identity, title: $0.title,
        reason: "its folder \($0.current) or \($0.target) is another document's too")
    }
    movers.removeAll { shared.contains($0.identity) }
    return DirectoryPlan(
      renames: FolderMoves.order(movers),
      refused: refused.sorted { ($0.title, $0.reason) < ($1.title, $1.reason) })
  }

  /// Documents that have one folder, or would: it is nobody's to move.
  private static func sharedFolders(_ movers: [FolderMover]) -> Set<Identity> {
    let groups = [
      Dictionary(grouping: movers, by: \.current), Dictionary(grouping: movers, by: \.target),
    ]
    return Set(
      groups.flatMap(\.values).filter { $0.count > 1 }.joined().map(\.identity))
  }

  fileprivate static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.elementsEqual(right.utf8)
  }
}

extension FolderChange {
  var changesFolder: Bool {
    !DirectoryPlanner.isSame(old.name, new.name)
      || !DirectoryPlanner.isSame(old.silo ?? "/", new.silo ?? "/")
      || !old.parents.elementsEqual(new.parents, by: DirectoryPlanner.isSame)
  }

  fileprivate func refused(_ reason: String) -> RefusedDirectory {
    RefusedDirectory(identity: identity, title: title, reason: reason)
  }
}
