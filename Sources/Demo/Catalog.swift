/// What the company sells, and at what it buys it.
struct Product {
    let id: String
    let name: String
    var kind = "stock"
    var productClass = "goods"
    var unit = "pcs"
    var costing: String? = "avco"
    var taxCode = "standard"
    let price: String
    /// What a supplier asks; nil where nobody sells it to us yet, or nothing is bought.
    var cost: String?
    /// When stock falls below the first, it is bought up to the second.
    var reorderPoint = 0
    var target = 0
    /// In stock when the books begin, at this value.
    var opening = 0
    var openingValue = "0.00"
    /// How much a customer orders at a time.
    var usual: ClosedRange<Int> = 1...10

    static let stocked = all.filter { $0.kind == "stock" }

    static let all = [
        Product(
            id: "TGY", name: "Oolong Tie Guan Yin 铁观音", unit: "kg", taxCode: "reduced",
            price: "64.00", cost: "38.00", reorderPoint: 30, target: 120, opening: 120,
            openingValue: "4512.00", usual: 2...24),
        Product(
            id: "LONGJING", name: "Longjing 龙井, spring harvest", unit: "kg", taxCode: "reduced",
            price: "89.00", cost: "52.50", reorderPoint: 15, target: 70, opening: 64,
            openingValue: "3360.00", usual: 1...16),
        Product(
            id: "DARJEELING", name: "Darjeeling First Flush", unit: "kg", costing: "fifo",
            taxCode: "reduced", price: "72.00", cost: "44.10", reorderPoint: 25, target: 100,
            opening: 90, openingValue: "3951.00", usual: 2...20),
        Product(
            id: "ASSAM", name: "Assam TGFOP", unit: "kg", taxCode: "reduced", price: "31.00",
            cost: "18.35", reorderPoint: 50, target: 200, opening: 210, openingValue: "3843.00",
            usual: 5...40),
        Product(
            id: "SENCHA", name: "Sencha Yabukita", unit: "kg", costing: "fifo",
            taxCode: "reduced", price: "59.50", cost: "36.20", reorderPoint: 20, target: 80,
            opening: 75, openingValue: "2715.00", usual: 2...18),
        Product(
            id: "YIXING-POT", name: "Teapot 宜兴紫砂壶, 220 ml", costing: "fifo", price: "95.00",
            cost: "46.00", reorderPoint: 6, target: 30, opening: 30, openingValue: "1365.00",
            usual: 1...8),
        Product(
            id: "GLASS-POT", name: "Glass teapot, 0.8 l", price: "29.90", cost: "14.20",
            reorderPoint: 25, target: 110, opening: 95, openingValue: "1358.50", usual: 4...30),
        Product(
            id: "CUPS", name: "Cups “Bürgel”, set of six", price: "42.00", cost: "21.50",
            reorderPoint: 18, target: 75, opening: 60, openingValue: "1284.00", usual: 2...16),
        Product(
            id: "SCALE", name: "Tea scale, 0.1 g", price: "21.00", cost: "9.80",
            reorderPoint: 9, target: 45, opening: 38, openingValue: "372.40", usual: 1...10),
        Product(
            id: "GIFT-BOX", name: "Gift box “Süße Grüße”", price: "5.50", reorderPoint: 60,
            target: 300, opening: 150, openingValue: "322.50", usual: 10...60),
        Product(
            id: "TRAVEL-SET", name: "Travel set 功夫茶", price: "38.00", opening: 90,
            openingValue: "1566.00", usual: 1...4),
        Product(
            id: "TASTING", name: "Tea tasting, guided", kind: "service", productClass: "service",
            unit: "h", costing: nil, price: "120.00", usual: 1...3),
    ]
}

/// Who sells to the company.
struct Supplier {
    let id: String
    let name: String
    var products: [String] = []
    let leadTimeDays: Int
    let paymentTerms: String
    var taxCode = "standard"

    static let all = [
        Supplier(
            id: "ANXI", name: "福建安溪茶业有限公司", products: ["TGY", "LONGJING"], leadTimeDays: 21,
            paymentTerms: "net-30", taxCode: "zero"),
        Supplier(
            id: "KURSEONG", name: "Kurseong Estates Pvt. Ltd.", products: ["DARJEELING", "ASSAM"],
            leadTimeDays: 28, paymentTerms: "net-60", taxCode: "zero"),
        Supplier(
            id: "SHIZUOKA", name: "静岡製茶株式会社", products: ["SENCHA"], leadTimeDays: 24,
            paymentTerms: "net-30", taxCode: "zero"),
        Supplier(
            id: "YIXING", name: "宜兴陶瓷厂", products: ["YIXING-POT"], leadTimeDays: 18,
            paymentTerms: "net-30", taxCode: "zero"),
        Supplier(
            id: "BAERENSTEIN", name: "Glashütte Bärenstein e.K.", products: ["GLASS-POT", "CUPS"],
            leadTimeDays: 7, paymentTerms: "net-14"),
        Supplier(
            id: "SCHROEDER", name: "Waagen-Schröder KG", products: ["SCALE"], leadTimeDays: 5,
            paymentTerms: "net-14"),
        Supplier(
            id: "HAEBERLE", name: "Kartonagen Häberle", leadTimeDays: 6, paymentTerms: "net-10"),
        Supplier(
            id: "KRUEGER", name: "Immobilien Krüger GmbH", leadTimeDays: 0,
            paymentTerms: "net-10"),
        Supplier(
            id: "OEZDEMIR", name: "Spedition Özdemir & Söhne", leadTimeDays: 0,
            paymentTerms: "net-14"),
    ]
}

/// How a customer treats what is due.
enum PaymentHabit {
    case punctual, late, inParts, overpays, never
}

/// Who buys from the company.
struct Customer {
    let id: String
    let name: String
    let group: String
    let country: String
    let paymentTerms: String
    let limit: Int
    var habit = PaymentHabit.punctual
    var taxCode: String?
    var deliveryRule: String?

    static let all = [
        Customer(
            id: "GRUENWALD", name: "Teehaus Grünwald", group: "retail", country: "DE",
            paymentTerms: "net-14", limit: 12_000),
        Customer(
            id: "ZEPHYR", name: "Café Zéphyr", group: "retail", country: "FR",
            paymentTerms: "net-14", limit: 4_000, habit: .late),
        Customer(
            id: "LEFEVRE", name: "Maison Lefèvre & Fils", group: "wholesale", country: "FR",
            paymentTerms: "net-30", limit: 20_000),
        Customer(
            id: "JINGCHA", name: "北京静茶贸易有限公司", group: "wholesale", country: "CN",
            paymentTerms: "net-30", limit: 30_000, taxCode: "zero",
            deliveryRule: "complete-order"),
        Customer(
            id: "MINGYUE", name: "上海明月食品有限公司", group: "wholesale", country: "CN",
            paymentTerms: "net-30", limit: 15_000, habit: .inParts, taxCode: "zero"),
        Customer(
            id: "ANGSTROM", name: "Ångström Kontor AB", group: "wholesale", country: "SE",
            paymentTerms: "net-30", limit: 16_000),
        Customer(
            id: "LODZ", name: "Herbaciarnia Łódź Sp. z o.o.", group: "retail", country: "PL",
            paymentTerms: "net-14", limit: 5_000, habit: .overpays),
        Customer(
            id: "SENORATE", name: "Señora Té S.L.", group: "retail", country: "ES",
            paymentTerms: "net-30", limit: 3_500, habit: .late),
        Customer(
            id: "TROISROIS", name: "Hôtel des Trois Rois", group: "retail", country: "CH",
            paymentTerms: "end-of-next-month", limit: 9_000, taxCode: "zero"),
        Customer(
            id: "CAJOVNA", name: "Čajovna U Zlatého stromu", group: "retail", country: "CZ",
            paymentTerms: "net-14", limit: 6_000),
        Customer(
            id: "BARPORTO", name: "Bar Conceição, Lda.", group: "retail", country: "PT",
            paymentTerms: "net-14", limit: 2_500, habit: .never),
        Customer(
            id: "NORDLICHT", name: "Nordlicht Naturkost eG", group: "wholesale", country: "DE",
            paymentTerms: "net-30", limit: 25_000),
        Customer(
            id: "OESTERTE", name: "Øster Te & Kaffe ApS", group: "retail", country: "DK",
            paymentTerms: "net-14", limit: 7_000, deliveryRule: "complete-line"),
        Customer(
            id: "VECCHIA", name: "Ristorante Città Vecchia", group: "retail", country: "IT",
            paymentTerms: "half-and-half", limit: 5_000),
    ]

    /// Companies that may become customers, with a person there.
    static let prospects: [(company: String, person: String)] = [
        ("成都竹叶青茶馆", "王秀英"), ("Teesalon Möwe", "Jörg Schäfer"), ("L'Étoile du Thé", "Zoë Béranger"),
        ("杭州西湖茶庄", "陈伟"), ("Kávéház Központ Kft.", "Ágnes Kővári"),
        ("Smith & Daughters", "Siobhán Smith"),
        ("Tehuset Sjöstad", "Åsa Lindqvist"), ("Bistrô São João", "João Magalhães"),
        ("广州荔湾酒店", "李娜"), ("Biomarkt Sonnenblume", "Käthe Groß"),
        ("Thé & Chocolat Genève", "François Nüssli"),
        ("Čajna Lipa", "Željko Šarić"), ("深圳福田超市", "赵敏"), ("Hotel Zürichberg", "Müşerref Öz"),
        ("Pâtisserie Noël", "Chloé Noël"), ("Delikatesy Wójcik", "Małgorzata Wójcik"),
        ("南京秦淮茶社", "孙丽"), ("Kaffeerösterei Müller", "Björn Müller"),
        ("Cafetería El Niño", "Íñigo Muñoz"), ("Veikals Tēja", "Līga Bērziņa"),
    ]
}
