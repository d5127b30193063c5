internal import Crypto

/// One whole page: no file beside it, no address but its own.
struct Page {
  let title: String
  /// What stands above the content, besides the name of this program.
  var navigation: [String] = []
  let content: [String]
  /// After how many seconds it asks for itself again; nil for a file.
  var refresh: Int?

  var html: String {
    let isLive = refresh != nil
    let head =
      [
        "<!doctype html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"\(PagePolicy.inFile(isLive: isLive))\">",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
        "<meta name=\"color-scheme\" content=\"light dark\">",
        "<meta name=\"referrer\" content=\"no-referrer\">",
      ]
      // With a script the page asks for itself and keeps what is open; without one it loads again.
      + (refresh.map {
        ["<noscript><meta http-equiv=\"refresh\" content=\"\($0 * 3)\"></noscript>"]
      } ?? []) + [
        "<title>\(HTMLText.escape(title))</title>", "<style>\(PageStyle.text)</style>", "</head>",
        "<body>",
      ]
    let bar =
      [
        "<a class=\"skip\" href=\"#main\">Skip to the content</a>", "<header class=\"bar\">",
        "<span class=\"brand\">Avalon Sync</span>",
      ] + navigation + (isLive ? Page.refreshControls : []) + ["</header>"]
    let main =
      "<main id=\"main\" tabindex=\"-1\"\(refresh.map { " data-refresh=\"\($0)\"" } ?? "")>"
    let end = ["</main>", "<script>\(PageScript.text)</script>", "</body>", "</html>"]
    return (head + bar + [main] + content + end).joined(separator: "\n") + "\n"
  }

  private static let refreshControls = [
    "<button id=\"pause\" class=\"needs-script\" type=\"button\" aria-pressed=\"false\">"
      + "Hold still</button>",
    "<p id=\"lost\" role=\"alert\" hidden></p>",
    "<p id=\"said\" class=\"unseen\" role=\"status\"></p>",
  ]
}

/// What a page may do: its own style, its own script, and, where it is served, ask for itself.
package enum PagePolicy {
  /// The header `Content-Security-Policy`.
  package static let header = inFile(isLive: true) + "; frame-ancestors 'none'"

  /// The same in a file: browsers take `frame-ancestors` from the header only.
  static func inFile(isLive: Bool) -> String {
    "default-src 'none'; style-src 'sha256-\(styleHash)'; script-src 'sha256-\(scriptHash)'; "
      + (isLive ? "connect-src 'self'; " : "") + "base-uri 'none'; form-action 'none'"
  }

  private static let styleHash = hash(PageStyle.text)
  private static let scriptHash = hash(PageScript.text)

  /// SHA-256 in base 64, as policies name what stands in a page.
  private static func hash(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(SHA256.hash(data: Array(text.utf8)))
    var result = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(0) {
        $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0)
      }
      for digit in 0..<4 {
        let index = bits >> (18 - 6 * digit) & 63
        result.append(digit <= group.count ? alphabet[index] : "=")
      }
    }
    return result
  }
}
