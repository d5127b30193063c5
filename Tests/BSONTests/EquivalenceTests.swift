import BSON
import Testing

@Suite("BSON: equality by meaning")
struct EquivalenceTests {
  @Test(
    "Numbers are equal by value across their types",
    arguments: [
      (Value.int32(1), Value.int64(1), true), (.int32(1), .double(1), true),
      (.int64(1), .double(1.5), false), (.double(0.0), .double(-0.0), true),
      (.double(.nan), .double(.nan), true), (.double(.nan), .int32(0), false),
      (.double(.infinity), .int64(.max), false),
      (.int64(9_007_199_254_740_993), .double(9_007_199_254_740_992), false),
      (.int64(9_007_199_254_740_992), .double(9_007_199_254_740_992), true),
      (.int64(.max), .double(9_223_372_036_854_775_808), false),
      (.int64(.min), .double(-9_223_372_036_854_775_808), true),
      (.int32(1), .bool(true), false), (.int32(0), .null, false), (.int32(1), .string("1"), false),
      (.date(1), .int64(1), false),
    ])
  func numbers(left: Value, right: Value, isEqual: Bool) {
    #expect((left == right) == isEqual)
    #expect((right == left) == isEqual)
  }

  @Test(
    "Maps have no order, lists have one",
    arguments: [
      (#"{"a": 1, "b": 2}"#, #"{"b": 2, "a": 1.0}"#, true),
      (#"{"a": 1}"#, #"{"a": 1, "b": null}"#, false), (#"{"a": 1}"#, #"{"b": 1}"#, false),
      (#"{"l": [1, 2]}"#, #"{"l": [1.0, 2]}"#, true), (#"{"l": [1, 2]}"#, #"{"l": [2, 1]}"#, false),
      (#"{"l": [1]}"#, #"{"l": [1, null]}"#, false), (#"{"l": []}"#, #"{"l": {}}"#, false),
      (#"{"l": [{"x": 1, "y": 2}]}"#, #"{"l": [{"y": 2, "x": 1}]}"#, true),
      (#"{"a": {"b": {"c": [1], "d": 0}}}"#, #"{"a": {"b": {"d": 0, "c": [1]}}}"#, true),
      // By bytes, not by what looks alike.
      ("{\"s\": \"\u{E9}\"}", "{\"s\": \"e\u{301}\"}", false),
      ("{\"\u{E9}\": 1}", "{\"e\u{301}\": 1}", false), (#"{"s": "a"}"#, #"{"s": "A"}"#, false),
    ])
  func containers(left: String, right: String, isEqual: Bool) throws {
    let (one, other) = (try JSON.document(left), try JSON.document(right))
    #expect(one.isEquivalent(to: other) == isEqual)
    #expect(other.isEquivalent(to: one) == isEqual)
    #expect((Value.document(one) == .document(other)) == isEqual)
  }

  @Test("A name that another program wrote twice makes no false equals")
  func doubledNames() {
    let doubled = DocumentWriter.document {
      $0.append("a", .int32(1))
      $0.append("a", .int32(1))
    }
    let other = DocumentWriter.document {
      $0.append("a", .int32(1))
      $0.append("b", .int32(2))
    }
    #expect(!doubled.isEquivalent(to: other) && !other.isEquivalent(to: doubled))
    #expect(doubled.isEquivalent(to: doubled))
  }

  @Test("Index names of lists have no meaning")
  func listNames() {
    let named = DocumentWriter.document { $0.append("x", .int32(1)) }
    let numbered = DocumentWriter.document { $0.append("0", .int32(1)) }
    #expect(named.isSameList(as: numbered) && !named.isEquivalent(to: numbered))
    #expect(Value.array(named) == .array(numbered))
  }

  @Test("Paths are ordered and told by their names")
  func paths() {
    let paths: [FieldPath] = [["data", "b"], ["data"], ["data", "a", "z"], ["config"]]
    #expect(paths.sorted().map(\.description) == ["config", "data", "data.a.z", "data.b"])
    #expect(FieldPath(["data", "a"]).starts(with: ["data"]))
    let names: [FieldName] = ["e\u{301}", "\u{E9}", "f"]
    // Canonical equals are two names: an order that took them for one would not be an order.
    #expect(names[0] != names[1] && (names[0] < names[1]) != (names[1] < names[0]))
    let addressable: [FieldName: Bool] = [
      "a": true, "": false, "$a": false, "a.b": false, "a$": true,
    ]
    for (name, expected) in addressable { #expect(name.isAddressable == expected, "\(name)") }
  }
}
