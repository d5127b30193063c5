import BSON
import TestSupport
import Testing

@testable import Mapping

@Suite("Casting and lists of a project")
struct CastingTests {
  private static let mapping = """
    apiVersion: avalon-sync/v1
    kind: Mapping
    rules:
      project:
        from: project
        name: p
        document:
          type: project
          data:
            assets: "${project.assets | map(a, a.name)}"
            types: "${project.asset_types | map(t, t.name)}"
            all: "${studio.asset_types | map(t, t.name)}"
      shot:
        from: shot
        name: ${shot.name}
        document:
          type: asset
          data:
            cast:
              $each: shot.casting | sort(c, c.asset.name)
              as: c
              value: {asset: '${c.asset.avalon.name}', id: {$ref: c.asset}, count: '${c.count}', label: '${c.label}'}
      asset:
        from: asset
        name: ${asset.name}
        document:
          type: asset
          data: {usedIn: "${asset.cast_in | map(c, c.entity.name) | sort}"}
    """

  @Test("What is in a shot, with counts, and the reverse")
  func casting() throws {
    var show = Show()
    let bob = show.add(.asset, "bob")
    let ann = show.add(.asset, "ann")
    let shot = show.add(.shot, "A")
    let other = show.add(.shot, "B")
    show.cast(bob, in: shot, count: 3, label: "fixed")
    show.cast(ann, in: shot)
    show.cast(bob, in: other)
    // Shared from another project.
    show.cast("00000000-0000-4000-8000-0000000000ff", in: other)
    let mapping = try compile(CastingTests.mapping)
    #expect(mapping.needs.casting && mapping.needs.kinds.isSuperset(of: [.shot, .asset]))
    let evaluation = try evaluate(mapping, show)
    #expect(evaluation.held.isEmpty)
    let made = try evaluation.document(shot)
    #expect(made.heldFields == [])
    let cast = try #require(made.document[path: ["data", "cast"]]?.array)
    let annID = try evaluation.document(ann).id
    let bobID = try evaluation.document(bob).id
    #expect(
      JSONText.write(cast)
        == JSONText.write(
          try JSON.document(
            #"{"0": {"asset": "ann", "id": {"$oid": "\#(annID)"}, "count": 1}, "#
              + #""1": {"asset": "bob", "id": {"$oid": "\#(bobID)"}, "count": 3, "label": "fixed"}}"#
          ))
        || cast.map { $0.document?["count"] } == [.int(1), .int(3)])
    #expect(cast.map { $0.document?["id"] } == [.objectID(annID), .objectID(bobID)])
    #expect(cast.map { $0.document?["label"] } == [nil, .string("fixed")])
    let shared = try #require(
      try evaluation.document(other).document[path: ["data", "cast"]]?.array)
    #expect(shared.map { $0.document?["asset"] } == [.string("bob"), nil])
    #expect(
      try evaluation.document(bob).document[path: ["data", "usedIn"]] == (try list(#"["A", "B"]"#)))
    #expect(
      try evaluation.document(ann).document[path: ["data", "usedIn"]] == (try list(#"["A"]"#)))
  }

  @Test("Casting that may not be seen holds its field: it is not taken for empty")
  func unseen() throws {
    var show = Show()
    show.showsCasting = false
    let shot = show.add(.shot, "A")
    let made = try evaluate(try compile(CastingTests.mapping), show).document(shot)
    #expect(made.heldFields.map(\.path.description) == ["data.cast"])
    #expect(made.heldFields[0].reason.contains("casting was not read"))
  }

  @Test("A mapping without casting does not ask for it")
  func needs() throws {
    #expect(try !shipped().needs.casting)
  }

  @Test("Lists of a project and of the studio have an order of their own")
  func lists() throws {
    var show = Show()
    let prop = show.addAssetType("Prop")
    _ = show.addAssetType("Character")
    _ = show.addAssetType("Shot")
    _ = show.add(.asset, "zoe")
    _ = show.add(.asset, "bob")
    show.projectFields += #", "asset_types": ["\#(prop)"]"#
    let made = try evaluate(try compile(CastingTests.mapping), show).document(Show.projectID)
    #expect(made.document[path: ["data", "assets"]] == (try list(#"["bob", "zoe"]"#)))
    #expect(made.document[path: ["data", "types"]] == (try list(#"["Prop"]"#)))
    #expect(made.document[path: ["data", "all"]] == (try list(#"["Character", "Prop"]"#)))
  }

  @Test("A metadata field that is misspelt is told; one that is absent is not")
  func metadata() throws {
    var show = Show()
    _ = show.add(.shot, "A", #""data": {"handles": 5}"#)
    show.addDescriptor("camera_move", of: "Shot")
    show.addDescriptor("camera_mode", of: "Asset")
    let mapping = try compile(
      shotMapping(
        data: "{a: '${shot.data.camera_mov}', b: '${shot.data.other}', c: '${shot.data.handles}', "
          + "d: '${shot.data.camera_move}', e: '${shot.data.camera_mov}'}"))
    let warnings = try evaluate(mapping, show).warnings
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.hasSuffix(
        ": Kitsu has no shot metadata 'camera_mov': did you mean 'camera_move'?") == true)
  }
}
