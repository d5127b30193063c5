package import BSON
internal import Foundation
internal import Planning
internal import Synchronization

/// The ids of the batches that one run writes to one project: they sort by when it began to write there,
/// and stand together. Chance keeps apart those of one run in several of Avalon's databases.
final class BatchIDs: Sendable {
  private let first: ObjectID
  private let count = Mutex<UInt32>(0)

  /// A run may have waited long for a person's word: what was written meanwhile stands before it.
  init(_ run: JournalRun) {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    first = .run(at: max(run.time, now), chance: .random(in: 0...UInt64.max))
  }

  @Sendable func next() -> ObjectID {
    let number = count.withLock { count in
      count += 1
      return count
    }
    return first.counted(number)
  }
}

extension ObjectID {
  /// The id of a run: like those of MongoDB the seconds since 1970, then the milliseconds, as a service has
  /// several runs a second and they are read in their order, three bytes by chance, and a count, which
  /// begins at zero.
  /// - Parameter time: milliseconds since 1970.
  package static func run(at time: Int64, chance: UInt64) -> ObjectID {
    let (seconds, rest) = UInt64(clamping: time).quotientAndRemainder(dividingBy: 1000)
    let moment = seconds << 16 | rest
    let bytes =
      (0..<6).map { UInt8(truncatingIfNeeded: moment >> (40 - 8 * UInt64($0))) }
      + (0..<3).map { UInt8(truncatingIfNeeded: chance >> (8 * UInt64($0))) } + [0, 0, 0]
    guard let id = ObjectID(bytes: bytes) else { fatalError("twelve bytes make an id") }
    return id
  }

  fileprivate func counted(_ number: UInt32) -> ObjectID {
    let text = String(description.prefix(18))
    let digits = String(number & 0xFF_FFFF, radix: 16)
    guard let id = ObjectID(hex: text + String(repeating: "0", count: 6 - digits.count) + digits)
    else { fatalError("24 digits make an id") }
    return id
  }
}
