package import BSON
package import Identity
internal import YAML

/// Why one document is as it is, or is not there: the rules that were tried and each value with
/// what it was made of.
package struct Explanation: Sendable {
  /// Something that was read, as people write it, with its value: `shot.data.fps`, `"24"`.
  package struct Input: Sendable, Equatable {
    package let path: String
    package let value: String

    package init(path: String, value: String) {
      self.path = path
      self.value = value
    }
  }

  /// A line of a mapping.
  package struct Place: Sendable, Equatable {
    /// `avalon.yaml:12`.
    package let line: String
    /// What stands there.
    package let text: String

    package init(line: String, text: String) {
      self.line = line
      self.text = text
    }
  }

  package enum Outcome: Sendable {
    case made
    /// What is wrong, and what is held that it stands on, the nearest first.
    case held(String, by: [HeldEntity])
    /// No rule's `when` holds.
    case skipped
  }

  package let identity: Identity
  /// The kind of entity, or `folder`.
  package let kind: String
  /// Where people find it in Kitsu.
  package let title: String
  /// The rules that were tried, in their order; the last one made it where one did.
  package let trials: [Trial]
  package let outcome: Outcome
  /// How its name came about, where a rule was found.
  package let name: Name?
  /// Empty where no document can be made.
  package let fields: [Field]
  package let notes: [String]
  /// The documents that it stands on, and those that stand on it.
  package let standsOn: [Neighbour]
  package let carries: [Neighbour]

  package init(
    identity: Identity, kind: String, title: String, trials: [Trial], outcome: Outcome,
    name: Name? = nil, fields: [Field] = [], notes: [String] = [], standsOn: [Neighbour] = [],
    carries: [Neighbour] = []
  ) {
    self.identity = identity
    self.kind = kind
    self.title = title
    self.trials = trials
    self.outcome = outcome
    self.name = name
    self.fields = fields
    self.notes = notes
    self.standsOn = standsOn
    self.carries = carries
  }
}

extension Explanation {
  /// A rule with its conditions, as far as they were looked at.
  package struct Trial: Sendable {
    package let rule: String
    package let place: Place
    package let conditions: [Condition]
    /// Nil where a condition failed.
    package let holds: Bool?

    package init(rule: String, place: Place, conditions: [Condition], holds: Bool?) {
      self.rule = rule
      self.place = place
      self.conditions = conditions
      self.holds = holds
    }
  }

  package struct Condition: Sendable {
    package enum Result: Sendable, Equatable {
      case holds, fails
      case mistake(String)
    }

    package let name: String
    package let place: Place
    package let inputs: [Input]
    package let result: Result

    package init(name: String, place: Place, inputs: [Input], result: Result) {
      self.name = name
      self.place = place
      self.inputs = inputs
      self.result = result
    }
  }

  package struct Name: Sendable {
    package let place: Place
    package let inputs: [Input]
    /// The effective one; nil where it is held.
    package let effective: String?
    /// Why the document keeps the name that it has.
    package let hold: NameHold?

    package init(place: Place, inputs: [Input], effective: String?, hold: NameHold?) {
      self.place = place
      self.inputs = inputs
      self.effective = effective
      self.hold = hold
    }
  }

  package struct Field: Sendable {
    package let path: FieldPath
    package let ownership: Ownership
    package let place: Place
    package let inputs: [Input]
    /// Nil where the value is null, and the field is left out.
    package let value: Value?
    /// Why the field is held.
    package let hold: String?

    package init(
      path: FieldPath, ownership: Ownership, place: Place, inputs: [Input], value: Value?,
      hold: String?
    ) {
      self.path = path
      self.ownership = ownership
      self.place = place
      self.inputs = inputs
      self.value = value
      self.hold = hold
    }
  }

  /// A document beside the one that is explained.
  package struct Neighbour: Sendable, Equatable {
    package let rule: String
    package let name: String

    package init(rule: String, name: String) {
      self.rule = rule
      self.name = name
    }
  }
}

extension Explanation.Place {
  init(_ position: Position) {
    let file = position.file
    let text = file.line(position.line)
    self.init(
      line: "\(file.name):\(position.line)",
      text: String(text.drop { $0 == " " || $0 == "\t" }))
  }
}
