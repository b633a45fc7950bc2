import Records

extension Decision {
    /// Refuses a tax code that is not known today.
    ///
    /// - Throws: ``RejectionCode/unknownTaxCode``.
    func requireTaxCode(_ code: String) throws(Rejection) {
        _ = try tax(code, on: facts.effectiveDate)
    }

    /// What a line's amount by price is without tax, and the tax expected on it.
    ///
    /// The order keeps both for its totals and the customer's exposure; the invoice works the tax
    /// out again, for the day of the supply.
    func taxed(
        _ amount: Money, code: String
    ) throws(Rejection) -> (net: Money, tax: Money) {
        let applied = try tax(code, on: facts.effectiveDate)
        let taxes = try computing("the tax of a line") { () throws(ArithmeticFailure) in
            try TaxCalculation(
                [TaxableLine(amount: amount, tax: applied)], currency: amount.currency)
        }
        return (taxes.net, taxes.tax)
    }
}
