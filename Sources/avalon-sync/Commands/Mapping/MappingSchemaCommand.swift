internal import ArgumentParser
internal import Mapping

struct MappingSchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of mappings, for editors.",
    discussion: """
      With it an editor completes keys, shows what they are for, and marks those that mean nothing. \
      It knows the shape of a mapping only: 'mapping check' finds what is wrong with expressions.

      Exit codes: 0 printed; 64 wrong use of the command.
      """)

  func run() async { Console.product(MappingSchema.text + "\n") }
}
