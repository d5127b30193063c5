/// A parsed expression. Offsets count bytes from the start of the text that it was parsed from.
struct Expression {
  indirect enum Form {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([Expression])
    /// A name that stands alone: a source, a local, or a filter given to `map`.
    case name(String)
    case field(Expression, String)
    case index(Expression, Expression)
    case call(String, [Expression])
    case filter(Expression, String, [Expression])
    case coalesce(Expression, Expression)
    case negate(Expression)
    case not(Expression)
    case binary(BinaryOperator, Expression, Expression)
    case choice(condition: Expression, then: Expression, otherwise: Expression)
    /// Text with expressions in it.
    case template([Part])
  }

  enum Part {
    case text(String)
    case expression(Expression)
  }

  let form: Form
  let offset: Int
}

enum BinaryOperator: String {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contained = "in"
  case and
  case or

  static let comparisons: Set<String> = ["==", "!=", "<", "<=", ">", ">=", "in"]
}
