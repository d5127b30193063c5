internal import Controller

/// Metrics in the text format 0.0.4 of Prometheus: each series with its help and type, then its values.
enum PrometheusText {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// - Parameter samples: what was read from the state.
  static func render(_ registry: MetricsRegistry, _ samples: [Sample]) -> String {
    let values = Dictionary(grouping: registry.counted + samples, by: \.series)
    let histograms = Dictionary(grouping: registry.recorded, by: \.series)
    var text = ""
    for series in registry.table {
      text += "# HELP \(series.name) \(escapeHelp(series.help))\n"
      text += "# TYPE \(series.name) \(type(series.kind))\n"
      for sample in values[series.name] ?? [] {
        line(series.name, sample.labels, sample.value, &text)
      }
      for reading in histograms[series.name] ?? [] { histogram(reading, &text) }
    }
    return text
  }

  private static func type(_ kind: Series.Kind) -> String {
    switch kind {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }

  private static func histogram(_ reading: HistogramCell.Reading, _ text: inout String) {
    for (bound, count) in zip(reading.bounds.map(number) + ["+Inf"], reading.counts) {
      let labels = reading.labels + [Sample.Label(name: "le", value: bound)]
      line(reading.series + "_bucket", labels, Double(count), &text)
    }
    line(reading.series + "_sum", reading.labels, reading.sum, &text)
    line(reading.series + "_count", reading.labels, Double(reading.counts.last ?? 0), &text)
  }

  private static func line(
    _ name: String, _ labels: [Sample.Label], _ value: Double, _ text: inout String
  ) {
    let pairs = labels.map { "\($0.name)=\"\(escapeValue($0.value))\"" }
    let list = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    text += "\(name)\(list) \(number(value))\n"
  }

  private static func number(_ value: Double) -> String {
    // Beyond 2^53 a whole number has no digits of its own any more.
    if value == value.rounded(), abs(value) < 9e15 { return String(Int64(value)) }
    return String(value)
  }

  private static func escapeHelp(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  private static func escapeValue(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(200) {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      // Not every reader takes them.
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
