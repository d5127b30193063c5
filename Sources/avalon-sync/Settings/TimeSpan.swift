extension Duration {
  /// `500ms`, `45s`, `5m`, `6h` or `2d`.
  init(setting text: String) throws(SettingsError) {
    let units: [(String, Duration)] = [
      ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
      ("d", .seconds(86400)),
    ]
    for (unit, length) in units where text.hasSuffix(unit) {
      guard let count = Int(text.dropLast(unit.count)), 1...1_000_000 ~= count else { continue }
      self = length * count
      return
    }
    throw SettingsError("'\(text)' is no length of time, such as 500ms, 45s, 5m, 6h or 2d")
  }
}
