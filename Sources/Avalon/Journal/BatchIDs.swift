package import BSON
internal import Foundation
internal import Planning
internal import Synchronization

/// The ids of the batches that one run writes to one project: they sort by when it began to write there,
/// and stand together. Chance keeps apart those of one run in several of Avalon's databases.
final class BatchIDs: Sendable {
  private let run: JournalRun
  private let state = Mutex<(first: ObjectID?, count: UInt32)>((nil, 0))

  init(_ run: JournalRun) { self.run = run }

  /// Milliseconds since 1970, by this machine.
  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  var hasBegun: Bool { state.withLock { $0.first != nil } }

  /// A run may have waited long for a person's word: what was written meanwhile stands before it. So does
  /// what another machine wrote, whose clock may be ahead of ours.
  func begin(after newest: ObjectID?) {
    let time = max(run.time, BatchIDs.now, newest.map { $0.runTime + 1 } ?? 0)
    let first = ObjectID.run(at: time, chance: .random(in: 0...UInt64.max))
    state.withLock { state in if state.first == nil { state.first = first } }
  }

  /// To be called after ``begin(after:)``.
  @Sendable func next() -> ObjectID {
    state.withLock { state in
      guard let first = state.first else { fatalError("the ids of batches begin before the first") }
      state.count += 1
      return first.counted(state.count)
    }
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

  /// When a run with such an id began: milliseconds since 1970.
  fileprivate var runTime: Int64 {
    let moment = description.prefix(12).reduce(0) { $0 << 4 | Int64($1.hexDigitValue ?? 0) }
    return (moment >> 16) * 1000 + (moment & 0xFFFF)
  }

  fileprivate func counted(_ number: UInt32) -> ObjectID {
    let text = String(description.prefix(18))
    let digits = String(number & 0xFF_FFFF, radix: 16)
    guard let id = ObjectID(hex: text + String(repeating: "0", count: 6 - digits.count) + digits)
    else { fatalError("24 digits make an id") }
    return id
  }
}
