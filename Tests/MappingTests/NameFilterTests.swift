import BSON
import Foundation
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
  func truncated() throws {
    let step = TextStep.truncate(24)
    let one = try step.apply(to: "a_very_long_name_of_a_shot_1")
    let other = try step.apply(to: "a_very_long_name_of_a_shot_2")
    #expect(one.count == 24 && other.count == 24 && one != other)
    #expect(
      try one == step.apply(to: "a_very_long_name_of_a_shot_1") && one.hasPrefix("a_very_long_nam"))
    #expect(try step.apply(to: one) == one && step.apply(to: "short") == "short")
  }

  @Test("The hash of a name that is cut stands behind one '_'")
  func joint() throws {
    let cut = try TextStep.truncate(16).apply(to: "shot___of_the_sequence")
    #expect(cut.hasPrefix("shot_") && cut.count == 13 && !cut.contains("__"))
    let bare = try TextStep.truncate(16).apply(to: "_______________________")
    #expect(bare.count == 8 && !bare.contains("_"))
  }

  @Test(
    "Any filter that ends in safe characters leaves its own results as they are",
    arguments: [
      "{normalise: nfkc}, {fold: ascii}, lowercase, {replace: {pattern: '[^a-z0-9]+', with: _}}, "
        + "{trim: _}, {truncate: 16}",
      "{fold: ascii}, {replace: {pattern: '[^A-Za-z0-9]', with: _}}, {squeeze: _}, {trim: _}, {prefix: sh_}, "
        + "{suffix: _v1}",
      "{normalise: nfkc}, {trim: ' '}",
    ])
  func idempotent(steps: String) throws {
    let mapping = try compile(
      shotMapping(
        name: "${shot.name | clean}", data: "{twice: '${shot.name | clean | clean}'}", steps: steps)
    )
    var random = SeededRandom(7)
    var show = Show()
    for _ in 0..<1500 { _ = show.add(.shot, random.text(upTo: 40)) }
    let evaluation = try evaluate(mapping, show)
    // Names that cannot be a folder's, with `/` or a control character, are held.
    #expect(evaluation.documents.count > 300)
    for document in evaluation.documents {
      let twice = document.document[path: ["data", "twice"]]?.string
      #expect(twice == document.name, "\(document.name.debugDescription)")
    }
  }

  @Test("The normal form is Unicode's for the characters that it knows, alone and together")
  func normalisation() {
    func expected(_ text: String) -> String { text.precomposedStringWithCompatibilityMapping }
    let known =
      Array(NormalisationTables.forms.keys) + Array(NormalisationTables.decomposed.keys)
      + (0xAC00...0xD7A3).compactMap(Unicode.Scalar.init)
    #expect(known.count > 13_000)
    for scalar in known where !NameFilterTests.isSpacingMark(scalar) {
      let text = String(Character(scalar))
      #expect(same(Normalisation.nfkc(text), expected(text)), "\(scalar.debugDescription)")
      let parts = text.decomposedStringWithCanonicalMapping
      #expect(same(Normalisation.nfkc(parts), expected(text)), "\(scalar.debugDescription)")
    }
    var random = SeededRandom(3)
    // Without '가', behind which Swift's own tables forget a final letter.
    #expect(Normalisation.nfkc("가\u{11A8}") == "각")
    let letters = "aeoAEOαιωΩиИЕかハｶﾊ각é\u{1100}\u{1161}\u{11A8}".unicodeScalars
    let marks = NormalisationTables.composed.keys.map(\.mark).sorted()
    for _ in 0..<3000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<6 {
        text.append(random.chance(50) ? random.pick(marks) : random.pick(Array(letters)))
      }
      let found = Normalisation.nfkc(String(text))
      #expect(same(found, expected(String(text))), "\(Array(text))")
      #expect(same(Normalisation.nfkc(found), found), "\(String(text).debugDescription)")
    }
  }

  /// Accents that stand alone become a blank and a mark in Unicode; here they stay.
  private static func isSpacingMark(_ scalar: Unicode.Scalar) -> Bool {
    "\u{1FC1}\u{1FCD}\u{1FCE}\u{1FCF}\u{1FDD}\u{1FDE}\u{1FDF}\u{1FED}\u{1FEE}\u{385}".unicodeScalars
      .contains(scalar)
  }

  private func same(_ left: String, _ right: String) -> Bool {
    left.unicodeScalars.elementsEqual(right.unicodeScalars)
  }

  @Test("The table of the normal form never changes")
  func normalisationTable() {
    let forms = NormalisationTables.forms.map { "\(code($0)) \($0) -> \($1)" }
    let pairs = NormalisationTables.decomposed.map {
      "\(code($0)) \($0) -> \($1.base) \(code($1.mark))"
    }
    let classes = (UInt32(0x300)...0x3100).compactMap(Unicode.Scalar.init).map {
      ($0, NormalisationTables.combiningClass($0))
    }.filter { $0.1 > 0 }.map { "\(code($0.0)) class \($0.1)" }
    expectGolden(
      (forms.sorted() + pairs.sorted() + classes).joined(separator: "\n") + "\n",
      "mapping/normalisation-table.txt")
  }

  private func code(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  @Test("The fold table never changes")
  func foldTable() {
    var rows: [String] = []
    for code in UInt32(0x80)...0xFFFF {
      guard let scalar = Unicode.Scalar(code), let form = FoldTable.ascii(scalar) else { continue }
      rows.append("\(self.code(scalar)) \(scalar) -> \(form)")
      #expect(form.utf8.allSatisfy { $0 < 0x80 })
    }
    #expect(rows.count > 700)
    expectGolden(rows.joined(separator: "\n") + "\n", "mapping/fold-table.txt")
  }
}
