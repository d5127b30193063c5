import BSON
import Foundation
import TestSupport
import Testing

@testable import Avalon

/// Our dump files against pymongo's own reader and writer.
@Suite(.enabled(if: Stack.has("TEST_PYTHON"))) struct DumpRoundTripTests {
  @Test func pythonReadsWhatWeWrote() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let documents = ValueContractTests.values.enumerated().map { number, entry in
        asset(number + 1, entry.name, data: .document(document(("v", entry.value))))
      }
      let outcomes = try await room.write(documents.map { .insert($0) })
      #expect(outcomes == documents.map { _ in .applied })
      let path = try #require(room.dumpDirectory) + "/bigbuck.bson"
      let printed = try await python(
        """
        import bson, sys
        with open(sys.argv[1], 'rb') as raw:
            for document in bson.decode_file_iter(raw):
                print(document['name'], type(document['data']['v']).__name__)
        """, path)
      let lines = printed.split(separator: "\n")
      #expect(lines.count == documents.count)
      for (line, entry) in zip(lines, ValueContractTests.values) {
        #expect(line.hasPrefix(entry.name + " "))
      }
      #expect(lines.contains("decimal Decimal128"))
      #expect(lines.contains("NaN float"))
    }
  }

  @Test func weReadWhatPythonWrote() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      try await room.put([])
      let path = try #require(room.dumpDirectory) + "/bigbuck.bson"
      _ = try await python(
        """
        import bson, sys
        from bson.son import SON
        with open(sys.argv[1], 'wb') as file:
            for number in range(1, 2001):
                data = SON([('fps', 24.0), ('tasks', ['é', 'b']), ('big', 1 << 40), ('none', None)])
                file.write(bson.encode(SON([
                    ('_id', bson.ObjectId('%024x' % number)), ('type', 'asset'),
                    ('name', 'shot%d' % number), ('data', data)])))
        """, path)
      let data = document(
        ("fps", .double(24)), ("tasks", list("é".value, "b".value)), ("big", .int64(1 << 40)),
        ("none", .null))
      let expected = (1...2000).map { asset($0, "shot\($0)", data: .document(data)) }
      #expect(try await room.read() == expected)
      let update = DocumentUpdate(7, ["data", "fps"], from: .double(24), to: .double(25))
      #expect(try await room.write([.update(update)]) == [.applied])
      let printed = try await python(
        """
        import bson, sys
        documents = bson.decode_all(open(sys.argv[1], 'rb').read())
        print(len(documents), [d['name'] for d in documents if d['data']['fps'] == 25.0])
        """, path)
      #expect(printed == "2000 ['shot7']\n")
    }
  }

  private func python(_ script: String, _ argument: String) async throws -> String {
    let outcome = try await Command(try #require(Stack.python), ["-c", script, argument]).run()
    try #require(outcome.code == 0, "\(outcome.all)")
    return outcome.output
  }
}
