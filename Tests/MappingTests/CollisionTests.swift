import BSON
import Identity
import Testing

@testable import Mapping

@Suite("Names: collisions")
struct CollisionTests {
  /// Evaluates assets by the shipped mapping: the name in Kitsu and, where there is a document
  /// already, its name in Avalon.
  private func assets(
    _ assets: [(kitsu: String, avalon: String?)], taken: [String: String] = [:]
  ) throws -> (evaluation: Evaluation, ids: [String]) {
    var show = Show()
    let ids = assets.map { show.add(.asset, $0.kitsu) }
    var known: [String: String] = [:]
    for (id, asset) in zip(ids, assets) { known[id] = asset.avalon }
    var facts = try facts(known)
    facts.taken = taken
    return (try evaluate(try shipped(), show, facts), ids)
  }

  @Test("Where nobody has the name, all newcomers are held")
  func newcomers() throws {
    let (evaluation, ids) = try assets([("Big Bob", nil), ("big-bob", nil), ("Other", nil)])
    #expect(evaluation.names[ids[2]] == "other" && evaluation.names.count == 2)
    #expect(
      evaluation.held(ids[0])?.reason == "the name 'big_bob' is also that of asset 'big-bob'")
    #expect(
      evaluation.held(ids[1])?.reason == "the name 'big_bob' is also that of asset 'Big Bob'")
  }

  @Test("Who has the name keeps it, a newcomer is held")
  func incumbent() throws {
    let (evaluation, ids) = try assets([("Bob", "bob"), ("BOB", nil), ("bob!", nil)])
    #expect(evaluation.names[ids[0]] == "bob")
    #expect(try evaluation.document(ids[0]).nameHold == nil)
    #expect(Set(evaluation.held.map { $0.identity.entity.description }) == [ids[1], ids[2]])
    #expect(
      evaluation.held(ids[1])?.reason
        == "the name 'bob' is also that of asset 'Bob' and asset 'bob!'")
  }

  @Test("A rename to a name that is taken is held; everything else of the document goes on")
  func rename() throws {
    let (evaluation, ids) = try assets([("Bob", "bob"), ("bob.", "alice")])
    let made = try evaluation.document(ids[1])
    #expect(made.name == "alice" && made.document["name"] == .string("alice"))
    #expect(
      made.nameHold
        == NameHold(
          wanted: "bob", why: FixedName("the name 'bob' is also that of asset 'Bob'")))
    #expect(made.document[path: ["data", "label"]] == .string("bob."))
    #expect(evaluation.held.isEmpty)
  }

  @Test("Names may be swapped, passed on and taken when freed")
  func exchanges() throws {
    let swap = try assets([("Alice", "bob"), ("Bob", "alice")])
    #expect(swap.evaluation.names.values.sorted() == ["alice", "bob", "show"])
    #expect(swap.ids.map { swap.evaluation.names[$0] } == ["alice", "bob"])
    let circle = try assets([("B", "a"), ("C", "b"), ("A", "c")])
    #expect(circle.ids.map { circle.evaluation.names[$0] } == ["b", "c", "a"])
    let freed = try assets([("Carl", "bob"), ("Bob", nil)])
    #expect(freed.ids.map { freed.evaluation.names[$0] } == ["carl", "bob"])
    for evaluation in [swap.evaluation, circle.evaluation, freed.evaluation] {
      #expect(evaluation.held.isEmpty && evaluation.documents.allSatisfy { $0.nameHold == nil })
    }
  }

  @Test("A hold can cause others, until nothing changes any more")
  func fixpoint() throws {
    // c keeps 'three', so b cannot have it and keeps 'two', so a keeps 'one', so d has to wait.
    let (evaluation, ids) = try assets([
      ("Two", "one"), ("Three.", "two"), ("Three", "three"), ("One", nil),
    ])
    #expect(ids.prefix(3).map { evaluation.names[$0] } == ["one", "two", "three"])
    #expect(try evaluation.document(ids[0]).nameHold?.wanted == "two")
    #expect(try evaluation.document(ids[1]).nameHold?.wanted == "three")
    #expect(try evaluation.document(ids[2]).nameHold == nil)
    #expect(evaluation.held(ids[3])?.reason == "the name 'one' is also that of asset 'Two'")
  }

  @Test("Of thousands that want one name all are held, each with the first of the others")
  func thousands() throws {
    let (evaluation, ids) = try assets((0..<3000).map { _ in ("Bob", nil) })
    #expect(evaluation.held.count == 3000)
    let bob = "asset 'Bob'"
    #expect(
      evaluation.held(ids[0])?.reason
        == "the name 'bob' is also that of \(bob) and \(bob) and \(bob) and 2996 more")
  }

  @Test("The name of another's document is not taken")
  func foreign() throws {
    let (evaluation, ids) = try assets(
      [("Bob", nil), ("Alice", "old")],
      taken: ["bob": "the document 1, which is not ours", "alice": "another"])
    #expect(
      evaluation.held(ids[0])?.reason
        == "the name 'bob' is also that of the document 1, which is not ours")
    #expect(evaluation.names[ids[1]] == "old")
  }

  @Test("A document without its link is known by its id")
  func unlinked() throws {
    var show = Show()
    let bob = show.add(.asset, "Bob")
    var facts = AvalonFacts()
    let id = try Show.identity(bob).derivedID
    facts.unlinked[id] = "bob"
    facts.taken["bob"] = "the document \(id), which is not ours"
    let evaluation = try evaluate(try shipped(), show, facts)
    #expect(evaluation.names[bob] == "bob" && evaluation.held.isEmpty)
  }

  @Test("A document whose entity is no longer mapped keeps its name")
  func gone() throws {
    var show = Show()
    let cancelled = show.add(.asset, "Bob", #""canceled": true"#)
    let next = show.add(.asset, "Bob")
    let gone = "99999999-0000-4000-8000-000000000000"
    let third = show.add(.asset, "Carl")
    let evaluation = try evaluate(
      try shipped(), show, try facts([cancelled: "bob", gone: "carl"]))
    let id = try Show.identity(cancelled).derivedID
    #expect(
      evaluation.held(next)?.reason
        == "the name 'bob' is also that of the document \(id), whose entity is no longer in Kitsu or "
        + "no longer mapped")
    #expect(
      evaluation.held(next)?.remedy
        == "let it take that document over: avalon-sync link \(next) \(id); or rename it in Kitsu")
    #expect(evaluation.held(third) != nil)
  }

  @Test("Kinds share one space of names, the project stands apart")
  func kinds() throws {
    var show = Show()
    let asset = show.add(.asset, "E01")
    let episode = show.add(.episode, "E01")
    let likeProject = show.add(.asset, "Show")
    let evaluation = try evaluate(try shipped(), show)
    #expect(evaluation.held(asset)?.reason == "the name 'e01' is also that of episode 'E01'")
    #expect(evaluation.held(episode)?.reason == "the name 'e01' is also that of asset 'E01'")
    #expect(evaluation.names[likeProject] == "show" && evaluation.names[Show.projectID] == "show")
  }

  @Test("Children of a held newcomer wait; those of a held rename follow the name that it keeps")
  func children() throws {
    var show = Show()
    let one = show.add(.sequence, "SQ 01")
    let other = show.add(.sequence, "sq-01")
    let shot = show.add(.shot, "SH010", in: other)
    let fresh = try evaluate(try shipped(), show)
    #expect(fresh.held(one) != nil && fresh.held(other) != nil)
    let reason = try #require(fresh.held(shot)?.reason)
    #expect(reason.hasPrefix("the sequence 'sq-01' that it stands on is held (avalon.yaml:"))
    #expect(fresh.held(shot)?.title == "sq-01 / SH010")

    let later = try evaluate(try shipped(), show, try facts([one: "sq_01", other: "old"]))
    #expect(later.names[other] == "old" && later.names[shot] == "old_sh010")
    let parents = try later.document(shot).document[path: ["data", "parents"]]
    #expect(parents == (try list(#"["old"]"#)))
  }

  @Test("An entity that a list holds twice makes one document")
  func doubledEntity() throws {
    var show = Show()
    let bob = show.add(.asset, "Bob")
    show.add(.asset, id: bob, "Bob")
    let evaluation = try evaluate(try shipped(), show)
    #expect(evaluation.names[bob] == "bob" && evaluation.held.isEmpty)
    #expect(evaluation.documents.count == 2)
  }
}
