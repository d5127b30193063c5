/// One of the service's metrics, with all that is known of it beforehand.
package struct Series: Sendable {
  package enum Kind: Sendable, Equatable {
    case counter
    case gauge
    /// With the upper bounds of its buckets.
    case histogram([Double])
  }

  package struct Label: Sendable {
    package let name: String
    /// All values, which are there from the start; nil where they come from Kitsu.
    package let values: [String]?

    init(_ name: String, _ values: [String]?) {
      self.name = name
      self.values = values
    }
  }

  /// Base units, as Prometheus asks for: seconds, bytes, and `_total` for what only grows.
  package let name: String
  package let kind: Kind
  package let help: String
  package let labels: [Label]

  init(_ name: String, _ kind: Kind, _ help: String, _ labels: [Label] = []) {
    self.name = name
    self.kind = kind
    self.help = help
    self.labels = labels
  }

  /// Every combination of the labels' values; one empty one where there are no labels.
  var combinations: [[String]] {
    labels.reduce([[]]) { made, label in
      made.flatMap { start in (label.values ?? []).map { start + [$0] } }
    }
  }
}
