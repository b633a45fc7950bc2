extension RejectionCode {
    /// Another company than the one that the folder keeps.
    package static let oneCompany = RejectionCode("one-company")
    /// The company's take-on is finished, or not begun, or does not come out.
    package static let takeOnFinished = RejectionCode("take-on-finished")
    /// What stands on OPENING is not zero, or subledgers differ from control accounts.
    package static let takeOnUnbalanced = RejectionCode("take-on-unbalanced")
    /// The account is not in the chart.
    package static let unknownAccount = RejectionCode("unknown-account")
    /// The account is posted by documents only.
    package static let controlAccount = RejectionCode("control-account")
    /// Debits and credits differ.
    package static let unbalanced = RejectionCode("unbalanced")
    /// The tax code is not known for the date.
    package static let unknownTaxCode = RejectionCode("unknown-tax-code")
    /// The payment terms are not known.
    package static let unknownTerms = RejectionCode("unknown-terms")
    /// There is nothing to invoice.
    package static let nothingToInvoice = RejectionCode("nothing-to-invoice")
    /// An amount is more than what is open.
    package static let amountExceeds = RejectionCode("amount-exceeds")
    /// An open item belongs to another partner.
    package static let partnerMismatch = RejectionCode("partner-mismatch")
    /// A locked period cannot change.
    package static let periodFinal = RejectionCode("period-final")
    /// An earlier period is open still.
    package static let earlierPeriodOpen = RejectionCode("earlier-period-open")
    /// No posting rule fits the event.
    package static let noPostingRule = RejectionCode("no-posting-rule")
    /// No account fits the role.
    package static let noAccount = RejectionCode("no-account")
}

extension RejectionCode {
    /// There is nothing to allocate, or nothing to allocate it to.
    package static let nothingToAllocate = RejectionCode("nothing-to-allocate")
}
