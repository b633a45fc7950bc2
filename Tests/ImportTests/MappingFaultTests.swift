import Import
import Testing

/// Every kind of mistake in a mapping is told with its line.
@Suite("Mapping files")
struct MappingFaultTests {
    struct Fault: CustomTestStringConvertible {
        let name: String
        let text: String
        /// Nil where the file as a whole is no mapping.
        let line: Int?
        let words: String
        var testDescription: String { name }

        init(_ name: String, _ text: String, line: Int?, _ words: String) {
            self.name = name
            self.text = text
            self.line = line
            self.words = words
        }
    }

    // swift-format-ignore
    static let faults: [Fault] = [
        Fault("no mapping at all", "- a\n- b\n", line: nil, "expected a mapping"),
        Fault("an empty file", "", line: nil, "expected a mapping"),
        Fault("broken YAML", "import: [a\nfiles: }\n", line: nil, "is no YAML"),
        Fault("no name", "title: t\n", line: 1, "`import`"),
        Fault("a name with spaces", "import: two words\n", line: 1, "short name"),
        Fault("an unknown part", "import: t\nfile: []\n", line: 2, "did you mean \"files\""),
        Fault("history that is no yes or no", "import: t\nhistory: maybe\n", line: 2, "true or false"),
        Fault("a clock without history", "import: t\nclock: {from: 2020-01-01}\n", line: 2, "history: true"),
        Fault("an unknown part of the clock", "import: t\nhistory: true\nclock: {begin: 2020-01-01}\n", line: 3, "no \"begin\""),
        Fault("files that are no list", "import: t\nfiles: {a: b}\n", line: 2, "expected a list"),
        Fault("a file without a name", "import: t\nfiles:\n  - file: a.csv\n", line: 3, "`name`"),
        Fault("a file outside the folder", "import: t\nfiles:\n  - {name: a, file: ../a.csv}\n", line: 3, "inside the folder"),
        Fault("a file from the root", "import: t\nfiles:\n  - {name: a, file: /etc/passwd}\n", line: 3, "inside the folder"),
        Fault("two files of one name", "import: t\nfiles:\n  - {name: a, file: a.csv}\n  - {name: a, file: b.csv}\n", line: 4, "stands twice"),
        Fault("an unknown type of column", "import: t\nfiles:\n  - name: a\n    file: a.csv\n    columns: {x: float}\n", line: 5, "text, number, date, boolean"),
        Fault("a look-up in a file that is not there", "import: t\nfiles:\n  - name: a\n    file: a.csv\n    lookups:\n      p: {file: b, by: \"{x}\"}\n", line: 6, "no file \"b\""),
        Fault("a look-up in a file without key", "import: t\nfiles:\n  - {name: b, file: b.csv}\n  - name: a\n    file: a.csv\n    lookups:\n      p: {file: b, by: \"{x}\"}\n", line: 7, "`key`"),
        Fault("a look-up without by", "import: t\nfiles:\n  - name: a\n    file: a.csv\n    lookups:\n      p: {file: b}\n", line: 6, "`by`"),
        Fault("a group without key", "import: t\nfiles:\n  - name: a\n    file: a.csv\n    group:\n      p: {file: a, by: \"{x}\"}\n", line: 6, "`key`"),
        Fault("one name for two look-ups", "import: t\nfiles:\n  - {name: b, file: b.csv, key: k}\n  - name: a\n    file: a.csv\n    lookups: {p: {file: b, by: x}}\n    group: {p: {file: b, key: k, by: x}}\n", line: 4, "stands twice"),
        Fault("a mend without values", "import: t\nfiles:\n  - name: a\n    file: a.csv\n    mend:\n      - column: x\n", line: 6, "`values`"),
        Fault("an assumption without value", "import: t\nfiles:\n  - name: a\n    file: a.csv\n    assume:\n      - column: x\n", line: 6, "`value`"),
        Fault("a command without key", "import: t\ncommands:\n  - command: a.b\n", line: 3, "`key`"),
        Fault("a condition that is no expression", "import: t\ncommands:\n  - {command: a.b, key: k, when: x}\n", line: 3, "expected an expression"),
        Fault("a rank that is no number", "import: t\ncommands:\n  - {command: a.b, key: k, rank: first}\n", line: 3, "whole number"),
        Fault("an actor with spaces", "import: t\ncommands:\n  - {command: a.b, key: k, as: two words}\n", line: 3, "as:"),
        Fault("a created thing that no field names", "import: t\ncommands:\n  - {command: a.b, key: k, creates: x, fields: {y: z}}\n", line: 3, "creates"),
        Fault("work without people", "import: t\nwork:\n  - {command: a.b, as: []}\n", line: 3, "at least one actor"),
        Fault("each without fields", "import: t\ncommands:\n  - command: a.b\n    key: k\n    fields:\n      l: {each: g}\n", line: 6, "`fields`"),
        Fault("fields too deep", "import: t\ncommands:\n  - command: a.b\n    key: k\n    fields:\n      x: " + String(repeating: "{a: ", count: 20) + "b" + String(repeating: "}", count: 20) + "\n", line: 6, "levels deep"),
        Fault("a definition without a name in the set", "import: t\ndefinitions:\n  deploy:\n    - {file: a.bpmn}\n", line: 4, "`as`"),
    ]

    @Test("a mistake is told with its line", arguments: faults)
    func refuses(_ fault: Fault) {
        do {
            _ = try MappingReader.read(text: fault.text, name: "m.yaml")
            Issue.record("expected a failure")
        } catch {
            #expect(error.file == "m.yaml")
            #expect(error.place?.line == fault.line, "\(error)")
            #expect(error.message.contains(fault.words), "\(error)")
        }
    }

    @Test("a mapping that is whole is read")
    func reads() throws {
        let mapping = try MappingReader.read(
            text: """
                import: t
                title: A title
                history: true
                values: {day: 2020-01-01}
                clock: {from: "{day}", until: 2020-12-31}
                files:
                  - name: a
                    file: a.csv
                    commands:
                      - {command: a.b, key: "k-{x}", date: "{day}", fields: {x: "{x}"}}
                """, name: "m.yaml")
        #expect(mapping.name == "t")
        #expect(mapping.title == "A title")
        #expect(mapping.isHistory)
    }
}
