internal import BSON

/// What was read of Kitsu, and of names in Avalon, while one value was evaluated.
final class Trace {
  private var inputs: [Explanation.Input] = []

  fileprivate func note(_ path: String, _ value: Datum) {
    let input = Explanation.Input(path: path, value: value.traced)
    if !inputs.contains(input) { inputs.append(input) }
  }

  /// In the order in which they were read; without those of which only a part was asked for, such
  /// as `shot.data` beside `shot.data.fps`.
  var found: [Explanation.Input] {
    inputs.filter { input in
      !inputs.contains { other in
        other.path.hasPrefix("\(input.path).") || other.path.hasPrefix("\(input.path)[")
      }
    }
  }
}

extension Context {
  /// Notes what an evaluator read. Called where ``trace`` is set only, so that a plan pays for no
  /// more than asking that.
  func note(_ value: Datum, of evaluator: Evaluator) {
    guard let path = evaluator.source(self) else { return }
    trace?.note(path, value)
  }
}

extension Datum {
  private static let longestText = 200
  private static let mostItems = 8

  /// As it stands beside its path; long values are cut.
  var traced: String {
    switch self {
    case .text(let text):
      JSONText.quote(
        text.count > Datum.longestText ? "\(text.prefix(Datum.longestText))…" : text)
    case .null, .bool, .int, .double: shown
    case .id(let id): "ObjectId(\(id))"
    case .map(let map): String(JSONText.write(map).prefix(Datum.longestText))
    case .record(let record):
      record.name.map { "\(record.type.rawValue) '\($0)'" } ?? record.type.rawValue
    case .list, .rawList: Datum.traced(items ?? [])
    }
  }

  private static func traced(_ items: [Datum]) -> String {
    let shown = items.prefix(mostItems).map(\.traced).joined(separator: ", ")
    let more = items.count - mostItems
    return "[\(shown)\(more > 0 ? " and \(more) more" : "")]"
  }
}
