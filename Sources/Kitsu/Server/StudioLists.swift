internal import BSON

/// The lists that all projects share, as they were read last. An event about one of them concerns every
/// project: the first that comes to it reads them, and the others take what began after the event.
actor StudioLists {
  private struct Reading {
    let began: ContinuousClock.Instant
    let work: SharedWork<Result<[Document], KitsuError>>
  }

  /// By name.
  private var readings: [String: Reading] = [:]

  /// - Parameter since: what was read from then on is new enough; nil where nothing is.
  func list(
    _ route: Route, since: ContinuousClock.Instant?, _ client: Client
  ) async throws(KitsuError) -> [Document] {
    while true {
      let reading = known(route, since) ?? begin(route, client)
      guard let result = await reading.work.value() else {
        forget(route, reading)
        continue
      }
      // What failed is read again by whoever comes next.
      if case .failure = result { forget(route, reading) }
      return try result.get()
    }
  }

  private func known(_ route: Route, _ since: ContinuousClock.Instant?) -> Reading? {
    guard let since, let reading = readings[route.name], reading.began >= since else { return nil }
    return reading
  }

  private func begin(_ route: Route, _ client: Client) -> Reading {
    let reading = Reading(
      began: .now,
      work: SharedWork {
        do throws(KitsuError) {
          return .success(try await client.list(route.path))
        } catch {
          return .failure(error)
        }
      })
    readings[route.name] = reading
    return reading
  }

  private func forget(_ route: Route, _ reading: Reading) {
    if readings[route.name]?.work === reading.work { readings[route.name] = nil }
  }
}
