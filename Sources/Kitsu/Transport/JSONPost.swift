/// Posts JSON to addresses of others, such as webhooks, over the same kind of connections as Kitsu's:
/// certificates are checked, redirects are not followed.
package final class JSONPost: Sendable {
  private let transport: Transport

  /// - Parameters:
  ///   - caFile: a PEM file of certificate authorities in place of the system's.
  ///   - timeout: of one whole request.
  package init(caFile: String? = nil, timeout: Duration = .seconds(15)) {
    transport = Transport(
      TransportOptions(
        caFile: caFile, connectTimeout: timeout, stallTimeout: timeout, totalTimeout: timeout))
  }

  /// - Parameter url: never told to anybody else: it may hold a token.
  /// - Throws: where the answer is no success.
  package func send(_ body: [UInt8], to url: Secret) async throws(PostFailure) {
    let response: Response
    do throws(TransferFailure) {
      response = try await transport.send(
        Request(url: url.text, body: Request.Body(bytes: body, type: "application/json")))
    } catch {
      throw PostFailure(error)
    }
    guard 200..<300 ~= response.status else { throw PostFailure(status: response.status) }
  }

  package func close() { transport.close() }
}

/// Why something was not posted; without the address.
package struct PostFailure: Error, Sendable, CustomStringConvertible {
  package let description: String
  /// Trying again will not help.
  package let isFinal: Bool

  /// A server that is overloaded, or that says that the time was over, may take it later.
  init(status: Int) {
    description = "it answered with the status \(status)"
    isFinal = 300..<500 ~= status && status != 408 && status != 429
  }

  /// libcurl's own words may name the address.
  init(_ failure: TransferFailure) {
    isFinal = failure.kind == .invalidAddress
    description =
      switch failure.kind {
      case .hostNotFound: "its host was not found"
      case .refused: "nobody listens there"
      case .timedOut: "it did not answer in time"
      case .tls: "its certificate cannot be trusted, or no secure connection can be made"
      case .dropped: "the connection was lost"
      case .invalidAddress: "its address cannot be used"
      case .cancelled, .closed: "it was cancelled"
      case .other: "it could not be sent"
      }
  }
}
