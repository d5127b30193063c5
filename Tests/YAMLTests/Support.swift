import YAML

/// What is wrong with a text; nil when it is read.
func mistake(in text: String) -> Diagnostic? { mistake(in: Array(text.utf8)) }

func mistake(in bytes: [UInt8]) -> Diagnostic? {
  do throws(Diagnostic) {
    _ = try YAML.parse(SourceText(name: "m.yaml", bytes: bytes))
    return nil
  } catch {
    return error
  }
}

func parse(_ text: String) throws -> Node { try YAML.parse(SourceText(name: "m.yaml", text: text)) }

extension Node {
  var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
}

extension Position {
  var lineAndColumn: [Int] { [line, column] }
}
