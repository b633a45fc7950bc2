package import Records

/// On what conditions a supplier sells a product.
package struct SupplierTerm: Record, Equatable {
    /// The product.
    package let product: ProductID
    /// The price of one unit.
    package let price: UnitPrice
    /// The first day on which the price counts; open when nil.
    package let validFrom: BusinessDate?
    /// The last day on which the price counts; open when nil.
    package let validTo: BusinessDate?
    /// The least quantity of an order.
    package let minimum: Quantity
    /// Quantities are whole multiples of it.
    package let multiple: Quantity
    /// Days from order to delivery.
    package let leadTimeDays: Int64
    /// Which supplier comes first: the lowest rank, then the lowest price.
    package let rank: Int64

    /// A term from its parts.
    package init(
        product: ProductID, price: UnitPrice, validFrom: BusinessDate? = nil,
        validTo: BusinessDate? = nil, minimum: Quantity = Quantity(1),
        multiple: Quantity = Quantity(1), leadTimeDays: Int64 = 0, rank: Int64 = 1
    ) {
        self.product = product
        self.price = price
        self.validFrom = validFrom
        self.validTo = validTo
        self.minimum = minimum
        self.multiple = multiple
        self.leadTimeDays = leadTimeDays
        self.rank = rank
    }

    /// The declaration of the fields.
    package static let schema = Schema<SupplierTerm>(
        "purchasing.supplier-term", "On what conditions a supplier sells a product.",
        Field(1, "product", \.product, "The product."),
        Field(2, "price", \.price, "The price of one unit.", limits: .positive),
        Field(3, "validFrom", \.validFrom, "The first day on which the price counts."),
        Field(4, "validTo", \.validTo, "The last day on which the price counts."),
        Field(
            5, "minimum", \.minimum, "The least quantity of an order.", limits: .positive,
            default: Quantity(1)),
        Field(
            6, "multiple", \.multiple, "Quantities are whole multiples of it.", limits: .positive,
            default: Quantity(1)),
        Field(
            7, "leadTimeDays", \.leadTimeDays, "Days from order to delivery.",
            limits: Limits(sign: .notNegative, magnitudeMax: 1_000), default: 0),
        Field(
            8, "rank", \.rank, "The lowest rank comes first, then the lowest price.",
            limits: Limits(sign: .positive, magnitudeMax: 1_000), default: 1),
        make: SupplierTerm.init)

    /// Whether the price counts on a day; a price of nothing never does.
    package func isValid(on date: BusinessDate) -> Bool {
        if price.millionths <= 0 { return false }
        if let validFrom, date < validFrom { return false }
        if let validTo, date > validTo { return false }
        return true
    }
}

/// A supplier as the log left it.
package struct SupplierState: StreamState, Equatable {
    /// The streams of suppliers.
    package static let streamType = Subjects.Supplier.subjectName
    /// The supplier's name.
    package var name: String
    /// Whether nothing may be ordered from it.
    package var isBlocked: Bool
    /// Why it is blocked.
    package var blockReason: String?
    /// The group, which may choose the control account.
    package var group: String?
    /// The payment terms that its bills fall under.
    package var paymentTerms: String?
    /// The tax code of its goods, where it is not the product's own.
    package var taxCode: String?
    /// By how much of the ordered quantity a delivery may be over.
    package var overDelivery: Rate
    /// What it sells, one term per product and first day.
    package var terms: [SupplierTerm]
    /// Requisitions that wait for an order to it, in the order in which they came.
    package var openRequisitions: [String]
    /// Who registered it.
    package var registeredBy: String?
    /// Where the record came from.
    package var external: ExternalReference?

    /// A supplier from its parts.
    package init(
        name: String, isBlocked: Bool = false, blockReason: String? = nil, group: String? = nil,
        paymentTerms: String? = nil, taxCode: String? = nil, overDelivery: Rate = .zero,
        terms: [SupplierTerm] = [], openRequisitions: [String] = [],
        registeredBy: String? = nil, external: ExternalReference? = nil
    ) {
        self.name = name
        self.isBlocked = isBlocked
        self.blockReason = blockReason
        self.group = group
        self.paymentTerms = paymentTerms
        self.taxCode = taxCode
        self.overDelivery = overDelivery
        self.terms = terms
        self.openRequisitions = openRequisitions
        self.registeredBy = registeredBy
        self.external = external
    }

    /// Before the first event.
    package static let initial = SupplierState(name: "")

    /// The declaration of the fields.
    package static let schema = Schema<SupplierState>(
        "purchasing.supplier", "A supplier.",
        Field(1, "name", \.name, "The supplier's name."),
        Field(2, "blocked", \.isBlocked, "Whether nothing may be ordered from it.", default: false),
        Field(3, "blockReason", \.blockReason, "Why it is blocked."),
        Field(4, "group", \.group, "The group, which may choose the control account."),
        Field(5, "paymentTerms", \.paymentTerms, "The terms that its bills fall under."),
        Field(6, "taxCode", \.taxCode, "The tax code of its goods."),
        Field(
            7, "overDelivery", \.overDelivery,
            "By how much of the ordered quantity a delivery may be over.", default: .zero),
        Field(8, "terms", \.terms, "What it sells."),
        Field(9, "openRequisitions", \.openRequisitions, "Requisitions that wait for an order."),
        Field(10, "registeredBy", \.registeredBy, "Who registered it."),
        Field(11, "external", \.external, "Where the record came from."),
        make: SupplierState.init)

    /// The term that counts for a product on a day: the best by rank, then by price.
    package func term(for product: ProductID, on date: BusinessDate) -> SupplierTerm? {
        terms.filter { $0.product == product && $0.isValid(on: date) }
            .min { ($0.rank, $0.price.millionths) < ($1.rank, $1.price.millionths) }
    }
}

/// Which of a supplier's own document numbers were captured: the guard against paying twice.
package struct SupplierDocumentState: StreamState, Equatable {
    /// The streams of suppliers' document numbers.
    package static let streamType = "purchasing.supplier-document"
    /// The invoice that has the number; nil when none or when it was rejected.
    package var invoice: SupplierInvoiceID?

    /// The state from its parts.
    package init(invoice: SupplierInvoiceID?) { self.invoice = invoice }

    /// Before the first event.
    package static let initial = SupplierDocumentState(invoice: nil)

    /// The declaration of the fields.
    package static let schema = Schema<SupplierDocumentState>(
        "purchasing.supplier-document", "A document number of a supplier.",
        Field(1, "invoice", \.invoice, "The invoice that has the number."),
        make: SupplierDocumentState.init)

    /// Bytes that a supplier's number may have.
    package static let numberBytesMax = 64
    /// Bytes that the stream's id may have: letters may take more room in capitals.
    static let idBytesMax = 160

    /// The stream's id: supplier and number, with the number's spacing and case set aside.
    ///
    /// Only letters and digits count, so that `R-17` and `r 17` are one number.
    package static func id(supplier: SupplierID, number: String) -> String {
        let kept = number.uppercased().unicodeScalars.filter {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
        }
        return "\(supplier):\(String(String.UnicodeScalarView(kept)))"
    }
}

/// Which suppliers sell a product, and which needs for it wait for one, so that a shortage finds
/// its terms, and new terms find the shortages, without a view.
package struct ProductSourcesState: StreamState, Equatable {
    /// The streams of products' sources.
    package static let streamType = "purchasing.product-sources"
    /// The suppliers that have a term for the product.
    package var suppliers: [SupplierID]
    /// Requisitions without a supplier: the buyer's list.
    package var waiting: [String]

    /// Before the first event.
    package static let initial = ProductSourcesState(suppliers: [], waiting: [])

    /// The declaration of the fields.
    package static let schema = Schema<ProductSourcesState>(
        "purchasing.product-sources", "Which suppliers sell a product.",
        Field(1, "suppliers", \.suppliers, "The suppliers that have a term for it."),
        Field(2, "waiting", \.waiting, "Requisitions without a supplier: the buyer's list."),
        make: ProductSourcesState.init)
}
