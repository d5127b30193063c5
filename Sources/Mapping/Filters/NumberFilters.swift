extension Filter {
  static let numberFilters: [Filter] = [
    Filter(
      "int", result: .always(.number), "a whole number, also of a text; a fraction is an error",
      [Example("'1001.0' | int", "1001")]
    ) { (datum, _) throws(Refusal) in
      let number = try parse(datum, "int")
      guard case .double(let fraction) = number else { return number }
      guard let whole = Int64(exactly: fraction.rounded()),
        abs(fraction - fraction.rounded()) < 1e-9
      else { throw Refusal("\(datum.shown) is no whole number") }
      return .int(whole)
    },
    Filter(
      "number", result: .always(.number), "a number, also of a text",
      [Example("'23.976' | number", "23.976"), Example("'25.0' | number", "25")]
    ) { (datum, _) throws(Refusal) in
      let number = try parse(datum, "number")
      guard case .double(let fraction) = number else { return number }
      return Int64(exactly: fraction).map(Datum.int) ?? number
    },
    rounding(
      "round", .toNearestOrAwayFromZero, "the nearest whole number", Example("2.5 | round", "3")),
    rounding("floor", .down, "the whole number below", Example("2.9 | floor", "2")),
    rounding("ceil", .up, "the whole number above", Example("2.1 | ceil", "3")),
    Filter(
      "abs", inputs: [.number], result: .always(.number), "the number without its sign",
      [Example("-2.5 | abs", "2.5")]
    ) { (datum, _) throws(Refusal) in
      switch try parse(datum, "abs") {
      case .int(.min): throw Refusal("the result of 'abs' is too large")
      case .int(let number): return .int(abs(number))
      case let number: return .double(abs(number.asDouble ?? 0))
      }
    },
    Filter(
      "bool", result: .always(.bool), "of `true yes on 1` and `false no off 0`, in any case",
      [Example("'Yes' | bool", "true"), Example("0 | bool", "false")]
    ) { (datum, _) throws(Refusal) in
      switch datum {
      case .bool: return datum
      case .int(0): return .bool(false)
      case .int(1): return .bool(true)
      case .text(let text):
        switch text.lowercased() {
        case "true", "yes", "1", "on": return .bool(true)
        case "false", "no", "0", "off": return .bool(false)
        default: break
        }
      default: break
      }
      throw Refusal("\(datum.shown) is neither true nor false")
    },
  ]

  private static func rounding(
    _ name: String, _ rule: FloatingPointRoundingRule, _ summary: String, _ example: Example
  ) -> Filter {
    Filter(name, inputs: [.number], result: .always(.number), summary, [example]) {
      (datum, _) throws(Refusal) in
      let number = try parse(datum, name)
      guard case .double(let fraction) = number else { return number }
      let rounded = fraction.rounded(rule)
      return Int64(exactly: rounded).map(Datum.int) ?? .double(rounded)
    }
  }

  /// A number, or a text that is one: Kitsu's metadata has both for one field. Whole numbers stay
  /// exact.
  private static func parse(_ datum: Datum, _ filter: String) throws(Refusal) -> Datum {
    switch datum {
    case .int: return datum
    case .double(let number) where number.isFinite: return datum
    case .text(let text):
      let trimmed = TextStep.trimmed(text, of: \.isWhitespace)
      if let whole = Int64(trimmed) { return .int(whole) }
      let allowed = Set("0123456789+-.eE")
      if trimmed.allSatisfy(allowed.contains), let number = Double(trimmed), number.isFinite {
        return .double(number)
      }
    default: break
    }
    throw Refusal("'\(filter)' cannot read a number from \(datum.shown)")
  }
}
