import BSON
import Mapping
import TestSupport

/// How productions come to be and change, by chance.
extension Show {
  /// Names that collide, that cannot be used, and some that can.
  private static let names = [
    "010", "020", "030", "040", "050", "060", "SQ 070", "sq_070", "É080", "e080", "日本", "", "  ",
    "100", "110", "120", "a/b", "A.B", "010_020", "x", "y",
  ]

  /// - Parameter size: a multiple of the smallest: 5 to 20 entities.
  static func generated(_ random: inout SeededRandom, size: Int = 1) -> Show {
    var show = Show()
    show.nameCount = 30 * (size - 1)
    let isSeries = random.chance(60)
    for _ in 0..<(isSeries ? 1 + size : 0) { show.add(.episode, &random) }
    for _ in 0..<(2 + size) { show.add(.sequence, &random) }
    for _ in 0..<(size * (4 + random.below(8))) { show.add(.shot, &random) }
    for _ in 0..<(size * (2 + random.below(4))) { show.add(.asset, &random) }
    return show
  }

  /// One to five edits.
  mutating func edit(_ random: inout SeededRandom) {
    for _ in 0...random.below(5) { editOnce(&random) }
  }

  mutating func editOnce(_ random: inout SeededRandom) {
    guard !items.isEmpty else { return add(.shot, &random) }
    let index = random.below(items.count)
    switch random.below(17) {
    case 0, 1: items[index].name = aName(&random)
    case 2: swapNames(of: items[index].kind, &random)
    case 3: rotateNames(of: items[index].kind, &random)
    case 4: items[index].parent = parent(of: items[index].kind, &random)
    case 5: items[index].isCancelled.toggle()
    case 6: deleted.append(items.remove(at: index))
    case 7, 8: add(random.pick([.episode, .sequence, .shot, .shot, .asset]), &random)
    case 9: items[index].tasks = jobs(&random)
    case 10: items[index].metadata = Show.metadata(&random)
    case 11: fps = random.pick(["24", "25", "23.976", "", "many"])
    case 12: name = random.pick(["Gulls", "Gulls", "Gulls II", "日本"])
    case 13: if !deleted.isEmpty { items.append(deleted.remove(at: random.below(deleted.count))) }
    case 14: items[index].assetType = random.below(Show.assetTypeNames.count)
    case 15: isOpen = random.chance(70)
    default:
      items[index].description = random.pick(["", "wide", "night"])
      taskTypes = Array(taskTypes.shuffled(using: &random).prefix(3)).sorted()
    }
  }

  /// In a large show most names are free, as in a studio.
  private func aName(_ random: inout SeededRandom) -> String {
    nameCount > 0 && random.chance(80) ? "n\(random.below(nameCount))" : random.pick(Show.names)
  }

  private mutating func swapNames(of kind: EntityKind, _ random: inout SeededRandom) {
    let chosen = indices(kind).shuffled(using: &random).prefix(2)
    guard let first = chosen.first, let last = chosen.last else { return }
    (items[first].name, items[last].name) = (items[last].name, items[first].name)
  }

  /// Each takes the name of the next: a renumbering.
  private mutating func rotateNames(of kind: EntityKind, _ random: inout SeededRandom) {
    let chosen = indices(kind)
    let names = chosen.map { items[$0].name }
    for (place, index) in chosen.enumerated() {
      items[index].name = names[(place + 1) % names.count]
    }
  }

  private mutating func add(_ kind: EntityKind, _ random: inout SeededRandom) {
    var item = Item(number: nextNumber, kind: kind, name: aName(&random))
    nextNumber += 1
    item.parent = parent(of: kind, &random)
    item.tasks = jobs(&random)
    item.metadata = Show.metadata(&random)
    items.append(item)
  }

  private func parent(of kind: EntityKind, _ random: inout SeededRandom) -> Int? {
    let candidates: [Int] =
      switch kind {
      case .shot: indices(.sequence)
      case .sequence, .asset: indices(.episode)
      default: []
      }
    guard !candidates.isEmpty, !random.chance(10) else { return nil }
    return items[random.pick(candidates)].number
  }

  private mutating func jobs(_ random: inout SeededRandom) -> [Job] {
    (0..<random.below(4)).map { _ in
      nextNumber += 1
      return Job(
        number: nextNumber, type: random.below(Show.taskTypeNames.count),
        status: random.below(Show.statuses.count),
        assignees: random.chance(50) ? [random.below(Show.personCount)] : [],
        priority: random.below(3))
    }
  }

  private static func metadata(_ random: inout SeededRandom) -> [String: Value] {
    var metadata: [String: Value] = [:]
    if random.chance(50) {
      metadata["frame_in"] = random.pick([.int32(1001), .string("1001"), .string("soon"), .null])
    }
    if random.chance(30) { metadata["frame_out"] = .double(Double(1001 + random.below(200))) }
    if random.chance(30) {
      metadata["handles"] = random.pick([.int32(8), .string(""), .bool(true)])
    }
    if random.chance(20) { metadata["fps"] = random.pick([.string("25"), .double(29.97)]) }
    return metadata
  }
}
