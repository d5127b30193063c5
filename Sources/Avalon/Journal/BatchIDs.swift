package import BSON
internal import Synchronization

/// The ids of one run's batches: the run's id, counted up, so that they sort by time and each run's
/// stand together.
final class BatchIDs: Sendable {
  private let run: ObjectID
  private let count = Mutex<UInt32>(0)

  init(_ run: ObjectID) { self.run = run }

  @Sendable func next() -> ObjectID {
    let number = count.withLock { count in
      count += 1
      return count
    }
    return run.counted(number)
  }
}

extension ObjectID {
  /// The id of a run: as MongoDB makes ids, the seconds since 1970, five bytes by chance, and a
  /// count, which begins at zero.
  /// - Parameter time: milliseconds since 1970.
  package static func run(at time: Int64, chance: UInt64) -> ObjectID {
    let seconds = UInt64(clamping: time / 1000)
    let bytes =
      (0..<4).map { UInt8(truncatingIfNeeded: seconds >> (24 - 8 * UInt64($0))) }
      + (0..<5).map { UInt8(truncatingIfNeeded: chance >> (8 * UInt64($0))) } + [0, 0, 0]
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
