import Records
import Testing

@Suite("A record declared once is stored compactly and read back the same")
struct CodecTests {
    @Test("any record reads back from its bytes and from its JSON")
    func roundTrip() throws {
        var generator = seededGenerator()
        let context = JSONContext(currency: try currency("EUR"))
        for _ in 0..<300 {
            let record = generator.anyEverything()
            #expect(try Everything.decoded(from: record.encoded()) == record)
            let json = try JSONValue.parse(record.json(context).encoded())
            #expect(try Everything.read(json, context) == record)
        }
    }

    // Released events are frozen: these bytes must be read the same way for ever.
    // swift-format-ignore
    static let goldenOrder: [UInt8] = [
        0x05, 0x05, 0x41, 0x4C, 0x46, 0x4B, 0x49,                // 1, bytes: ALFKI
        0x09, 0x17, 0x01,                                        // 2, bytes: a list of one
        0x15,                                                    //   a line of 21 bytes
        0x05, 0x04, 0x50, 0x2D, 0x31, 0x31,                      //     1, bytes: P-11
        0x09, 0x04, 0x80, 0xEC, 0xB8, 0x0B,                      //     2, bytes: 12,000,000 millionths
        0x0D, 0x07, 0x80, 0xFE, 0xAC, 0x0D, 0x45, 0x55, 0x52,    //     3, bytes: 14,000,000 millionths of EUR
        0x0C, 0xEC, 0xC3, 0x02,                                  // 3, number: day 20,726
    ]

    static func goldenRecord() throws -> Order {
        Order(
            customer: try #require(Identifier("ALFKI")),
            lines: [
                Line(
                    product: try #require(Identifier("P-11")), quantity: try quantity("12"),
                    price: try price("14.00"), note: nil)
            ],
            date: try #require(BusinessDate("2026-09-30")))
    }

    @Test("the bytes of an order are what they always were")
    func golden() throws {
        #expect(try Self.goldenRecord().encoded() == Self.goldenOrder)
        #expect(try Order.decoded(from: Self.goldenOrder) == Self.goldenRecord())
    }

    @Test("numbers take the bytes they need, and negative ones are small too")
    func numbers() throws {
        // swift-format-ignore
        let rows: [(Int64, [UInt8])] = [
            (0, [0]), (-1, [1]), (1, [2]), (63, [126]), (-64, [127]), (64, [0x80, 0x01]),
            (.max, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
            (.min, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        ]
        for (number, bytes) in rows {
            var writer = ByteWriter()
            writer.write(signed: number)
            #expect(writer.bytes == bytes)
            let read = try ByteReader.decode(bytes) {
                (reader: inout ByteReader) throws(CodecFailure) in try reader.readSigned()
            }
            #expect(read == number)
        }
    }

    @Test(
        "a number of more than 64 bits is malformed",
        arguments: [
            [UInt8](repeating: 0xFF, count: 10), [UInt8](repeating: 0x80, count: 9) + [0x02],
            [UInt8](repeating: 0x80, count: 20),
        ])
    func wideNumbers(_ bytes: [UInt8]) {
        #expect(throws: CodecFailure.malformed) {
            try ByteReader.decode(bytes) {
                (reader: inout ByteReader) throws(CodecFailure) in try reader.readUnsigned()
            }
        }
    }

    @Test(
        "values longer than one group of a length are framed right",
        arguments: [126, 127, 128, 129, 16_383, 16_384, 70_000])
    func longValues(_ length: Int) throws {
        var writer = ByteWriter()
        writer.bytes = [7]
        writer.writeWithLength { $0.bytes.append(contentsOf: (0..<length).map { UInt8($0 % 251) }) }
        writer.bytes.append(9)
        let read = try ByteReader.decode(writer.bytes) {
            (reader: inout ByteReader) throws(CodecFailure) in
            [try reader.readByte()] + (try reader.readBytes()) + [try reader.readByte()]
        }
        #expect(read == [7] + (0..<length).map { UInt8($0 % 251) } + [9])
    }

    @Test("a reader passes over the fields that a newer version added")
    func newerFields() throws {
        let line = Line(
            product: try #require(Identifier("P-11")), quantity: try quantity("12"),
            price: try price("14.00"), note: "fragile")
        let old = try OldLine.decoded(from: line.encoded())
        #expect(old.product == line.product && old.quantity == line.quantity)
        // A number, bytes and sealed bytes with far higher numbers, behind and between.
        var newer = ByteWriter()
        newer.bytes = line.encoded()
        newer.write(unsigned: 900 << 2 | 0)
        newer.write(unsigned: 77)
        newer.write(unsigned: 901 << 2 | 1)
        newer.write(text: "new")
        newer.write(unsigned: 902 << 2 | 2)
        newer.write(text: "sealed")
        #expect(try Line.decoded(from: newer.bytes) == line)
        #expect(try OldLine.decoded(from: newer.bytes) == old)
    }

    @Test("a field that is not there is its default, nothing, or a failure by name")
    func missingFields() throws {
        let old = OldLine(product: try #require(Identifier("P-11")), quantity: try quantity("12"))
        #expect(throws: CodecFailure.missingField(record: "sample.line", field: "price")) {
            try Line.decoded(from: old.encoded())
        }
        #expect(throws: CodecFailure.missingField(record: "sample.order", field: "customer")) {
            try Order.decoded(from: [])
        }
        // 1: ALFKI alone: no lines, and the declared date.
        let bare = try Order.decoded(from: Array(Self.goldenOrder.prefix(7)))
        #expect(bare.lines.isEmpty)
        #expect(bare.date.description == "1970-01-01")
    }

    // swift-format-ignore
    static let broken: [Row<CodecFailure>] = [
        Row("05", .cutShort),                        // a tag and no length
        Row("05 05 41", .cutShort),                  // a text longer than the record
        Row("05 FF FF FF FF FF FF FF FF FF 01", .cutShort),
        Row("07", .malformed),                       // a wire kind that does not exist
        Row("01 00", .malformed),                    // a field of number 0
        Row("04 05", .malformed),                    // a number where an identifier is expected
        Row("05 02 C3 28", .malformed),              // a text that is not UTF-8
        Row("05 01 41 09 01 02", .cutShort),         // two lines counted, none there
        Row("05 01 41 09 01 FF", .cutShort),
        Row("05 01 41 0C FE FF FF FF 1F", .badValue(kind: "date")),
        Row("05 01 41 0C 80 80 80 80 80 80 80 80 80 02", .malformed),
        Row("05 01 41 61 05 41", .cutShort),         // an unknown field behind, cut short
        Row("05 01 41 63", .malformed),
    ]

    @Test("broken bytes are refused", arguments: broken)
    func refuses(_ row: Row<CodecFailure>) {
        let bytes = row.given.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        #expect(throws: row.expected) { try Order.decoded(from: bytes) }
    }

    @Test("unknown currencies and rates with too many decimals are refused")
    func badValues() throws {
        struct Wallet: Record {
            let money: Money
            let rate: Rate?
            static let schema = Schema<Wallet>(
                "sample.wallet", "", Field(1, "money", \.money), Field(2, "rate", \.rate),
                make: Wallet.init)
        }
        #expect(throws: CodecFailure.badValue(kind: "currency")) {
            try Wallet.decoded(from: [0x05, 0x04, 0x02, 0x58, 0x58, 0x58])
        }
        #expect(throws: CodecFailure.badValue(kind: "currency")) {
            try Wallet.decoded(from: [0x05, 0x04, 0x02, 0xFF, 0x00, 0x41])
        }
        let euro: [UInt8] = [0x05, 0x04, 0x02, 0x45, 0x55, 0x52]
        #expect(try Wallet.decoded(from: euro).money == amount("0.01"))
        #expect(throws: CodecFailure.badValue(kind: "rate")) {
            try Wallet.decoded(from: euro + [0x09, 0x02, 0x02, 13])
        }
    }

    @Test("a record cut at any byte is refused or lacks only what may be missing")
    func truncated() throws {
        let whole = Self.goldenOrder
        for length in 0..<whole.count {
            if let cut = try? Order.decoded(from: Array(whole.prefix(length))) {
                // Cut between two fields: nothing that was read may differ.
                #expect(cut.customer.text == "ALFKI")
                #expect([7, 32].contains(length), "cut at \(length)")
            }
        }
    }

    @Test("no bytes, however broken, are more than a refusal")
    func fuzz() throws {
        var generator = seededGenerator()
        let context = JSONContext(currency: nil)
        for _ in 0..<400 {
            let whole = generator.anyEverything().encoded()
            for _ in 0..<10 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
                if Bool.random(using: &generator) {
                    bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
                }
                // What can be read can be shown, checked and stored again.
                guard let record = try? Everything.decoded(from: bytes) else { continue }
                #expect(try Everything.decoded(from: record.encoded()) == record)
                _ = record.json(context).encoded()
                _ = record.content
                _ = record.references
            }
            let garbage = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? Everything.decoded(from: garbage)
            _ = try? Contact.decoded(from: garbage)
            _ = try? Order.decoded(from: garbage)
        }
    }
}
