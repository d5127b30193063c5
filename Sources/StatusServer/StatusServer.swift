internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle

/// Health, metrics and the status page of a running service, over HTTP.
///
/// | path | answers |
/// |---|---|
/// | `/` | the page of the service |
/// | `/projects/ID`, `/projects/ID/plan.json` | one project and its last plan |
/// | `/healthz` | 200 as long as the service's work goes round, else 503 |
/// | `/readyz` | 200 once Kitsu and Avalon were reached, 503 with the reason while one is not |
/// | `/metrics` | for Prometheus |
/// | `/status.json` | the state for programs |
package struct StatusServer: Service {
  private let address: ListenAddress
  private let site: Site
  private let logger: Logger
  private let onRunning: @Sendable (Int) async -> Void
  private let patience: Duration

  /// - Parameters:
  ///   - metrics: what the service counts in.
  ///   - patience: how long a client may take for an answer.
  ///   - onRunning: told once it listens, with the port.
  package init(
    at address: ListenAddress, _ state: any ServiceState, metrics: MetricsRegistry, logger: Logger,
    patience: Duration = .seconds(60), onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.address = address
    site = Site(state: state, metrics: metrics)
    self.logger = logger
    self.patience = patience
    self.onRunning = onRunning
  }

  /// So long a client may say nothing, also within a request.
  private static let idleTime = TimeAmount.seconds(15)
  private static let mostConnections = 64
  private static let mostHeaderBytes = 16 * 1024

  /// Serves until the task is cancelled or the group that it is in shuts down.
  /// - Throws: ``StatusServerError`` where it cannot listen.
  package func run() async throws {
    var quiet = logger
    quiet.logLevel = .error
    let port = address.port
    let (logger, address, onRunning) = (logger, address, onRunning)
    let patience = TimeAmount(patience)
    let application = Application(
      responder: Responder(site: site, address: address),
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          additionalChannelHandlers: [ReaderDeadline(patience)],
          idleTimeout: StatusServer.idleTime,
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: StatusServer.mostHeaderBytes,
            maxHeaderListSize: StatusServer.mostHeaderBytes, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(
          StatusServer.mostConnections)),
      onServerRunning: { channel in
        let bound = channel.localAddress?.port ?? port
        logger.notice(
          "the status page is served", metadata: ["address": "http://\(address.with(port: bound))/"]
        )
        await onRunning(bound)
      }, logger: quiet)
    do {
      try await application.run()
    } catch let error as IOError {
      throw StatusServerError(address: address, cause: "\(error)")
    } catch let error as SocketAddressError {
      throw StatusServerError(address: address, cause: "\(error)")
    }
  }
}

/// The address cannot be listened on: another program has it, or it is not this machine's.
package struct StatusServerError: Error, CustomStringConvertible {
  let address: ListenAddress
  let cause: String

  package var description: String {
    "the status page cannot be served at \(address): \(cause). Is another avalon-sync running? "
      + "--listen gives another address"
  }
}
