import Mapping
import TestSupport
import Testing

@testable import Mapping

@Suite("Name filters")
struct NameFilterTests {
  /// `sanitise` of the shipped mapping.
  private static func sanitise() throws -> NameFilter {
    NameFilter(
      name: "sanitise",
      steps: [
        .foldASCII, .lowercase, .replace(try Pattern("[^a-z0-9_]+"), with: "_"), .squeeze("_"),
        .trim("_"),
      ])
  }

  @Test("A sanitised name is of safe characters or refused, and stays as it is", arguments: 1...5)
  func property(seed: Int) throws {
    let filter = try NameFilterTests.sanitise()
    var random = SeededRandom(UInt64(seed))
    var refused = 0
    for _ in 0..<1500 {
      let text = random.text(upTo: 24)
      do throws(Filter.Refusal) {
        let name = try filter.apply(to: text)
        #expect(
          name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
          },
          "\(text.debugDescription)")
        let again = try filter.apply(to: name)
        #expect(!name.isEmpty && again == name, "\(text.debugDescription)")
      } catch {
        refused += 1
        #expect(error.message.contains("nothing is left of"))
      }
    }
    #expect(refused < 300)
  }

  @Test(
    "Names that people use",
    arguments: [
      ("SH0010", "sh0010"), ("Épée dorée", "epee_doree"),
      ("RecTV 01 Été à l’Île", "rectv_01_ete_a_l_ile"),
      ("  a -- b  ", "a_b"), ("__x__", "x"), ("Straße", "strasse"), ("Œuvre Ægir", "oeuvre_aegir"),
      ("Łódź", "lodz"), ("Привет", "privet"), ("Ελλάδα", "ellada"), ("İstanbul", "istanbul"),
      ("ｆｕｌｌ－１", "full_1"), ("e\u{301}te\u{301}", "ete"), ("角色 一", "u89d2u8272_u4e00"),
      ("🚀 Rocket", "u1f680_rocket"), ("../../etc", "etc"), ("$set.name", "set_name"),
      ("a\u{0}b", "a_b"), ("👩‍👧", "u1f469u1f467"), ("x\u{FE0F}", "x"), ("A·B", "a_b"),
    ])
  func samples(text: String, expected: String) throws {
    #expect(try NameFilterTests.sanitise().apply(to: text) == expected)
  }

  @Test("Different letters of scripts without ASCII forms stay different")
  func distinct() throws {
    let filter = try NameFilterTests.sanitise()
    let names = try ["角色", "色角", "かな", "カナ", "한국", "עברית", "😀", "😁"].map {
      try filter.apply(to: $0)
    }
    #expect(Set(names).count == names.count)
  }

  @Test(
    "What leaves nothing is refused", arguments: ["", " ", "_", "...", "—", "\u{301}", "\u{200B}"])
  func nothing(text: String) throws {
    let filter = try NameFilterTests.sanitise()
    #expect(throws: Filter.Refusal.self) { try filter.apply(to: text) }
  }

  @Test("Names are bounded before any step")
  func length() throws {
    let filter = try NameFilterTests.sanitise()
    let longest = String(repeating: "a", count: NameFilter.maximumLength)
    #expect(try filter.apply(to: longest) == longest)
    do throws(Filter.Refusal) {
      _ = try filter.apply(to: longest + "a")
      Issue.record("a name of 1001 characters was taken")
    } catch {
      #expect(error.message == "a name of 1001 characters; at most 1000")
    }
  }

  @Test("A name that is cut stays apart from its like")
  func truncated() {
    let step = TextStep.truncate(24)
    let one = step.apply(to: "a_very_long_name_of_a_shot_1")
    let other = step.apply(to: "a_very_long_name_of_a_shot_2")
    #expect(one.count == 24 && other.count == 24 && one != other)
    #expect(
      one == step.apply(to: "a_very_long_name_of_a_shot_1") && one.hasPrefix("a_very_long_nam"))
    #expect(step.apply(to: one) == one && step.apply(to: "short") == "short")
  }

  @Test("The fold table never changes")
  func foldTable() {
    var rows: [String] = []
    for code in UInt32(0x80)...0xFFFF {
      guard let scalar = Unicode.Scalar(code), let form = FoldTable.ascii(scalar) else { continue }
      let digits = String(code, radix: 16)
      rows.append(
        "U+" + String(repeating: "0", count: 4 - digits.count) + "\(digits) \(scalar) -> \(form)")
      #expect(form.utf8.allSatisfy { $0 < 0x80 })
    }
    #expect(rows.count > 700)
    expectGolden(rows.joined(separator: "\n") + "\n", "mapping/fold-table.txt")
  }
}
