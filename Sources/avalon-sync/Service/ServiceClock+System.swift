internal import Controller
internal import Foundation

extension ServiceClock {
  /// The clocks of this machine.
  static var system: ServiceClock {
    let start = ContinuousClock.now
    return ServiceClock(
      elapsed: { ContinuousClock.now - start },
      now: { Int64(Date().timeIntervalSince1970 * 1000) },
      hour: { Calendar.current.component(.hour, from: Date()) },
      chance: { Double.random(in: 0..<1) })
  }
}
