internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import Report

/// The site over HTTP: reads only, from whoever may ask, with headers that let a page do nothing else.
struct Responder: HTTPResponder {
  let site: Site
  let address: ListenAddress

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    guard request.method == .get || request.method == .head else {
      return refuse(.methodNotAllowed, "only GET and HEAD are answered", [.allow: "GET, HEAD"])
    }
    // A body would have to be read to its end: nothing here takes one.
    let length = request.headers[.contentLength].map { $0 == "0" } ?? true
    guard length, request.headers[.transferEncoding] == nil else {
      return refuse(.contentTooLarge, "no body is taken", [.connection: "close"])
    }
    guard address.answers(to: request.head.authority) else {
      return refuse(.misdirectedRequest, "this address is answered by the names of loopback alone")
    }
    let answer = await site.answer(request.uri.path)
    let response = self.response(Responder.status(answer.status), answer.type, answer.body)
    return request.method == .head ? response.createHeadResponse() : response
  }

  private static func status(_ status: Site.Answer.Status) -> HTTPResponse.Status {
    switch status {
    case .ok: .ok
    case .notFound: .notFound
    case .unavailable: .serviceUnavailable
    }
  }

  private func refuse(
    _ status: HTTPResponse.Status, _ text: String, _ headers: HTTPFields = [:]
  ) -> Response {
    var response = response(status, "text/plain; charset=utf-8", text + "\n")
    for field in headers { response.headers[field.name] = field.value }
    return response
  }

  private func response(_ status: HTTPResponse.Status, _ type: String, _ body: String) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    headers[.cacheControl] = "no-store"
    headers[.contentSecurityPolicy] = PagePolicy.header
    headers[.xContentTypeOptions] = "nosniff"
    for (name, value) in Responder.fixed {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    return Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }

  private static let fixed = [
    ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
  ]
}
