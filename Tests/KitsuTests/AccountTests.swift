import BSON
import Foundation
import Identity
import Mapping
import TestSupport
import Testing

@testable import Kitsu

@Suite("Accounts on the real Kitsu", .enabled(if: KitsuStack.isAvailable))
struct AccountTests {
  @Test("The address works with and without /api, and at a bare Zou")
  func addressForms() async throws {
    let bare = String(KitsuStack.url.dropLast("/api".count))
    for (address, base) in [
      (KitsuStack.url, KitsuStack.url), (bare, KitsuStack.url), (bare + "/", KitsuStack.url),
      (KitsuStack.directURL, KitsuStack.directURL),
      (KitsuStack.directURL + "/api", KitsuStack.directURL),
    ] {
      let kitsu = try server(address)
      let description = try await kitsu.describe()
      #expect(description.address == base)
      #expect(description.name == "Zou" && description.version == KitsuStack.version)
      #expect(description.role == "admin")
      await kitsu.close()
    }
  }

  @Test("A wrong password and an unknown account are told with the settings to check")
  func wrongPassword() async throws {
    let studio = try await KitsuStudio.shared.value
    var person = try await studio.createPerson(role: "manager")
    let right = person.password
    for wrong in [(person.email, "wrong"), ("nobody-\(person.email)", right)] {
      person = .init(id: person.id, email: wrong.0, password: wrong.1)
      let kitsu = try server(as: person)
      let error = try await failure { () throws(KitsuError) in try await kitsu.describe() }
      #expect(error.code == .wrongCredentials)
      #expect("\(error)".contains("GAZU_PASSWD") && !"\(error)".contains(right))
      #expect(!error.isRetryable)
    }
  }

  @Test("A wrong password is tried once, however often is asked: else the account would be locked")
  func wrongAgain() async throws {
    let studio = try await KitsuStudio.shared.value
    let person = try await studio.createPerson(role: "manager")
    let recorder = try proxy { _ in .pass }
    var wrong = settings(recorder.address)
    wrong.credentials = .password(email: person.email, Secret("wrong"))
    let kitsu = try KitsuServer(wrong)
    for _ in 0..<8 {
      let error = try await failure { () throws(KitsuError) in try await kitsu.describe() }
      #expect(error.code == .wrongCredentials)
    }
    #expect(recorder.count("/auth/login") == 1)
    // Whoever knows it comes in.
    _ = try await server(as: person).describe()
  }

  @Test("An account locked after wrong passwords says so")
  func locked() async throws {
    let studio = try await KitsuStudio.shared.value
    let person = try await studio.createPerson(role: "manager")
    let wrong = KitsuStudio.Person(id: person.id, email: person.email, password: "wrong")
    var last: KitsuError?
    for _ in 0..<7 {
      let kitsu = try server(as: wrong)
      last = try await failure { () throws(KitsuError) in try await kitsu.describe() }
    }
    #expect(last?.code == .locked)
  }

  @Test("A bot's token reads; a disabled bot is told so")
  func bot() async throws {
    let show = try await SmallShow.make()
    let bot = try await show.studio.createBot(role: "manager", team: show.project)
    var botSettings = settings()
    botSettings.credentials = .token(Secret(bot.token))
    let kitsu = try KitsuServer(botSettings)
    #expect(try await kitsu.describe().role == "manager")
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    #expect(reading.names(.shot) == ["SH010"])
    try await show.studio.put("/data/persons/\(bot.id)", ["active": false])
    let error = try await failure { () throws(KitsuError) in try await kitsu.projects() }
    #expect(error.code == .unauthorised)
    #expect("\(error)".contains("bot") && !"\(error)".contains(bot.token))
  }

  @Test("A token that is none is refused without a word of it")
  func garbageToken() async throws {
    var broken = settings()
    broken.credentials = .token(Secret("not.a.token"))
    let kitsu = try KitsuServer(broken)
    let error = try await failure { () throws(KitsuError) in try await kitsu.describe() }
    #expect(error.code == .unauthorised)
    #expect(!"\(error)".contains("not.a.token"))
  }

  @Test("A manager in the team reads all of the project")
  func managerInTeam() async throws {
    let show = try await SmallShow.make()
    let manager = try await show.studio.createPerson(role: "manager", team: show.project)
    let kitsu = try server(as: manager)
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    #expect(reading.unreadable.isEmpty)
    #expect(reading.consistency == .consistent)
    #expect(reading.names(.shot) == ["SH010"])
    #expect(reading.production.links?.count == 1)
    #expect(reading.production.descriptors.count == 1)
    let projects = try await kitsu.projects()
    let found = try #require(projects.first { $0.id.description == show.project })
    #expect(found.statusName == "Open" && found.isOpen)
    let people = reading.production.studio.persons
    #expect(people.contains { $0["id"]?.string == manager.id })
  }

  @Test("A manager outside the team is told to join it; a project that is gone is gone")
  func managerOutside() async throws {
    let show = try await SmallShow.make()
    let manager = try await show.studio.createPerson(role: "manager")
    let kitsu = try server(as: manager)
    let project = try show.entityID()
    let outside = try await failure { () throws(KitsuError) in
      try await kitsu.read(project: project, needs: .everything, progress: nil)
    }
    #expect(outside.code == .forbidden)
    #expect("\(outside)".contains("team") && "\(outside)".contains("Test Person"))
    let nobody = try id("00000000-0000-0000-0000-000000000001")
    for account in [kitsu, try server()] {
      let gone = try await failure { () throws(KitsuError) in
        try await account.read(project: nobody, needs: .everything, progress: nil)
      }
      #expect(gone.code == .notFound)
    }
  }

  @Test(
    "What an artist may not see is told, not taken for empty", arguments: ["user", "supervisor"])
  func artist(role: String) async throws {
    let show = try await SmallShow.make()
    let artist = try await show.studio.createPerson(role: role, team: show.project)
    let kitsu = try server(as: artist)
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    #expect(reading.names(.shot) == ["SH010"])
    #expect(reading.production.links == nil)
    #expect(reading.unreadable["links"]?.contains("manager") == true)
  }

  @Test("An account that gets a part without a word is refused", arguments: ["vendor", "client"])
  func narrowed(role: String) async throws {
    let show = try await SmallShow.make()
    let person = try await show.studio.createPerson(role: role, team: show.project)
    let kitsu = try server(as: person)
    let project = try show.entityID()
    let error = try await failure { () throws(KitsuError) in
      try await kitsu.read(project: project, needs: .everything, progress: nil)
    }
    #expect(error.code == .forbidden)
    #expect("\(error)".contains("role \(role)") && "\(error)".contains("manager"))
  }
}
