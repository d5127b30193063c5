import BSON
import Identity
import Mapping
import TestSupport
import Testing

/// What holds for the names that the shipped mappings make, whatever stands in Kitsu.
@Suite("The names of the shipped mappings")
struct ShippedNameTests {
  /// The schemas' patterns, without the empty name that they let pass.
  private static func isValid(_ name: String, dots: Bool) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        case UInt8(ascii: "."): dots
        default: false
        }
      }
  }

  /// The names of the project, an asset, and a shot in a sequence.
  private func names(
    _ mapping: CompiledMapping, _ name: String
  ) throws -> (project: String?, asset: String?, shot: String?) {
    var show = Show()
    show.projectFields = #""name": \#(JSONText.quote(name)), "data": {}"#
    let type = show.addAssetType("Type of asset")
    let asset = show.add(.asset, name, in: nil, #""asset_type_id": "\#(type)""#)
    let sequence = show.add(.sequence, "SQ")
    let shot = show.add(.shot, name, in: sequence)
    let names = try evaluate(mapping, show).names(of: [Show.projectID, asset, shot])
    return (names[0], names[1], names[2])
  }

  @Test(
    "They match, and are made of themselves once more", arguments: ShippedMappingTests.names)
  func stable(_ name: String) throws {
    let mapping = try shipped(name)
    var random = SeededRandom(11)
    var madeCount = 0
    for _ in 0..<400 {
      let kitsu = random.text(upTo: 24)
      let made = try names(mapping, kitsu)
      let dots = name != "avalon.yaml"
      for made in [made.asset, made.shot].compactMap({ $0 }) {
        #expect(ShippedNameTests.isValid(made, dots: dots), "\(kitsu.debugDescription): \(made)")
      }
      if let project = made.project {
        #expect(ShippedNameTests.isValid(project, dots: name == "avalon-sync.yaml"))
        #expect(try names(mapping, project).project == project, "\(kitsu.debugDescription)")
      }
      if let asset = made.asset {
        madeCount += 1
        #expect(try names(mapping, asset).asset == asset, "\(kitsu.debugDescription)")
      }
    }
    #expect(madeCount > 300)
  }

  @Test("Names that the old Avalon Sync could write are the ones that it wrote")
  func oldNames() throws {
    let mapping = try shipped("avalon-sync.yaml")
    var random = SeededRandom(12)
    let characters = Array("abzABZ019_. ")
    for _ in 0..<400 {
      let kitsu = "x" + String((0..<random.below(12)).map { _ in random.pick(characters) }) + "y"
      let old = kitsu.replacing(" ", with: "_").lowercased()
      let made = try names(mapping, kitsu)
      #expect(made.asset == old && made.shot == "sq_\(old)")
      // MongoDB took no collection with two dots in a row.
      #expect(made.project == old.replacing(/\.+/, with: "."))
    }
  }

  @Test("Names that OpenPype took are the ones that it wrote")
  func openPypeNames() throws {
    let mapping = try shipped("openpype.yaml")
    var random = SeededRandom(13)
    let characters = Array("abzABZ019_.")
    for _ in 0..<400 {
      let kitsu = "x" + String((0..<random.below(12)).map { _ in random.pick(characters) })
      let made = try names(mapping, kitsu)
      #expect(made.asset == kitsu && made.shot == "SQ_\(kitsu)")
    }
  }
}

extension Evaluation {
  /// The names of main documents; nil where an entity has none.
  fileprivate func names(of entities: [String]) -> [String?] {
    let names = Dictionary(
      documents.filter { $0.identity.facet.isEmpty }.map {
        ($0.identity.entity.description, $0.name)
      }
    ) { first, _ in first }
    return entities.map { names[$0] }
  }
}
