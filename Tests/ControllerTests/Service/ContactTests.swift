import Testing

@testable import Controller

@Suite("Whether Kitsu and Avalon can be reached") struct ContactTests {
  @Test("One database's answers say nothing of another's") func databases() {
    var contact = Contact()
    contact.reached(.kitsu, at: 1)
    let isNew = contact.lost(.avalon, "old", "no answer", at: 2)
    contact.reached(.avalon, "new", at: 3)
    #expect(!contact.isComplete)
    let isNewAgain = contact.lost(.avalon, "old", "no answer", at: 4)
    #expect(isNew && !isNewAgain)
    #expect(contact.losses.values.first == Contact.Loss(since: 2, message: "no answer", count: 2))
    contact.reached(.avalon, "old", at: 5)
    #expect(contact.isComplete)
  }

  @Test("Of a database that no project is in any more nobody waits for an answer") func gone() {
    var contact = Contact()
    contact.reached(.kitsu, at: 1)
    contact.reached(.avalon, "new", at: 1)
    _ = contact.lost(.avalon, "old", "no answer", at: 2)
    contact.forget(.avalon, besides: ["new"])
    #expect(contact.isComplete)
  }

  @Test("What one project has is told once, and is no loss") func troubles() {
    var contact = Contact()
    contact.reached(.kitsu, at: 1)
    contact.reached(.avalon, at: 1)
    let first = contact.isTroubled("project Gulls", "not allowed")
    let second = contact.isTroubled("project Gulls", "not allowed")
    contact.isWell("project Gulls")
    let third = contact.isTroubled("project Gulls", "not allowed")
    #expect(first && !second && third && contact.isComplete)
  }
}
