package import TestSupport

/// Damages mapping files: by bytes and lines as accidents do, and by words of the language as
/// nobody writes them.
package struct MappingMutator {
  private let files: [String]
  /// What the language knows: keys, directives, expressions.
  private let words: [String]

  /// - Parameters:
  ///   - files: sound mappings.
  ///   - reference: a page that shows the language's words between backquotes.
  package init(files: [String], reference: String) {
    self.files = files
    let spans = reference.split(separator: "`", omittingEmptySubsequences: false).enumerated()
    words = spans.filter { $0.offset % 2 == 1 }.map { String($0.element) }.filter {
      !$0.contains("\n") && $0.count < 200
    }
  }

  package func mutated(_ random: inout SeededRandom) -> String {
    var lines = lines(of: random.pick(files))
    // Most of what is damaged twice is only refused.
    for _ in 0...(random.chance(70) ? 0 : random.below(4)) { mutate(&lines, &random) }
    return lines.prefix(20_000).joined(separator: "\n")
  }

  private func lines(of text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func mutate(_ lines: inout [String], _ random: inout SeededRandom) {
    guard !lines.isEmpty else { return lines.append(random.pick(words)) }
    let line = random.below(lines.count)
    switch random.below(14) {
    case 0: lines.remove(at: line)
    case 1: lines.insert(random.pick(lines), at: line)
    case 2: lines.swapAt(line, random.below(lines.count))
    case 3: lines[line] = String(repeating: " ", count: random.below(9)) + lines[line]
    case 4: splice(&lines, &random)
    case 5: lines[line] += " " + random.pick(words)
    case 6: replaceWord(&lines[line], with: random.pick(words), &random)
    case 7: replaceValue(&lines[line], with: expression(&random), &random)
    case 8: replaceValue(&lines[line], with: random.pick(words), &random)
    case 9: replaceValue(&lines[line], with: monster(&random), &random)
    case 10: replaceValue(&lines[line], with: "*tasks", &random)
    case 11: lines[line] = lines[line].replacing("'", with: "")
    default: replaceByte(&lines[line], &random)
    }
  }

  /// The start of one file and the end of another.
  private func splice(_ lines: inout [String], _ random: inout SeededRandom) {
    let other = self.lines(of: random.pick(files))
    lines = Array(lines.prefix(random.below(lines.count + 1)))
    lines += other.dropFirst(random.below(other.count + 1))
  }

  private func replaceByte(_ line: inout String, _ random: inout SeededRandom) {
    var bytes = Array(line.utf8)
    guard !bytes.isEmpty else { return line = random.text(upTo: 5) }
    let place = random.below(bytes.count)
    switch random.below(3) {
    case 0: bytes.remove(at: place)
    case 1: bytes[place] = UInt8(random.below(256))
    default: bytes.insert(random.pick(Array("${}|'\"[]().:,#&*!-?%@\\\t\0".utf8)), at: place)
    }
    line = String(decoding: bytes, as: UTF8.self)
  }

  private func replaceWord(
    _ line: inout String, with word: String, _ random: inout SeededRandom
  ) {
    let words = line.split { !$0.isLetter && $0 != "_" && $0 != "$" }
    guard !words.isEmpty else { return }
    let place = random.pick(words)
    line.replaceSubrange(place.startIndex..<place.endIndex, with: word)
  }

  private func replaceValue(
    _ line: inout String, with value: String, _ random: inout SeededRandom
  ) {
    guard let colon = line.firstIndex(of: ":") else { return line = value }
    line = line[...colon] + " " + value
  }

  /// Words of the language as one quoted expression.
  private func expression(_ random: inout SeededRandom) -> String {
    let glue = [" | ", " ?? ", " + ", " == ", " and ", " in ", ".", ", ", " * "]
    var text = random.pick(words)
    for _ in 0..<random.below(5) { text += random.pick(glue) + random.pick(words) }
    return "'${" + text.replacing("'", with: "''") + "}'"
  }

  /// What asks for more time or memory than a mapping is worth.
  private func monster(_ random: inout SeededRandom) -> String {
    let size = 1 << random.below(13)
    func many(_ text: String) -> String { String(repeating: text, count: size) }
    switch random.below(10) {
    case 0: return many("[")
    case 1: return many("{a: ")
    case 2: return "'${" + many("(") + "1" + many(")") + "}'"
    case 3: return "'${" + many("not ") + "true}'"
    case 4: return "'${1" + many(" + 1") + "}'"
    case 5: return "'${value" + many(" | lowercase") + "}'"
    case 6: return "{$seed: {$each: " + many("shot.tasks") + "}}"
    case 7: return "'" + many("(a*)*b{1,9}") + "'"
    case 8: return "'((a{1,99}){1,99}){1,\(size)}'"
    default:
      return "[&a [x,x], &b [*a,*a], &c [*b,*b], &d [*c,*c], &e [*d,*d], "
        + "&f [*e,*e], &g [*f,*f], &h [*g,*g], " + many("*h,") + "]"
    }
  }
}
