import BSON
import Testing

@testable import Identity

private let project = "b7a8db3b-dec7-557b-8a78-9792211a384e"
private let episode = "0ed48d86-4556-524a-9493-1b7710833f63"

@Suite("Entity ids")
struct EntityIDTests {
  @Test("Ids are read in either case and printed in lower case")
  func text() throws {
    let id = try #require(EntityID(episode))
    #expect(id.description == episode)
    #expect(EntityID(episode.uppercased()) == id)
    #expect(id.bytes.count == 16 && id.bytes.first == 0x0E && id.bytes.last == 0x63)
    #expect(
      EntityID("00000000-0000-0000-0000-000000000000")?.bytes == Array(repeating: 0, count: 16))
  }

  @Test(
    "What is no UUID is no id",
    arguments: [
      "", "None", "null", "main", "0ed48d864556524a94931b7710833f63",
      "0ed48d86-4556-524a-9493-1b7710833f6", "0ed48d86-4556-524a-9493-1b7710833f633",
      "0ed48d86-4556-524a-9493-1b7710833f6g", "0ed48d86_4556-524a-9493-1b7710833f63",
      "0ed48d8-64556-524a-9493-1b7710833f63", "0ed48d86-4556-524a-9493-1b7710833é3",
      " ed48d86-4556-524a-9493-1b7710833f63", "------------------------------------",
    ])
  func noID(text: String) throws {
    #expect(EntityID(text) == nil)
    let document = DocumentWriter.document { $0.append("id", text) }
    #expect(EntityID(document.element("id")) == nil && EntityID(document["id"]) == nil)
  }

  @Test("Only a text holds an id")
  func elements() throws {
    let document = try JSON.document(#"{"id": "\#(episode)", "n": 5, "l": [], "z": null}"#)
    #expect(EntityID(document.element("id"))?.description == episode)
    #expect(EntityID(document["id"])?.description == episode)
    for name: FieldName in ["n", "l", "z", "missing"] {
      #expect(EntityID(document.element(name)) == nil && EntityID(document[name]) == nil)
    }
  }

  @Test("Ids are ordered as their texts are")
  func order() throws {
    let texts = [
      project, episode, "0ed48d86-4556-524a-9493-1b7710833f62",
      "ffffffff-0000-0000-0000-000000000000",
    ]
    let ids = try texts.map { try #require(EntityID($0)) }
    #expect(ids.sorted().map(\.description) == texts.sorted())
  }
}

/// These must never change: they are the `_id` of every document that was ever written.
@Suite("Derived ids")
struct DerivedIDTests {
  @Test(
    "SHA-256 over the namespace and the identity, computed with Python's hashlib",
    arguments: [
      (project, "", "aff7f8f861fe982fb733dc2f"), (episode, "", "97249d48e661aa42d7e48574"),
      (episode, "layout", "07b965dea37297c2f62f010c"),
      (episode, "été", "3b85c08d1625cf168557b2bc"),
    ])
  func vectors(entity: String, facet: String, expected: String) throws {
    let identity = try identity(entity, facet)
    #expect(identity.derivedID.description == expected)
    #expect(try self.identity(entity.uppercased(), facet).derivedID == identity.derivedID)
  }

  @Test("Every part of an identity counts")
  func parts() throws {
    let all = try [(project, ""), (episode, ""), (episode, "a"), (episode, "b")].map {
      try identity($0.0, $0.1)
    }
    let other = Identity(
      project: try #require(EntityID(episode)), entity: try #require(EntityID(project)))
    #expect(Set((all + [other]).map(\.derivedID)).count == 5)
  }

  @Test("Identities are ordered by project, entity and facet")
  func order() throws {
    let sorted = try [identity(episode, ""), identity(episode, "a"), identity(project, "")]
    #expect(sorted.reversed().sorted() == sorted)
  }

  private func identity(_ entity: String, _ facet: String) throws -> Identity {
    Identity(
      project: try #require(EntityID(project)), entity: try #require(EntityID(entity)),
      facet: facet)
  }
}

@Suite("Links")
struct LinkTests {
  private static func document(_ link: Link) -> Document {
    DocumentWriter.document { writer in
      writer.beginDocument("data")
      writer.beginDocument(Link.field)
      for field in link.fields { writer.append(field.name, field.text) }
      writer.end()
      writer.end()
    }
  }

  @Test(
    "A link is read back from the document that holds it",
    arguments: [
      [:], ["data.tasks": ["anim", "layout"]], ["data.tasks": []],
      ["config.tasks": ["a \"b\"", "é"], "data.tasks": ["x"]],
    ] as [[String: [String]]])
  func roundTrip(items: [String: [String]]) throws {
    let entity = try #require(EntityID(episode))
    for facet in ["", "layout"] {
      let link = Link(entity: entity, facet: facet, owner: "studio", items: items)
      #expect(Link(of: LinkTests.document(link)) == link)
    }
  }

  @Test("Equal items are equal text, and all fields are texts")
  func fields() throws {
    let entity = try #require(EntityID(episode))
    let one = Link(entity: entity, facet: "", owner: "o", items: ["b": ["y", "x"], "a": ["z"]])
    let other = Link(entity: entity, facet: "", owner: "o", items: ["a": ["z"], "b": ["x", "y"]])
    #expect(one.fields.map(\.text) == other.fields.map(\.text))
    #expect(one.fields.map(\.name) == ["id", "facet", "owner", "items"])
    #expect(one.fields.last?.text == #"{"a":["z"],"b":["x","y"]}"#)
    #expect(Link(entity: entity, facet: "", owner: "o", items: [:]).fields.count == 3)
  }

  @Test(
    "A damaged link is none",
    arguments: [
      "{}", #"{"data": null}"#, #"{"data": []}"#, #"{"data": {}}"#, #"{"data": {"kitsu": "x"}}"#,
      #"{"data": {"kitsu": {}}}"#, #"{"data": {"kitsu": {"id": 5, "facet": ""}}}"#,
      #"{"data": {"kitsu": {"id": "nope", "facet": ""}}}"#,
      #"{"data": {"kitsu": {"id": "0ed48d86-4556-524a-9493-1b7710833f63", "facet": 1}}}"#,
      #"{"kitsu": {"id": "0ed48d86-4556-524a-9493-1b7710833f63"}}"#,
    ])
  func damaged(text: String) throws {
    #expect(Link(of: try JSON.document(text)) == nil)
  }

  @Test(
    "Unreadable items count as none",
    arguments: [
      "null", "5", #""""#, #""{""#, #""[]""#, #""{\"a\": 1} x""#, #"{"a": ["x"]}"#,
    ])
  func damagedItems(items: String) throws {
    let text = #"{"data": {"kitsu": {"id": "\#(episode)", "items": \#(items)}}}"#
    let link = try #require(Link(of: try JSON.document(text)))
    #expect(link.items.isEmpty && link.facet.isEmpty && link.owner.isEmpty)
  }

  @Test("Items that are no texts are left out")
  func oddItems() throws {
    let items = #""{\"a\": [1, \"x\", null], \"b\": 5}""#
    let text = #"{"data": {"kitsu": {"id": "\#(episode)", "items": \#(items)}}}"#
    #expect(Link(of: try JSON.document(text))?.items == ["a": ["x"], "b": []])
  }
}
