internal import Controller

/// The table of metrics for people, made of what is exported.
package enum MetricsReference {
  package static var markdown: String {
    let rows = Series.all.map { series in
      let labels = series.labels.map { label in
        let values = label.values?.joined(separator: ", ")
        return "`\(label.name)`" + (values.map { ": \($0)" } ?? "")
      }
      return "| `\(series.name)` | \(kind(series.kind)) | \(labels.joined(separator: "; ")) | "
        + "\(series.help) |"
    }
    return (["| metric | kind | labels | what it is |", "|---|---|---|---|"] + rows)
      .joined(separator: "\n") + "\n"
  }

  private static func kind(_ kind: Series.Kind) -> String {
    switch kind {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }
}
