import Crypto
import Foundation
import Planning
import Report
import TestSupport
import Testing

/// A page as a golden: without its style and script, which are the same in all.
func expectGoldenPage(
  _ page: String, _ name: String, _ location: SourceLocation = #_sourceLocation
) {
  expectSound(page, location)
  let bare =
    page
    .replacing(/<style>[^<]*<\/style>/, with: "<style>…</style>")
    .replacing(/<script>[\s\S]*<\/script>/, with: "<script>…</script>")
    .replacing(/sha256-[A-Za-z0-9+\/=]+/, with: "sha256-…")
  expectGolden(bare, name, sourceLocation: location)
}

/// What holds for every page: its elements are closed in order and are those that we write, ids are
/// unique and are there where something points to them, nothing comes from elsewhere, and style and
/// script are those that the policy names.
func expectSound(_ page: String, _ location: SourceLocation = #_sourceLocation) {
  func fail(_ text: String) { Issue.record("\(text)", sourceLocation: location) }
  guard let script = page.firstMatch(of: /<script>([\s\S]*)<\/script>/)?.1,
    let style = page.firstMatch(of: /<style>([^<]*)<\/style>/)?.1,
    let policy = page.firstMatch(of: /http-equiv="Content-Security-Policy" content="([^"]*)"/)?.1
  else { return fail("it has no style, no script or no policy") }
  for (kind, text) in [("style", style), ("script", script)] {
    let hash = Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    if !policy.contains("\(kind)-src 'sha256-\(hash)'") { fail("the policy has no \(kind)") }
  }
  if !policy.hasPrefix("default-src 'none';") { fail("the policy allows more than it names") }
  let rest = page.replacing(script, with: "").replacing(style, with: "")
  for scalar in rest.unicodeScalars where scalar != "\n" {
    let category = scalar.properties.generalCategory
    if category == .control || category == .format || category == .lineSeparator {
      fail("U+\(String(scalar.value, radix: 16)) stands in the page")
    }
  }
  expectTags(rest, fail)
}

private let known: Set = [
  "html", "head", "meta", "noscript", "title", "style", "body", "a", "header", "span", "main",
  "nav",
  "button", "p", "section", "h1", "h2", "h3", "dl", "div", "dt", "dd", "table", "thead", "tbody",
  "tr",
  "th", "td", "details", "summary", "ul", "li", "code", "bdi", "strong", "del", "ins", "label",
  "input",
  "time", "br", "script",
]
private let void: Set = ["meta", "input", "br"]

private func expectTags(_ page: String, _ fail: (String) -> Void) {
  var open: [Substring] = []
  var ids: Set<Substring> = []
  var references: Set<Substring> = []
  let body = page.drop { $0 != "\n" }
  for match in body.matches(of: /<(\/?)([a-z0-9]+)((?: [a-z-]+(?:="[^"<>]*")?)*)>/) {
    let (_, slash, name, attributes) = match.output
    if !known.contains(String(name)) { fail("an element <\(name)>") }
    if slash == "/" {
      let last = open.popLast()
      if last != name { fail("</\(name)> closes <\(last ?? "")>") }
    } else if !void.contains(String(name)) {
      open.append(name)
    }
    for attribute in attributes.matches(of: /([a-z-]+)(?:="([^"]*)")?/) {
      let (_, name, value) = attribute.output
      if name.hasPrefix("on") || name == "style" || name == "src" { fail("an attribute \(name)") }
      if name == "id", !ids.insert(value ?? "").inserted { fail("two ids \(value ?? "")") }
      if name == "for" || name == "aria-labelledby" { references.insert(value ?? "") }
      if name == "href", let value {
        if value.hasPrefix("#") {
          references.insert(value.dropFirst())
        } else if value.contains(":") || value.hasPrefix("/") {
          fail("a link to \(value)")
        }
      }
    }
  }
  if !open.isEmpty { fail("not closed: \(open)") }
  for reference in references.subtracting(ids) { fail("nothing has the id \(reference)") }
  // Whatever else looks like an element is text that was not escaped.
  let text = body.replacing(/<\/?[a-z0-9]+(?: [a-z-]+(?:="[^"<>]*")?)*>/, with: "")
  if text.contains("<") || text.contains(">") { fail("a bare < or >") }
  if text.contains(/&(?!(amp|lt|gt|quot);)/) { fail("a bare &") }
}
