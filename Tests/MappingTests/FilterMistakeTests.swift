import Testing
import YAML

@testable import Mapping

@Suite("Mistakes around filters, told before any data")
struct FilterMistakeTests {
  @Test(
    "What cannot be is told at its place",
    arguments: [
      ("'a' | pad(‸101)", "'pad' needs a width from 0 to 100, not 101"),
      ("'a' | pad(‸'x')", "'pad' needs a width from 0 to 100, not the text 'x'"),
      ("'a' | split(‸'')", "'split' needs a text that is not empty, not the text ''"),
      ("'a' | pad(shot.‸name)", "'pad' needs a number, not a text"),
      ("'a' | starts_with(shot.‸nb_frames)", "'starts_with' needs a text, not a number"),
      ("'a' | matches('[a‸')", "'[' has no ']'"),
      ("'a' | replace('it''s(‸', '')", "'(' has no ')'"),
      ("'a' | matches(shot.‸name)", "'matches' needs a pattern in quotes"),
      ("'2026-01-31' | date(‸'%x')", "'date' knows %Y %y %m %d %j %H %M %S and %%, not '%x'"),
      ("'2026-01-31' | date(‸'%')", "'date' knows %Y %y %m %d %j %H %M %S and %%, not '%'"),
      ("'a' ‸| slice", "'slice' takes 1 to 2 arguments, not 0"),
      ("'a' ‸| clean(1)", "'clean' takes no argument, not 1"),
      ("'a' | lookup(‸'silo')", "there is no table 'silo'"),
      ("'a' | lookup(shot.‸name)", "'lookup' needs the name of a table in quotes"),
      ("['a'] ‸| sum", "'sum' needs a list of numbers, not a list of texts"),
      ("5 ‸| slice(1)", "'slice' needs a text or a list, not a number"),
      ("shot.tasks ‸| map", "'map' takes a filter's name, or a name for the item"),
      ("shot.tasks ‸| sort(task) | length", "'sort' takes a name for the item and an expression"),
      ("shot.tasks ‸| map('t', 1)", "'map' takes a filter's name, or a name for the item"),
      ("shot.tasks | map(t, t.‸nam)", "task has no field 'nam'"),
      (
        "shot.tasks ‸| filter(t, t.priority) | length", "'filter' needs true or false, not a number"
      ),
      ("(shot.tasks | sort(t, t.priority) | first).‸nam", "task has no field 'nam'"),
      ("(shot.tasks | max(t, t.priority)).‸nam", "task has no field 'nam'"),
      ("shot.tasks | map(t, t.type) | map(y, y.‸nam)", "task_type has no field 'nam'"),
      ("shot.tasks | map(t, t.assignees) | flatten | map(p, p.‸nam)", "person has no field"),
      ("(shot.tasks | map(t, t.priority) | first) ‸| lowercase", "'lowercase' needs a text"),
      ("(shot.name | default('x')) ‸+ 1", "'+' needs a number, not a text"),
    ])
  func mistakes(marked: String, message: String) throws {
    let text = marked.replacing("‸", with: "")
    let mapping = shotMapping(data: "{v: \"${\(text)}\"}", tables: "{silos: {a: b}}")
    let found = MappingTests.mistakes(in: mapping)
    #expect(found.count == 1, "\(found.map(\.message))")
    let mistake = try #require(found.first)
    #expect(mistake.message.hasPrefix(message), "\(mistake.message)")
    var line = Array(mistake.position.file.line(mistake.position.line))
    line.insert("‸", at: mistake.position.column - 1)
    #expect(String(line).contains("${\(marked)}"), "\(String(line))")
  }
}
