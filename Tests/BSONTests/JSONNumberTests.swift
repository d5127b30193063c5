import BSON
import TestSupport
import Testing

@Suite("JSON: numbers are exact")
struct JSONNumberTests {
  @Test(
    "Whole numbers take the smallest integer type",
    arguments: [
      ("0", Value.int32(0)), ("-0", .int32(0)), ("1", .int32(1)),
      ("2147483647", .int32(.max)), ("-2147483648", .int32(.min)),
      ("2147483648", .int64(2_147_483_648)), ("-2147483649", .int64(-2_147_483_649)),
      ("9007199254740993", .int64(9_007_199_254_740_993)),
      ("999999999999999999", .int64(999_999_999_999_999_999)),
      ("1000000000000000000", .int64(1_000_000_000_000_000_000)),
      ("9223372036854775807", .int64(.max)), ("-9223372036854775808", .int64(.min)),
    ])
  func integers(text: String, expected: Value) throws {
    let read = try #require(try value(text))
    #expect(read == expected && read.type == expected.type)
  }

  @Test(
    "An integer beyond 64 bits is never rounded",
    arguments: [
      "9223372036854775808", "-9223372036854775809", "18446744073709551616",
      "99999999999999999999999999999999",
    ])
  func tooLarge(text: String) throws {
    #expect(flaw(try value(text)) == "an integer beyond 64 bits")
  }

  @Test(
    "Fractions are doubles, also whole ones",
    arguments: [
      "1.0", "0.1", "-0.0", "23.976", "123456789.123456", "0.000000000000001", "1e0", "1E3",
      "1.5e-7", "5e-324", "1.7976931348623157e308", "2.2250738585072014e-308", "9007199254740993.0",
      "0.30000000000000004", "123456789012345.6", "99999999999999.99", "1e-400", "1e22", "1e23",
    ])
  func fractions(text: String) throws {
    let read = try #require(try value(text))
    guard case .double(let number) = read else {
      Issue.record("\(text) was read as \(read)")
      return
    }
    #expect(number.bitPattern == Double(text)?.bitPattern)
  }

  @Test("Random numbers are those that Swift reads")
  func random() throws {
    var random = SeededRandom(20_260_101)
    for _ in 0..<20_000 {
      let text = JSONNumberTests.randomNumber(&random)
      let read = try #require(try value(text))
      switch read {
      case .int32(let number): #expect(Int32(text) == number)
      case .int64(let number): #expect(Int64(text) == number && Int32(text) == nil)
      case .double(let number): #expect(Double(text)?.bitPattern == number.bitPattern, "\(text)")
      default: #expect(Int64(text) == nil && Double(text).map(\.isFinite) != nil, "\(text)")
      }
    }
  }

  private static func randomNumber(_ random: inout SeededRandom) -> String {
    func digits(_ count: Int) -> String {
      (0..<count).map { _ in String(random.below(10)) }.joined()
    }
    var text = random.chance(40) ? "-" : ""
    text += random.chance(20) ? "0" : String(1 + random.below(9)) + digits(random.below(21))
    if random.chance(50) { text += "." + digits(1 + random.below(18)) }
    if random.chance(30) {
      text += random.pick(["e", "E"]) + random.pick(["", "+", "-"]) + digits(1 + random.below(3))
    }
    return text
  }
}
