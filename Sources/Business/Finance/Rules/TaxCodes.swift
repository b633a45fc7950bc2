package import Records

/// The tax codes of `processes/tax/codes.yaml`.
package struct TaxCodes: Record {
    /// The codes.
    package let codes: [TaxCode]

    package static let file = "processes/tax/codes.yaml"
    package static let schema = Schema<TaxCodes>(
        "tax-codes", "The tax codes.",
        Field(1, "codes", \.codes, "The codes.", limits: .notEmpty),
        make: TaxCodes.init)

    /// The code with this name.
    package func code(_ name: String) -> TaxCode? { codes.first { $0.code == name } }
}

/// What kind of tax a code stands for.
package enum TaxKind: String, Choice {
    /// Value added tax, sales tax.
    case vat
    /// Taxed at nothing, with a right to deduct.
    case zero
    /// Not taxed, without a right to deduct.
    case exempt
    /// The customer owes the tax.
    case reverse
    /// Outside the tax's scope.
    case outOfScope = "out-of-scope"
}

/// What is rounded: each line's tax, or the tax of the document by code.
package enum TaxRounding: String, Choice {
    /// Each line's tax.
    case line
    /// The tax of all lines of a code; the difference is spread by largest remainder.
    case document
}

/// One tax code with its dated rates.
package struct TaxCode: Record {
    /// The code, as lines name it.
    package let code: String
    /// What it is, in words.
    package let name: String
    /// What kind of tax.
    package let kind: TaxKind
    /// Whether prices contain the tax.
    package let isInclusive: Bool
    /// What is rounded.
    package let rounding: TaxRounding
    /// How halves are rounded: `half-up` or `half-even`.
    package let halves: String
    /// The rates with their first days.
    package let rates: [DatedRate]

    package static let schema = Schema<TaxCode>(
        "tax-code", "One tax code with its dated rates.",
        Field(1, "code", \.code, "The code, as lines name it.", limits: .count(1...64)),
        Field(2, "name", \.name, "What it is, in words."),
        Field(3, "kind", \.kind, "What kind of tax."),
        Field(4, "inclusive", \.isInclusive, "Whether prices contain the tax.", default: false),
        Field(5, "rounding", \.rounding, "What is rounded.", default: .line),
        Field(6, "halves", \.halves, "How halves are rounded.", default: "half-up"),
        Field(7, "rates", \.rates, "The rates with their first days.", limits: .notEmpty),
        make: TaxCode.init)

    /// The rate at a tax point; nil before the first.
    package func rate(on date: BusinessDate) -> Rate? {
        rates.filter { $0.from <= date }.max { $0.from < $1.from }?.rate
    }

    /// How halves are rounded.
    package var mode: Rounding { Rounding(rawValue: halves) ?? .halfUp }
}

/// A rate with its first day.
package struct DatedRate: Record {
    /// The first day.
    package let from: BusinessDate
    /// The rate, 0.2 for 20 %.
    package let rate: Rate

    package static let schema = Schema<DatedRate>(
        "dated-rate", "A rate with its first day.",
        Field(1, "from", \.from, "The first day."),
        Field(2, "rate", \.rate, "The rate, 0.2 for 20 %.", limits: .notNegative),
        make: DatedRate.init)
}

/// A tax code as of a tax point, frozen in the document that used it.
package struct AppliedTax: Sendable, Hashable {
    /// The code.
    package let code: String
    /// The rate.
    package let rate: Rate
    /// Whether prices contain the tax.
    package let isInclusive: Bool
    /// What is rounded.
    package let rounding: TaxRounding
    /// How halves are rounded.
    package let mode: Rounding

    /// A tax from its parts.
    package init(
        code: String, rate: Rate, isInclusive: Bool = false, rounding: TaxRounding = .line,
        mode: Rounding = .halfUp
    ) {
        self.code = code
        self.rate = rate
        self.isInclusive = isInclusive
        self.rounding = rounding
        self.mode = mode
    }
}

extension Decision {
    /// A tax code as of a tax point.
    ///
    /// - Throws: ``RejectionCode/unknownTaxCode``.
    package func tax(_ code: String, on date: BusinessDate) throws(Rejection) -> AppliedTax {
        let codes = try file(TaxCodes.file, as: TaxCodes.self, on: date)
        guard let found = codes.code(code) else { throw codes.unknown(code) }
        guard let rate = found.rate(on: date) else {
            throw Rejection(
                .unknownTaxCode,
                "Tax code \"\(code)\" has no rate on \(date); add a rate with an earlier first day in \(TaxCodes.file).",
                [JSONMember("taxCode", .string(code))])
        }
        return AppliedTax(
            code: code, rate: rate, isInclusive: found.isInclusive, rounding: found.rounding,
            mode: found.mode)
    }

    /// Refuses a tax code that the company's table does not have, whatever its rates.
    ///
    /// Before the company is founded, or a table deployed, there is nothing to compare it with.
    package func requireInTaxTable(_ code: String) throws(Rejection) {
        let group = try state(of: GroupState.self, GroupState.id)
        guard !group.companies.isEmpty,
            let codes = try deployed(TaxCodes.file, as: TaxCodes.self, on: facts.effectiveDate),
            codes.code(code) == nil
        else { return }
        throw codes.unknown(code)
    }

    /// A deployed YAML file as its record.
    package func file<Form: Record>(
        _ file: String, as type: Form.Type, on date: BusinessDate
    ) throws(Rejection) -> Form {
        guard let found = try deployed(file, as: type, on: date) else {
            throw Rejection(
                .noRule, "\(file) is not deployed for \(date); deploy it with definition.deploy.",
                [JSONMember("file", .string(file))])
        }
        return found
    }

    private func deployed<Form: Record>(
        _ file: String, as type: Form.Type, on date: BusinessDate
    ) throws(Rejection) -> Form? {
        try rules.parsed(file, on: date, as: type) {
            (bytes: [UInt8]) throws(Rejection) -> Form in
            do throws(DefinitionFault) {
                return try DefinitionFile.read(bytes, file: file, as: type)
            } catch {
                throw error.rejection
            }
        }?.form
    }
}

extension TaxCodes {
    fileprivate func unknown(_ code: String) -> Rejection {
        let known = codes.map(\.code).joined(separator: ", ")
        return Rejection(
            .unknownTaxCode,
            "Expected one of the tax codes \(known), found \"\(code)\"; use one of them or deploy the code in \(TaxCodes.file).",
            [JSONMember("taxCode", .string(code))])
    }
}
