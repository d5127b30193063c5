extension Filter {
  static let numberFilters: [Filter] = [
    Filter("int", result: .number) { (datum, _) throws(Refusal) in
      let number = try parse(datum, "int")
      guard case .double(let fraction) = number else { return number }
      guard let whole = Int64(exactly: fraction.rounded()),
        abs(fraction - fraction.rounded()) < 1e-9
      else { throw Refusal("\(datum.shown) is no whole number") }
      return .int(whole)
    },
    Filter("number", result: .number) { (datum, _) throws(Refusal) in
      let number = try parse(datum, "number")
      guard case .double(let fraction) = number else { return number }
      return Int64(exactly: fraction).map(Datum.int) ?? number
    },
    Filter("bool", result: .bool) { (datum, _) throws(Refusal) in
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
    Filter("round", input: .number, result: .number) { (datum, _) throws(Refusal) in
      let number = try parse(datum, "round")
      guard case .double(let fraction) = number else { return number }
      let rounded = fraction.rounded()
      return Int64(exactly: rounded).map(Datum.int) ?? .double(rounded)
    },
  ]

  /// A number, or a text that is one: Kitsu's metadata has both for one field. Whole numbers stay
  /// exact.
  private static func parse(_ datum: Datum, _ filter: String) throws(Refusal) -> Datum {
    if let number = datum.asDouble, number.isFinite { return datum }
    if case .text(let text) = datum {
      let trimmed = TextStep.trimmed(text, of: \.isWhitespace)
      if let whole = Int64(trimmed) { return .int(whole) }
      let allowed = Set("0123456789+-.eE")
      if trimmed.allSatisfy(allowed.contains), let number = Double(trimmed), number.isFinite {
        return .double(number)
      }
    }
    throw Refusal("'\(filter)' cannot read a number from \(datum.shown)")
  }
}
