package import Records

/// One line of a document for the tax calculation.
package struct TaxableLine: Sendable {
    /// The amount by price: with tax where the code's prices contain it, else without.
    package let amount: Money
    /// The tax.
    package let tax: AppliedTax

    /// A line from its parts.
    package init(amount: Money, tax: AppliedTax) {
        self.amount = amount
        self.tax = tax
    }
}

/// The taxes of a document, computed once and then frozen in its event.
///
/// - Source: semantics 3.5; the golden vectors T1 to T7 are its tests.
package struct TaxCalculation: Sendable, Equatable {
    /// A line with its amounts.
    package struct Line: Sendable, Equatable {
        /// The amount without tax.
        package let net: Money
        /// The tax.
        package let tax: Money
    }

    /// The lines in their order.
    package let lines: [Line]
    /// The tax by code, in the order in which codes appear.
    package let taxes: [TaxLine]
    /// The amount without tax.
    package let net: Money
    /// The tax.
    package let tax: Money
    /// The amount with tax: net and tax.
    package let gross: Money

    /// The taxes of some lines, all in one currency.
    package init(_ lines: [TaxableLine], currency: Currency) throws(ArithmeticFailure) {
        var nets = [Money](repeating: .zero(currency), count: lines.count)
        var taxes = nets
        var documentTaxes: [TaxLine] = []
        var codes: [AppliedTax] = []
        for line in lines where !codes.contains(line.tax) { codes.append(line.tax) }
        for tax in codes {
            let indices = lines.indices.filter { lines[$0].tax == tax }
            let amounts = indices.map { lines[$0].amount }
            let computed = try Self.taxes(of: amounts, tax, currency)
            for (place, index) in indices.enumerated() {
                taxes[index] = computed[place]
                nets[index] =
                    tax.isInclusive
                    ? try amounts[place].subtracting(computed[place]) : amounts[place]
            }
            documentTaxes.append(
                TaxLine(
                    code: tax.code, rate: tax.rate,
                    base: try indices.map { nets[$0] }.total(currency),
                    tax: try computed.total(currency)))
        }
        self.lines = zip(nets, taxes).map { Line(net: $0, tax: $1) }
        self.taxes = documentTaxes
        net = try nets.total(currency)
        tax = try taxes.total(currency)
        gross = try net.adding(tax)
    }

    /// The tax of each amount of one code.
    private static func taxes(
        of amounts: [Money], _ tax: AppliedTax, _ currency: Currency
    ) throws(ArithmeticFailure) -> [Money] {
        switch tax.rounding {
        case .line:
            var taxes: [Money] = []
            for amount in amounts { taxes.append(try self.tax(in: amount, tax)) }
            return taxes
        case .document:
            let total = try self.tax(in: amounts.total(currency), tax)
            return try spread(total, over: amounts, tax)
        }
    }

    /// The tax of one amount, rounded once.
    ///
    /// Where prices contain the tax the price is sacred: the net is rounded, the tax is the rest.
    private static func tax(in amount: Money, _ tax: AppliedTax) throws(ArithmeticFailure) -> Money
    {
        guard tax.isInclusive else {
            return try amount.multiplied(by: tax.rate, rounding: tax.mode)
        }
        let net = try amount.share(
            tax.rate.divisor, of: tax.rate.divisor + Int128(tax.rate.unscaled),
            rounding: tax.mode)
        return try amount.subtracting(net)
    }

    /// Spreads a document's tax over its lines: each gets the whole minor units of its exact tax,
    /// the rest goes to the largest remainders, ties by line.
    private static func spread(
        _ total: Money, over amounts: [Money], _ tax: AppliedTax
    ) throws(ArithmeticFailure) -> [Money] {
        let numerator = Int128(tax.rate.unscaled)
        let divisor = tax.isInclusive ? tax.rate.divisor + numerator : tax.rate.divisor
        var parts: [Int64] = []
        var remainders: [(rest: Int128, index: Int)] = []
        var given: Int128 = 0
        for (index, amount) in amounts.enumerated() {
            var (whole, rest) = (Int128(amount.minorUnits) * numerator)
                .quotientAndRemainder(dividingBy: divisor)
            // Downwards, so that remainders of discounts and of goods mean the same.
            if rest < 0 { (whole, rest) = (whole - 1, rest + divisor) }
            guard let part = Int64(exactly: whole) else { throw .overflow }
            parts.append(part)
            remainders.append((rest, index))
            given += whole
        }
        remainders.sort { ($1.rest, $0.index) < ($0.rest, $1.index) }
        let missing = Int(clamping: Int128(total.minorUnits) - given)
        for (_, index) in remainders.prefix(max(0, missing)) { parts[index] += 1 }
        return parts.map { Money(minorUnits: $0, currency: total.currency) }
    }
}
