import Identity
import Planning
import TestSupport
import Testing

/// Which folders follow their documents.
@Suite("Directory renames: what is planned")
struct DirectoryPlannerTests {
  /// What the shipped mappings write.
  private let shipped = "{root}/{project}/{silo}/{asset}/work/{task}/{app}"
  private let nested = "{root}/{project}/{hierarchy}/{asset}"

  private func plan(
    _ template: String?, from: String = "hulk", to: String = "hulk", _ documents: [FolderChange]
  ) -> DirectoryPlan {
    DirectoryPlanner.plan(
      template: template,
      project: ProjectFolderChange(
        identity: Identity(project: show, entity: show), title: "Hulk", old: from, new: to),
      documents: documents)
  }

  private func steps(_ plan: DirectoryPlan) -> [String] {
    #expect(plan.refused == [])
    return plan.renames.map { "\(short($0.from)) → \(short($0.to))" }
  }

  /// Temporary names hold an id.
  private func short(_ path: String) -> String {
    path.replacing(/moving_[0-9a-f]{24}/, with: "TEMP")
  }

  private func reasons(_ plan: DirectoryPlan) -> [String] {
    #expect(plan.renames == [])
    return plan.refused.map(\.reason)
  }

  private func change(
    _ number: Int, _ old: String, _ new: String, silo: (String?, String?) = ("assets", "assets"),
    parents: ([String], [String]) = ([], [])
  ) -> FolderChange {
    FolderChange(
      identity: identity(number), title: "Document \(number)",
      old: FolderValues(name: old, silo: silo.0, parents: parents.0),
      new: FolderValues(name: new, silo: silo.1, parents: parents.1))
  }

  @Test("The layout of the old Avalon Sync: root, project, silo, asset")
  func layout() {
    let plan = plan(shipped, [change(1, "bob", "bobby")])
    #expect(
      plan.renames == [
        DirectoryRename(
          identity: identity(1), title: "Document 1", from: "hulk/assets/bob",
          to: "hulk/assets/bobby")
      ])
    #expect(plan.refused == [])
  }

  @Test("A project's folder first, the rest inside the new one")
  func project() {
    #expect(
      steps(plan(shipped, from: "hulk", to: "she_hulk", [change(1, "bob", "bobby")])) == [
        "hulk → she_hulk", "she_hulk/assets/bob → she_hulk/assets/bobby",
      ])
    #expect(
      steps(plan("{root}/studio/p_{project}/{asset}", from: "a", to: "b", [])) == [
        "studio/p_a → studio/p_b"
      ])
    #expect(steps(plan("{root}/{silo}/{asset}", from: "a", to: "b", [])) == [])
  }

  @Test("A project's folder that is not its own alone is not moved")
  func sharedProjectFolder() {
    for template in [
      "{root}/{project}_{asset}", "{root}/{silo}/{project}/{asset}",
      "{root}/{project}/{silo}/{project}_{asset}",
    ] {
      #expect(
        reasons(plan(template, from: "a", to: "b", [])) == [
          "by the project's config.template.work no folder is the project's alone, so that none can "
            + "follow its name"
        ])
    }
  }

  @Test("A new silo moves the folder, a change of nothing that is a path moves none")
  func silo() {
    #expect(
      steps(plan(shipped, [change(1, "bob", "bob", silo: ("assets", "props"))])) == [
        "hulk/assets/bob → hulk/props/bob"
      ])
    #expect(steps(plan(shipped, [change(1, "bob", "bob", parents: (["a"], ["b"]))])) == [])
    #expect(steps(plan(nil, [change(1, "bob", "bob")])) == [])
    #expect(steps(plan("{task}", [change(1, "..", "..")])) == [])
  }

  @Test("What lies in a folder moves with it")
  func carried() {
    let documents = [
      change(1, "sh010", "sh010", parents: (["sq01"], ["sq02"])), change(2, "sq01", "sq02"),
      change(3, "sh020", "sh030", parents: (["sq01"], ["sq02"])),
    ]
    #expect(
      steps(plan(nested, documents)) == [
        "hulk/sq01 → hulk/sq02", "hulk/sq02/sh020 → hulk/sq02/sh030",
      ])
  }

  @Test("A document that stays is brought back from a folder that takes it along")
  func broughtBack() {
    let documents = [
      change(1, "sq01", "sq02"), change(2, "sh010", "sh010", parents: (["sq01"], ["sq01"])),
    ]
    #expect(
      steps(plan(nested, documents)) == [
        "hulk/sq01 → hulk/sq02", "hulk/sq02/sh010 → hulk/sq01/sh010",
      ])
  }

  @Test("A chain frees each name before it is taken")
  func chain() {
    #expect(
      steps(plan(shipped, [change(1, "a", "b"), change(2, "b", "c"), change(3, "c", "d")])) == [
        "hulk/assets/c → hulk/assets/d", "hulk/assets/b → hulk/assets/c",
        "hulk/assets/a → hulk/assets/b",
      ])
  }

  @Test("In a swap one steps aside, and belongs to nobody meanwhile")
  func swap() {
    let plan = plan(shipped, [change(1, "a", "b"), change(2, "b", "a")])
    #expect(
      steps(plan) == [
        "hulk/assets/b → hulk/assets/TEMP", "hulk/assets/a → hulk/assets/b",
        "hulk/assets/TEMP → hulk/assets/a",
      ])
    #expect(plan.renames.map(\.identity) == [nil, identity(1), identity(2)])
  }

  @Test("A parent and its child change places")
  func turnedOver() {
    let documents = [
      change(1, "a", "a", parents: ([], ["b"])), change(2, "b", "b", parents: (["a"], [])),
    ]
    #expect(steps(plan(nested, documents)) == ["hulk/a/b → hulk/b", "hulk/a → hulk/b/a"])
  }

  @Test("A folder moves into one that takes its place")
  func intoItsOwnPlace() {
    #expect(
      steps(plan(nested, [change(1, "a", "b", parents: ([], ["a"]))])) == [
        "hulk/a → hulk/TEMP", "hulk/TEMP → hulk/a/b",
      ])
    let documents = [change(1, "a", "b", parents: ([], ["a"])), change(2, "c", "a")]
    #expect(
      steps(plan(nested, documents)) == [
        "hulk/a → hulk/TEMP", "hulk/c → hulk/a", "hulk/TEMP → hulk/a/b",
      ])
  }

  @Test("A temporary name is no name that is in use")
  func temporaryName() {
    let taken = "moving_\(id(2))"
    let plan = plan(shipped, [change(1, "a", "b"), change(2, "b", "a"), change(3, taken, "c")])
    #expect(plan.renames.contains { $0.to == "hulk/assets/\(taken)_" })
  }

  @Test("Names are compared by their bytes, as the disk does")
  func bytes() {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    let plan = plan(shipped, [change(1, composed, decomposed)])
    #expect(plan.renames.count == 1)
    #expect(plan.renames.first.map { Array($0.to.utf8) } == Array("hulk/assets/\(decomposed)".utf8))
  }

  @Test("A name that would travel is refused, the others go on")
  func travel() {
    for (name, reason) in [
      ("..", "its name: '..' leads out of its folder"),
      ("a/b", "its name: 'a/b' leads into another folder ('/')"),
      (".hidden", "its name: '.hidden' begins with a dot: such a folder is hidden"),
      ("", "its name: an empty name is no folder"),
      ("a\u{0}b", "its name: a name with a NUL in it is cut there"),
      ("a/\u{301}b", "its name: 'a/\u{301}b' leads into another folder ('/')"),
    ] {
      for bad in [change(1, name, "bob"), change(1, "bob", name)] {
        let plan = plan(shipped, [bad, change(2, "a", "b")])
        #expect(
          plan.refused == [
            RefusedDirectory(identity: identity(1), title: "Document 1", reason: reason)
          ])
        #expect(plan.renames.map(\.to) == ["hulk/assets/b"])
      }
    }
    #expect(
      reasons(plan(shipped, [change(1, "a", "b", silo: (nil, "assets"))])) == ["it has no silo"])
    #expect(
      reasons(plan(shipped, [change(1, "a", "b", silo: ("assets", "../x"))])) == [
        "its silo: '../x' leads into another folder ('/')"
      ])
    #expect(
      reasons(plan(nested, [change(1, "a", "a", parents: ([], ["..", "etc"]))])) == [
        "its data.parents: '..' leads out of its folder"
      ])
    #expect(
      reasons(plan(shipped, from: "a", to: "..", [])) == [
        "the project's name: '..' leads out of its folder"
      ])
    #expect(
      reasons(plan("{root}/../{project}/{asset}", [change(1, "a", "b")])) == [
        "the folder's name: '..' leads out of its folder"
      ])
  }

  @Test("Two documents of one folder are both left")
  func shared() {
    let documents = [
      change(1, "a", "b", silo: ("assets", "assets")), change(2, "a", "c"), change(3, "d", "b"),
    ]
    let plan = plan(shipped, documents)
    #expect(plan.renames == [])
    #expect(
      plan.refused.map(\.reason) == [
        "its folder hulk/assets/a or hulk/assets/b is another document's too",
        "its folder hulk/assets/a or hulk/assets/c is another document's too",
        "its folder hulk/assets/d or hulk/assets/b is another document's too",
      ])
  }

  @Test(
    "A template that names no folder of a document",
    arguments: [
      (nil, "the project has no config.template.work"),
      ("", "the project's config.template.work does not begin with {root}/"),
      ("/mnt/{project}/{asset}", "the project's config.template.work does not begin with {root}/"),
      ("{root}{project}/{asset}", "the project's config.template.work does not begin with {root}/"),
      (
        "{root}/{project}/{silo}",
        "the project's config.template.work has no {asset}, so that no folder is a document's own"
      ),
      ("{root}/{project}/{asset", "the project's config.template.work has a '{' without a '}'"),
      (
        "{root}/{project}/a}b/{asset}", "the project's config.template.work has a '}' without a '{'"
      ),
      (
        "{root}/{project}\\{asset}",
        "the project's config.template.work has a '\\', which divides no path here"
      ),
      ("{root}/{project}/{user}/{asset}", unknown("user")),
      ("{root}/{project}/{asset:>8}", unknown("asset:>8")),
      ("{root}/{project}/{asset}_{task}", unknown("task")),
      ("{root}/{root}/{asset}", unknown("root")),
      ("{root}/{}/{asset}", unknown("")),
    ] as [(String?, String)])
  func unusable(template: String?, reason: String) {
    let plan = plan(template, [change(1, "a", "b")])
    #expect(plan.renames == [])
    #expect(plan.refused == [RefusedDirectory(identity: nil, title: "Hulk", reason: reason)])
  }

  @Test("Braces, double slashes and what comes later are read as Python and the disk read them")
  func templates() {
    for (template, folder) in [
      ("{root}/{{x}}/{asset}", "{x}/b"), ("{root}//{project}//{asset}//", "hulk/b"),
      ("{root}/{project}/{hierarchy}/{asset}", "hulk/b"),
      ("{root}/{silo}_{asset}.d/{task}/v{version:0>3}/{x", "assets_b.d"),
    ] {
      #expect(plan(template, [change(1, "a", "b")]).renames.map(\.to) == [folder])
    }
  }
}

private func unknown(_ placeholder: String) -> String {
  "the project's config.template.work has {\(placeholder)} in the path of a document's folder, where "
    + "only {root}/ at its start, {project}, {silo}, {hierarchy} and {asset} are known"
}
