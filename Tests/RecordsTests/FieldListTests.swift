import Records
import Testing

@Suite("Field lists: what the log says of its records")
struct FieldListTests {
    struct Inner: Record {
        let word: String
        static let schema = Schema<Inner>(
            "sample.inner", "", Field(1, "word", \.word, "A word."), make: Inner.init)
    }

    struct WiderInner: Record {
        let word: String
        let more: String?
        static let schema = Schema<WiderInner>(
            "sample.inner", "", Field(1, "word", \.word, "A word."), Field(2, "more", \.more),
            make: WiderInner.init)
    }

    struct Before: Record {
        let text: String
        let count: Int64
        let colour: Colour?
        let inner: [Inner]
        static let schema = Schema<Before>(
            "sample.before", "",
            Field(1, "text", \.text, "A text."), Field(3, "count", \.count, "How many."),
            Field(4, "colour", \.colour, "Which colour."), Field(6, "inner", \.inner, "Others."),
            make: Before.init)
    }

    /// A program's field list after a change, and what it is beside the one before.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let now: RecordDescription
        let expected: FieldList.Comparison
    }

    /// A record of one field more or another field, for its description alone.
    struct Shape<First: FieldValue, Second: FieldValue, Inner: FieldValue>: Record {
        let first: First
        let second: Second
        let colour: Colour?
        let inner: Inner
        static func described(
            first name: String = "text", second number: Int = 3, default second: Second? = nil
        ) -> RecordDescription {
            Schema<Self>(
                "sample.after", "In other words.",
                Field(1, name, \.first, "The text."),
                Field(number, "count", \.second, "Their number.", default: second),
                Field(4, "colour", \.colour, "The colour."),
                Field(6, "inner", \.inner, "The others."), make: Self.init
            ).description
        }
        static var schema: Schema<Self> {
            Schema(
                "sample.after", "", Field(1, "text", \.first), Field(3, "count", \.second),
                Field(4, "colour", \.colour), Field(6, "inner", \.inner), make: Self.init)
        }
    }

    struct Added<Extra: FieldValue>: Record {
        let text: String
        let count: Int64
        let colour: Colour?
        let inner: [Inner]
        let extra: Extra
        static var schema: Schema<Self> {
            Schema(
                "sample.added", "", Field(1, "text", \.text), Field(3, "count", \.count),
                Field(4, "colour", \.colour), Field(6, "inner", \.inner),
                Field(7, "extra", \.extra), make: Self.init)
        }
    }

    struct Less: Record {
        let text: String
        let colour: Colour?
        let inner: [Inner]
        static let schema = Schema<Less>(
            "sample.less", "", Field(1, "text", \.text), Field(4, "colour", \.colour),
            Field(6, "inner", \.inner), make: Less.init)
    }

    struct Blind: Record {
        let text: String
        let count: Int64
        let inner: [Inner]
        static let schema = Schema<Blind>(
            "sample.blind", "", Field(1, "text", \.text), Field(3, "count", \.count),
            Field(6, "inner", \.inner), make: Blind.init)
    }

    static let rows = [
        Row(
            testDescription: "other words",
            now: Shape<String, Int64, [Inner]>.described(), expected: .same),
        Row(
            testDescription: "an optional field more",
            now: Added<String?>.schema.description, expected: .extended),
        Row(
            testDescription: "a list more", now: Added<[String]>.schema.description,
            expected: .extended),
        Row(
            testDescription: "an optional field more in a record inside",
            now: Shape<String, Int64, [WiderInner]>.described(), expected: .extended),
        Row(
            testDescription: "a required field more", now: Added<String>.schema.description,
            expected: .changed(#"field 7 "extra" is new, and no record may be without it"#)),
        Row(
            testDescription: "another kind", now: Shape<String, String, [Inner]>.described(),
            expected: .changed(#"field 3 "count" was integer, it is text now"#)),
        Row(
            testDescription: "another name",
            now: Shape<String, Int64, [Inner]>.described(first: "title"),
            expected: .changed(#"field 1 "text" is called "title" now"#)),
        Row(
            testDescription: "another number",
            now: Shape<String, Int64, [Inner]>.described(second: 2),
            expected: .changed(#"field 2 "count" is new, and no record may be without it"#)),
        Row(
            testDescription: "no longer required",
            now: Shape<String, Int64, [Inner]>.described(default: 1),
            expected: .changed(#"field 3 "count" was in every record, it may be absent now"#)),
        Row(
            testDescription: "a required field less", now: Less.schema.description,
            expected: .changed(#"field 3 "count" is gone"#)),
        Row(
            testDescription: "an optional field less: a newer program wrote the list",
            now: Blind.schema.description, expected: .same),
        Row(
            testDescription: "another record inside",
            now: Shape<String, Int64, Inner>.described(),
            expected: .changed(
                #"field 6 "inner" was list of record sample.inner, it is record sample.inner now"#
            )),
    ]

    @Test("only optional fields may be added to a version", arguments: rows)
    func compared(_ row: Row) {
        let recorded = FieldList.json(of: Before.schema.description)
        #expect(FieldList.compare(recorded: recorded, with: row.now) == row.expected)
    }

    @Test("a list from before lists said what is required is compared all the same")
    func oldList() throws {
        let list = try JSONValue.parse(
            """
            [{"number":1,"name":"text","kind":"text","doc":""},
             {"number":3,"name":"count","kind":"integer","doc":""},
             {"number":4,"name":"colour","kind":"one of red|green|deep-blue","doc":""},
             {"number":6,"name":"inner","kind":"list of record sample.inner","doc":"","fields":
              [{"number":1,"name":"word","kind":"text","doc":""}]}]
            """)
        #expect(FieldList.compare(recorded: list, with: Before.schema.description) == .same)
        #expect(
            FieldList.compare(recorded: list, with: Blind.schema.description)
                == .changed(#"field 4 "colour" is gone"#))
        #expect(
            FieldList.compare(recorded: .null, with: Before.schema.description)
                == .changed("the list in the log is none"))
    }

    @Test("a record of every kind reads by its list as it reads by its type")
    func byList() throws {
        let fields = FieldList.json(of: Everything.schema.description)
        var generator = seededGenerator()
        for _ in 0..<300 {
            let record = generator.anyEverything()
            let byList = try StoredRecord.json(of: record.encoded(), fields: fields)
            #expect(byList == record.json(JSONContext(currency: nil)))
        }
    }

    @Test("personal fields open by the list, where the keys are at hand")
    func personal() throws {
        let fields = FieldList.json(of: Contact.schema.description)
        let contact = Contact(
            id: try #require(Identifier("C-1")), name: .value("Ada"),
            phones: [.value("1"), .forgotten], birthday: nil, nickname: .value(nil))
        #expect(
            try StoredRecord.json(of: contact.encoded(), fields: fields).description
                == #"{"id":"C-1","name":"Ada","phones":["1","forgotten"],"nickname":null}"#)
        let sealed = contact.encoded(sealer: TestKey(isForgotten: false))
        #expect(
            try StoredRecord.json(of: sealed, fields: fields)["name"]?.stringValue == "sealed")
        #expect(
            try StoredRecord.json(of: sealed, fields: fields, opener: TestKey(isForgotten: false))
                == contact.json(JSONContext(currency: nil)))
    }

    @Test("bytes that are no record of the list are refused, and never read past their end")
    func badBytes() throws {
        let fields = FieldList.json(of: Everything.schema.description)
        var generator = seededGenerator()
        for _ in 0..<500 {
            var bytes = generator.anyEverything().encoded()
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[place] = UInt8.random(in: 0...255, using: &generator)
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
            // What can be read can be shown.
            _ = try? StoredRecord.json(of: bytes, fields: fields).encoded()
        }
        #expect(throws: CodecFailure.badValue(kind: "field list")) {
            try StoredRecord.json(of: [0x05, 0x01, 0x61], fields: .null)
        }
    }
}
