/// A key of a mapping file with what it is for: for the compiler, hints and editors.
struct Key: Sendable {
  let name: String
  let summary: String

  init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }

  /// Of the file. `extends` is gone when files are merged, and so when they are compiled.
  static let root = [
    Key("apiVersion", "the version of the language"),
    Key("kind", "what the file is"),
    Key("names", "what the names of documents have to be, and how they are made so"),
    Key("define", "the mapping's own filters: one expression over `value` each"),
    Key("tables", "look-up tables: `x | lookup('table')`, `tables.table['key']`"),
    Key(
      "rules",
      "what documents are made of what entities; of several for one kind the first whose `when` "
        + "holds counts"),
  ]
  static let rootExtends = Key(
    "extends", "the mapping, or the list of mappings, that this one is merged over")

  static let names = [
    Key("filters", "the mapping's own filters for names: lists of steps"),
    Key("must_match", "the pattern that a whole name has to match"),
    Key("on_invalid", "what becomes of an entity whose name does not match"),
    Key("on_collision", "what becomes of entities that want the same name"),
    Key("case", "whether `Bob` and `bob` are two names"),
  ]
  /// Of `names` in a rule.
  static let ruleNames = names.filter { $0.name != "filters" && $0.name != "case" }

  static let rule = [
    Key("from", "the kind of entity that documents are made of"),
    Key("as", "what a further document of the same entity is known by"),
    Key("for_each", "a list: a document for each of its items, named `item`"),
    Key("key", "what a document of `for_each` is known by for ever"),
    Key("let", "named values of the rule, in any order"),
    Key("when", "a condition, or a map of named ones that all have to hold"),
    Key("names", "what is different from the mapping's `names`"),
    Key("name", "the document's name in Avalon"),
    Key(
      "protect",
      "whose names and places stay: of what is `published`, of what is `started`, or `follow`"),
    Key("removed", "what becomes of documents that Kitsu no longer has, under the policy `sync`"),
    Key("document", "the fields of the document; what comes out null is left out"),
  ]
  static let ruleExtends = Key("extends", "the rule that this one is merged over")
}
