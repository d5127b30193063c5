/// Writes the tables of the reference as Markdown.
enum ReferenceTables {
  static var operators: String {
    table(
      ["Operator", "Means", "For example"],
      OperatorDocumentation.levels.map { level in
        [level.operators.map(code).joined(separator: " "), level.summary, shown(level.examples)]
      })
  }

  static var functions: String {
    table(
      ["Function", "Gives", "For example"],
      FunctionDocumentation.all.map { [code($0.usage), $0.summary, shown($0.examples)] })
  }

  static var filters: String {
    Filter.families.map { family in
      "**\(family.title)**\n\n"
        + table(
          ["Filter", "Gives", "For example"],
          family.filters.map {
            [$0.usages.map(code).joined(separator: " "), $0.summary, shown($0.examples)]
          })
    }.joined(separator: "\n\n")
  }

  static var steps: String {
    table(
      ["Step", "Does", "For example"],
      NameStep.all.map { [code($0.usage), $0.summary, "\(code($0.text)): \(code($0.result))"] })
  }

  static var directives: String {
    table(
      ["Directive", "Means", "For example"],
      Directive.all.map { directive in
        let keys = directive.keys.map(code).joined(separator: " ")
        let usage = code(directive.name) + (keys.isEmpty ? "" : " with \(keys)")
        return [usage, directive.summary, code(directive.example)]
      })
  }

  /// Every source with its fields; what all entities have stands once.
  static var sources: String {
    let common = RecordType.entity.fields
    return table(
      ["Source", "Fields"],
      RecordType.allCases.map { type in
        let own = type.kind == nil ? type.fields : type.fields.filter { common[$0.key] == nil }
        let fields = own.sorted { $0.key < $1.key }.map { "\(code($0.key)) \($0.value.type.short)" }
        let name = type == .entity ? "every entity" : code(type.rawValue)
        let more = type.kind == nil ? [] : ["what every entity has"]
        return [name, (more + fields).joined(separator: ", ")]
      })
  }

  // MARK: Markdown

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    let ruler = "|" + String(repeating: "---|", count: head.count)
    return ([line(head), ruler] + rows.map(line)).joined(separator: "\n")
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  private static func shown(_ examples: [Example]) -> String {
    examples.map { "\(code($0.expression)): \(code($0.result))" }.joined(separator: "<br>")
  }

  /// A `|` ends a cell, even inside backquotes.
  private static func code(_ text: String) -> String {
    guard text.contains("|") else { return "`\(text)`" }
    let escapes = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"]
    return "<code>" + text.map { escapes[String($0)] ?? String($0) }.joined() + "</code>"
  }
}

extension Filter {
  /// As the reference writes its uses.
  fileprivate var usages: [String] {
    let labels = parameters.map { $0.isOptional ? "[\($0.label)]" : $0.label }
    let plain = labels.isEmpty ? name : "\(name)(\(labels.joined(separator: ", ")))"
    switch work {
    case .items(_, nil): return ["\(name)(x, …)", "\(name)(filter)"]
    case .items: return [plain, "\(name)(x, …)"]
    default: return [plain]
    }
  }
}

extension StaticType {
  /// In a word or two: "text", "list of person".
  fileprivate var short: String {
    switch self {
    case .unknown, .null: ""
    case .bool: "bool"
    case .number: "number"
    case .text: "text"
    case .id: "id"
    case .map: "map"
    case .list(let item): "list of \(item.short)"
    case .record(let type): type.rawValue
    }
  }
}
