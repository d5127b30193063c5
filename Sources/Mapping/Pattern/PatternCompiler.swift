/// Parses a pattern and writes its program.
struct PatternCompiler {
  private static let maximumLength = 500
  private static let maximumProgram = 2000
  private static let maximumRepeat = 100
  private static let maximumDepth = 20

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  static func compile(_ source: String) throws(SyntaxError) -> [Pattern.Instruction] {
    var compiler = PatternCompiler(scalars: Array(source.unicodeScalars))
    guard compiler.scalars.count <= maximumLength else {
      throw SyntaxError(message: "the pattern is longer than \(maximumLength)", offset: 0)
    }
    let tree = try compiler.alternation()
    guard compiler.position == compiler.scalars.count else {
      throw compiler.error("')' has no '(' before it")
    }
    var program: [Pattern.Instruction] = []
    try emit(tree, to: &program)
    program.append(.match)
    return program
  }

  private indirect enum Tree {
    case empty
    case set(CharacterSet)
    case start
    case end
    case sequence([Tree])
    case either([Tree])
    case `repeat`(Tree, minimum: Int, maximum: Int?)
  }

  private func error(_ message: String) -> SyntaxError {
    let before = scalars[..<min(position, scalars.count)]
    return SyntaxError(message: message, offset: before.reduce(0) { $0 + UTF8.width($1) })
  }

  private var current: Unicode.Scalar? {
    position < scalars.count ? scalars[position] : nil
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  // MARK: Parsing

  private mutating func alternation() throws(SyntaxError) -> Tree {
    depth += 1
    defer { depth -= 1 }
    guard depth <= PatternCompiler.maximumDepth else { throw error("too many groups") }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .either(branches)
  }

  private mutating func sequence() throws(SyntaxError) -> Tree {
    var items: [Tree] = []
    while let scalar = current, scalar != "|", scalar != ")" {
      items.append(try repetition(try atom()))
    }
    return items.isEmpty ? .empty : .sequence(items)
  }

  private mutating func repetition(_ tree: Tree) throws(SyntaxError) -> Tree {
    var tree = tree
    if take("*") {
      tree = .repeat(tree, minimum: 0, maximum: nil)
    } else if take("+") {
      tree = .repeat(tree, minimum: 1, maximum: nil)
    } else if take("?") {
      tree = .repeat(tree, minimum: 0, maximum: 1)
    } else if take("{") {
      tree = try bounded(tree)
    } else {
      return tree
    }
    if let scalar = current, "*+?{".unicodeScalars.contains(scalar) {
      throw error("'\(scalar)' follows another repetition")
    }
    return tree
  }

  private mutating func bounded(_ tree: Tree) throws(SyntaxError) -> Tree {
    let minimum = try number()
    var maximum: Int? = minimum
    if take(",") { maximum = current == "}" ? nil : try number() }
    guard take("}") else { throw error("'{' has no '}'") }
    if let maximum, maximum < minimum { throw error("the repetition ends before it starts") }
    return .repeat(tree, minimum: minimum, maximum: maximum)
  }

  private mutating func number() throws(SyntaxError) -> Int {
    var value: Int?
    while let scalar = current, let digit = Character(scalar).wholeNumberValue, scalar.isASCII {
      value = (value ?? 0) * 10 + digit
      position += 1
      guard value ?? 0 <= PatternCompiler.maximumRepeat else {
        throw error("more than \(PatternCompiler.maximumRepeat) repetitions")
      }
    }
    guard let value else { throw error("a number is missing after '{'") }
    return value
  }

  private mutating func atom() throws(SyntaxError) -> Tree {
    guard let scalar = current else { return .empty }
    position += 1
    switch scalar {
    case ".": return .set(.any)
    case "^": return .start
    case "$": return .end
    case "[": return .set(try characterClass())
    case "\\": return .set(try escape())
    case "(":
      if take("?") {
        guard take(":") else { throw error("only plain groups and '(?:' are known") }
      }
      let inner = try alternation()
      guard take(")") else { throw error("'(' has no ')'") }
      return inner
    case "*", "+", "?", "{":
      position -= 1
      throw error("'\(scalar)' repeats nothing")
    default: return .set(CharacterSet(ranges: [scalar.value...scalar.value]))
    }
  }

  private mutating func escape() throws(SyntaxError) -> CharacterSet {
    guard let scalar = current else { throw error("the pattern ends with '\\'") }
    position += 1
    switch scalar {
    case "d": return .digit
    case "D": return CharacterSet.digit.inverted
    case "w": return .word
    case "W": return CharacterSet.word.inverted
    case "s": return .space
    case "S": return CharacterSet.space.inverted
    case "t": return CharacterSet(ranges: [9...9])
    case "n": return CharacterSet(ranges: [10...10])
    default:
      guard !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
        throw error("'\\\(scalar)' is not known")
      }
      return CharacterSet(ranges: [scalar.value...scalar.value])
    }
  }

  private mutating func characterClass() throws(SyntaxError) -> CharacterSet {
    var set = CharacterSet(ranges: [], isNegated: take("^"))
    var isFirst = true
    while isFirst || current != "]" {
      isFirst = false
      guard let scalar = current else { throw error("'[' has no ']'") }
      position += 1
      if scalar == "\\" {
        let escaped = try escape()
        guard !escaped.isNegated else { throw error("a negated class inside [ ]") }
        set.ranges += escaped.ranges
      } else if current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
        position += 1
        let last = scalars[position]
        guard last != "\\" else { throw error("a range ends with a plain character") }
        position += 1
        guard scalar.value <= last.value else { throw error("the range ends before it starts") }
        set.ranges.append(scalar.value...last.value)
      } else {
        set.ranges.append(scalar.value...scalar.value)
      }
    }
    position += 1
    return set
  }

  // MARK: Program

  private static func emit(
    _ tree: Tree, to program: inout [Pattern.Instruction]
  ) throws(SyntaxError) {
    guard program.count <= maximumProgram else {
      throw SyntaxError(message: "the pattern's repetitions make it too large", offset: 0)
    }
    switch tree {
    case .empty: break
    case .set(let set): program.append(.character(set))
    case .start: program.append(.atStart)
    case .end: program.append(.atEnd)
    case .sequence(let items): for item in items { try emit(item, to: &program) }
    case .either(let branches): try emit(branches[...], to: &program)
    case .repeat(let inner, let minimum, let maximum):
      for _ in 0..<minimum {
        let before = program.count
        try emit(inner, to: &program)
        // An empty group adds nothing however often: without this, nested ones never end.
        if program.count == before { break }
      }
      if let maximum {
        for _ in minimum..<maximum { try emitOptional(inner, to: &program) }
      } else {
        let split = program.count
        program.append(.jump(0))
        try emit(inner, to: &program)
        program.append(.jump(split))
        program[split] = .split(split + 1, program.count)
      }
    }
  }

  private static func emitOptional(
    _ tree: Tree, to program: inout [Pattern.Instruction]
  ) throws(SyntaxError) {
    let split = program.count
    program.append(.jump(0))
    try emit(tree, to: &program)
    program[split] = .split(split + 1, program.count)
  }

  private static func emit(
    _ branches: ArraySlice<Tree>, to program: inout [Pattern.Instruction]
  ) throws(SyntaxError) {
    guard let first = branches.first else { return }
    guard branches.count > 1 else { return try emit(first, to: &program) }
    let split = program.count
    program.append(.jump(0))
    try emit(first, to: &program)
    let jump = program.count
    program.append(.jump(0))
    program[split] = .split(split + 1, program.count)
    try emit(branches.dropFirst(), to: &program)
    program[jump] = .jump(program.count)
  }
}
