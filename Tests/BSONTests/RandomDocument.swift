import BSON
import TestSupport

/// Random documents of the types that JSON has.
enum RandomDocument {
  static func document(_ random: inout SeededRandom, depth: Int) -> Document {
    let names = (0..<random.below(6)).map { "\($0)" + random.text(upTo: 6) }
    let values = names.map { _ in value(&random, depth: depth - 1) }
    return DocumentWriter.document { writer in
      for (name, value) in zip(names, values) { writer.append(FieldName(name), value) }
    }
  }

  static func value(_ random: inout SeededRandom, depth: Int) -> Value {
    switch random.below(depth > 0 ? 9 : 7) {
    case 0: return .null
    case 1: return .bool(random.chance(50))
    case 2: return .int(random.below(2000) - 1000)
    case 3: return .int(Int(truncatingIfNeeded: random.next()))
    case 4: return .double(double(&random))
    case 5, 6: return .string(random.text(upTo: 20))
    case 7: return .document(document(&random, depth: depth))
    default:
      let items = (0..<random.below(13)).map { _ in value(&random, depth: depth - 1) }
      return .array(
        DocumentWriter.document { writer in
          for (index, item) in items.enumerated() { writer.append(index: index, item) }
        })
    }
  }

  private static func double(_ random: inout SeededRandom) -> Double {
    let number = Double(bitPattern: random.next())
    return number.isFinite ? number : 0.25
  }
}
