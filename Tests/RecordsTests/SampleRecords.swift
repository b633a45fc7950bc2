import Records

enum Product: IdentifierSubject { static let subjectName = "inventory.product" }
enum Customer: IdentifierSubject { static let subjectName = "sales.customer" }

enum Colour: String, Choice { case red, green, deepBlue = "deep-blue" }

/// A line of an order.
struct Line: Record {
    let product: Identifier<Product>
    let quantity: Quantity
    let price: UnitPrice
    let note: String?

    static let schema = Schema<Line>(
        "sample.line", "One line.",
        Field(1, "product", \.product, "What is sold.", concerns: true),
        Field(2, "quantity", \.quantity, "How much of it.", limits: .positive),
        Field(3, "price", \.price, "What one unit costs.", limits: .notNegative),
        Field(4, "note", \.note, "What else there is to say.", limits: .count(0...20)),
        make: Line.init)
}

/// An order.
struct Order: Record {
    let customer: Identifier<Customer>
    let lines: [Line]
    let date: BusinessDate

    static let schema = Schema<Order>(
        "sample.order", "An order was placed.",
        Field(1, "customer", \.customer, "Who buys.", concerns: true),
        Field(2, "lines", \.lines, "What they buy.", limits: .count(1...100)),
        Field(3, "date", \.date, "When.", default: BusinessDate(daysSinceEpoch: 0)),
        make: Order.init)
}

/// Something of which rules see more than is stored.
struct Parcel: Record {
    let weight: Int64

    static let schema = Schema<Parcel>(
        "sample.parcel", "A parcel.", Field(1, "weight", \.weight, "In kilograms."),
        make: Parcel.init
    ).deriving(DerivedField("isHeavy", { $0.weight > 30 }, "Whether two people carry it."))
}

/// A field of every kind.
struct Everything: Record {
    let text: String
    let flag: Bool
    let count: Int64
    let money: Money
    let quantity: Quantity
    let price: UnitPrice
    let rate: Rate
    let currency: Currency
    let date: BusinessDate
    let time: Instant
    let blob: Blob
    let product: Identifier<Product>
    let colour: Colour
    let tags: [String]
    let gaps: [Int64?]
    let maybe: Money?
    let line: Line?
    let lines: [Line]
    let any: JSONValue

    static let schema = Schema<Everything>(
        "sample.everything", "All kinds of fields.",
        Field(1, "text", \.text), Field(2, "flag", \.flag), Field(3, "count", \.count),
        Field(4, "money", \.money), Field(5, "quantity", \.quantity), Field(6, "price", \.price),
        Field(7, "rate", \.rate), Field(8, "currency", \.currency), Field(9, "date", \.date),
        Field(10, "time", \.time), Field(11, "blob", \.blob), Field(12, "product", \.product),
        Field(13, "colour", \.colour), Field(20, "tags", \.tags), Field(21, "gaps", \.gaps),
        Field(22, "maybe", \.maybe), Field(23, "line", \.line), Field(24, "lines", \.lines),
        Field(1000, "any", \.any),
        make: Everything.init)
}

/// A person's data among other data.
struct Contact: Record {
    let id: Identifier<Customer>
    let name: Personal<String>
    let phones: [Personal<String>]
    let birthday: Personal<BusinessDate>?
    let nickname: Personal<String?>

    static let schema = Schema<Contact>(
        "sample.contact", "A contact was captured.",
        Field(1, "id", \.id), Field(2, "name", \.name, "What they are called."),
        Field(3, "phones", \.phones), Field(4, "birthday", \.birthday),
        Field(5, "nickname", \.nickname, default: .value(nil)),
        make: Contact.init)
}

/// What ``Line`` looked like before it had a price and a note.
struct OldLine: Record {
    let product: Identifier<Product>
    let quantity: Quantity

    static let schema = Schema<OldLine>(
        "sample.line", "One line.",
        Field(1, "product", \.product), Field(2, "quantity", \.quantity),
        make: OldLine.init)
}

// Random records.

extension SeededGenerator {
    mutating func anyText(_ lengthMax: Int = 30) -> String {
        let alphabet: [Character] = ["a", "Z", "0", " ", "\"", "\\", "\n", "é", "箱", "🚚", "\u{1}"]
        let length = Int.random(in: 0...lengthMax, using: &self)
        return String((0..<length).map { _ in alphabet.randomElement(using: &self) ?? "a" })
    }

    mutating func anyProduct() -> Identifier<Product> {
        let length = Int.random(in: 1...20, using: &self)
        let text = String((0..<length).map { _ in "aB9-é箱".randomElement(using: &self) ?? "a" })
        return Identifier(text) ?? anyProduct()
    }

    mutating func anyCurrency() -> Currency {
        let code = ["EUR", "JPY", "KWD", "USD"].randomElement(using: &self) ?? "EUR"
        return Currency(code: code) ?? anyCurrency()
    }

    mutating func anyUnits() -> Int64 { anyInt64() % 1_000_000_000_000_000 }

    mutating func anyMoney() -> Money { Money(minorUnits: anyUnits(), currency: anyCurrency()) }

    mutating func anyQuantity() -> Quantity {
        let symbol = ["", "kg", "箱", "km/h"].randomElement(using: &self) ?? ""
        return Quantity(millionths: anyUnits(), unit: UnitOfMeasure(symbol: symbol))
    }

    mutating func anyPrice() -> UnitPrice {
        UnitPrice(millionths: anyUnits(), currency: anyCurrency())
    }

    mutating func anyDate() -> BusinessDate {
        BusinessDate(daysSinceEpoch: Int32.random(in: BusinessDate.dayNumbers, using: &self))
    }

    mutating func anyTime() -> Instant {
        Instant(startOf: anyDate()).adding(
            microseconds: Int64.random(in: 0..<Instant.microsecondsPerDay, using: &self))
    }

    mutating func anyLine() -> Line {
        Line(
            product: anyProduct(),
            quantity: Quantity(millionths: Int64.random(in: 1...1_000_000_000, using: &self)),
            price: UnitPrice(
                millionths: Int64.random(in: 0...1_000_000_000, using: &self),
                currency: anyCurrency()),
            note: Bool.random(using: &self) ? anyText(5) : nil)
    }

    mutating func anyList<Element>(_ one: (inout SeededGenerator) -> Element) -> [Element] {
        (0..<Int.random(in: 0...12, using: &self)).map { _ in one(&self) }
    }

    mutating func anyEverything() -> Everything {
        Everything(
            text: anyText(200), flag: Bool.random(using: &self), count: anyUnits(),
            money: anyMoney(), quantity: anyQuantity(), price: anyPrice(),
            rate: Rate(unscaled: anyUnits(), scale: UInt8.random(in: 0...12, using: &self)),
            currency: anyCurrency(), date: anyDate(), time: anyTime(),
            blob: Blob(anyList { UInt8.random(in: 0...255, using: &$0) }), product: anyProduct(),
            colour: Colour.allCases.randomElement(using: &self) ?? .red,
            tags: anyList { $0.anyText() },
            gaps: anyList { Bool.random(using: &$0) ? $0.anyUnits() : nil },
            maybe: Bool.random(using: &self) ? anyMoney() : nil,
            line: Bool.random(using: &self) ? anyLine() : nil, lines: anyList { $0.anyLine() },
            any: .object([
                "text": .string(anyText()), "number": .number("1.50"),
                "list": .array([.boolean(true), .null]),
            ]))
    }
}
