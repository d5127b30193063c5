package import Controller
package import Report

/// What is served: the state of a running service.
package protocol ServiceState: Sendable {
  func report() async -> ServiceReport
  /// Whether its work goes round; where not, somebody should start it anew.
  var isAlive: Bool { get async }
}

extension ServiceController: ServiceState {}
