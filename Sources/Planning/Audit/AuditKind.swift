/// The kinds of damage, what breaks most first. Which reader breaks is domain.md 1.6, as measured.
package enum AuditKind: String, Sendable, CaseIterable {
  case twoProjects = "two-projects"
  case noProject = "no-project"
  case projectName = "project-name"
  case noData = "no-data"
  case nullSilo = "null-silo"
  case noSilo = "no-silo"
  case doubledName = "doubled-name"
  case caseOnly = "name-case"
  case invalidName = "invalid-name"
  case unsafeName = "unsafe-name"
  case foreignParent = "foreign-parent"
  case visualParentType = "visual-parent-type"
  case visualParentMissing = "visual-parent-missing"
  case visualParentNoAsset = "visual-parent-no-asset"
  case visualParentArchived = "visual-parent-archived"
  case visualParentCircle = "visual-parent-circle"
  case staleDataName = "data-name-stale"
  case dataName = "data-name"
  case dataID = "data-id"
  case mixedTasks = "tasks-mixed"
  case doubledTask = "task-doubled"
  case unknownTask = "task-unknown"
  case noParents = "no-parents"
  case projectList = "project-list"
  case unloadable = "unloadable"
  case doubledEntity = "doubled-entity"
  case lostSubsets = "lost-subsets"
}

extension AuditKind {
  /// What it is.
  package var title: String {
    switch self {
    case .twoProjects: "more than one project document in a collection"
    case .noProject: "assets, and no project document"
    case .projectName: "a project document that is not named like its collection"
    case .noData: "`data` is missing or no map"
    case .nullSilo: "a `silo` that is no text, beside others that are"
    case .noSilo: "an asset without `silo`, beside others that have one"
    case .doubledName: "assets of one name"
    case .caseOnly: "assets whose names differ in capitals only"
    case .invalidName: "a name that Avalon's schema refuses"
    case .unsafeName: "a name that has more than letters, digits and _"
    case .foreignParent: "`parent` is not the `_id` of the project document"
    case .visualParentType: "`data.visualParent` is no ObjectId"
    case .visualParentMissing: "`data.visualParent` names no document"
    case .visualParentNoAsset: "`data.visualParent` names a document that is no asset"
    case .visualParentArchived: "`data.visualParent` names an archived asset"
    case .visualParentCircle: "`data.visualParent` leads in a circle"
    case .staleDataName: "`data.name` is another name than the document's"
    case .dataName: "`data.name` repeats the document's name"
    case .dataID: "an `_id` inside `data`"
    case .mixedTasks: "`data.tasks` is a map, as OpenPype writes it, beside lists"
    case .doubledTask: "a task that stands twice in `data.tasks`"
    case .unknownTask: "a task that is not in the project's `config.tasks`"
    case .noParents: "no `data.parents`, in a project without {silo} in its templates"
    case .projectList: "a list in the project's `data`"
    case .unloadable: "an ObjectId or a date in `data`"
    case .doubledEntity: "two documents for one entity of Kitsu"
    case .lostSubsets: "subsets under an asset that is gone"
    }
  }

  /// What breaks, and for whom.
  package var breaks: String {
    switch self {
    case .twoProjects:
      "all tools take the one that MongoDB gives first; the Launcher does not show assets under another one"
    case .noProject: "the Launcher does not list the project, so that nobody can work in it"
    case .projectName:
      "the Launcher opens the collection of the document's name: the project is empty there, or another one"
    case .noData: "the Launcher stops with KeyError 'data'; Avalon's schema refuses the document"
    case .nullSilo:
      "the Launcher cannot open the project: it sorts the silos and stops with a TypeError"
    case .noSilo:
      "the Launcher does not show it; `inventory --load` and Maya's compatibility update stop with KeyError 'silo'"
    case .doubledName:
      "sessions, Workfiles and publishing find an asset by its name: they get one or the other"
    case .caseOnly:
      "their folders are one folder on Windows and macOS, and files overwrite each other"
    case .invalidName:
      "`io.insert_one` and all that validates stop at the document; the name is part of every path"
    case .unsafeName:
      "sessions warn at each start, as session-2.0 takes letters, digits and _ only; OpenPype refuses such projects"
    case .foreignParent: "the Launcher does not show it, `inventory --load` leaves it out"
    case .visualParentType, .visualParentMissing, .visualParentNoAsset, .visualParentArchived,
      .visualParentCircle:
      "Loader, Workfiles and project manager show neither the asset nor what is under it"
    case .staleDataName:
      "the Launcher takes `data.name`: sessions of an asset fail with \"Asset must exist\", a project opens another collection"
    case .dataName:
      "nothing yet; a rename that leaves it behind makes the Launcher start with the old name"
    case .dataID: "the Launcher takes it for the document's own `_id`, and finds nothing under it"
    case .mixedTasks:
      "Loader and Workfiles stop with a TypeError when two of these assets with a task in common are chosen"
    case .doubledTask: "Launcher and Workfiles show it twice"
    case .unknownTask: "the Launcher shows it without label, icon and group"
    case .noParents:
      "the project manager stops with a KeyError when a child is made under it; its {hierarchy} is empty"
    case .projectList: "`inventory --save` takes the list for a silo and stops"
    case .unloadable: "`inventory --load` stops, as TOML has no such value"
    case .doubledEntity:
      "artists see the entity twice, and publish to either; Avalon Sync holds it, as it does not guess"
    case .lostSubsets:
      "Loader does not show them, and scenes that hold them fail with a ValueError on update"
    }
  }

  /// What mends it: a command of ours where one does, else by hand.
  package var remedy: String {
    switch self {
    case .twoProjects:
      "by hand: keep the one that most assets name in `parent`, give the others' assets its `_id` as `parent`, then delete the others"
    case .noProject:
      "`avalon-sync apply` makes one where a production of Kitsu has this collection; else by hand: insert one, or drop the collection"
    case .projectName:
      "`avalon-sync apply` ends a rename that it began; else by hand: give the document the collection's name"
    case .noData: "by hand: set `data` to {}; `avalon-sync apply` then fills it"
    case .nullSilo, .noSilo:
      "`avalon-sync apply` writes the silo of what is in Kitsu, once it is adopted; else by hand: set it to a text"
    case .doubledName:
      "by hand: give the subsets of one the other's `_id` as `parent`, then set its `type` to archived_asset"
    case .caseOnly, .invalidName, .unsafeName:
      "correct the name in Kitsu: `avalon-sync plan` then shows the rename; what is not in Kitsu is renamed by hand"
    case .foreignParent:
      "`avalon-sync apply` writes it for what is in Kitsu, once it is adopted; else by hand: set it to the project's `_id`"
    case .visualParentType, .visualParentMissing, .visualParentNoAsset, .visualParentCircle:
      "`avalon-sync apply` writes it for what is in Kitsu, once it is adopted; else by hand: set it to an asset's `_id`, or to null"
    case .visualParentArchived:
      "by hand: set the parent's `type` back to asset, or `data.visualParent` to another asset's `_id`"
    case .staleDataName, .dataID: "by hand: unset it"
    case .dataName: "nothing to do before a rename; who renames by hand unsets it"
    case .mixedTasks:
      "by hand: make the map a list of its keys; or keep OpenPype's projects in a database of their own"
    case .doubledTask: "by hand: write the list with each task once"
    case .unknownTask:
      "`avalon-sync apply` adds Kitsu's task types to `config.tasks`; others are added by hand"
    case .noParents:
      "`avalon-sync apply` writes it for what is in Kitsu, once it is adopted; else by hand: set it to the list of the ancestors' labels"
    case .projectList: "by hand: write it as a map or a text"
    case .unloadable: "by hand: write the id or the date as a text"
    case .doubledEntity:
      "by hand: give the subsets of one the other's `_id` as `parent`, then delete the Kitsu id in its `data`"
    case .lostSubsets:
      "by hand: insert the asset again with this `_id` (from a backup), or delete the subsets with what is under them"
    }
  }
}
