package import Records

/// A supplier's invoice was entered.
package struct SupplierInvoiceCaptured: Event, Equatable {
    package let supplier: SupplierID
    package let theirNumber: String
    package let documentDate: BusinessDate
    package let lines: [SupplierInvoiceLine]
    package let taxes: [BilledTax]
    package let net: Money
    package let tax: Money
    package let gross: Money
    package let capturedBy: String?
    package let external: ExternalReference?

    package static let schema = Schema<SupplierInvoiceCaptured>(
        "purchasing.invoice-captured", "A supplier's invoice was entered.",
        Field(1, "supplier", \.supplier, "Who bills.", concerns: true),
        Field(2, "theirNumber", \.theirNumber, "The supplier's own number of the document."),
        Field(3, "documentDate", \.documentDate, "The date on the document."),
        Field(4, "lines", \.lines, "What is billed.", concerns: true),
        Field(5, "taxes", \.taxes, "The tax by code."),
        Field(6, "net", \.net, "The net total."),
        Field(7, "tax", \.tax, "The tax total."),
        Field(8, "gross", \.gross, "The amount to pay."),
        Field(9, "capturedBy", \.capturedBy, "Who entered it."),
        Field(10, "external", \.external, "Where the document came from."),
        make: SupplierInvoiceCaptured.init)

    package func evolve(_ state: inout SupplierInvoiceState) {
        state.status = .captured
        state.supplier = supplier
        state.theirNumber = theirNumber
        state.documentDate = documentDate
        state.lines = lines
        state.taxes = taxes
        state.net = net
        state.tax = tax
        state.gross = gross
        state.capturedBy = capturedBy
        state.external = external
    }
}

/// A supplier's invoice agrees with orders and receipts, or a person accepted the differences.
package struct SupplierInvoiceMatched: Event, Equatable {
    package let supplier: SupplierID
    package let gross: Money
    package let levels: [ApprovalLevel]
    package let rule: Blob?

    package static let schema = Schema<SupplierInvoiceMatched>(
        "purchasing.invoice-matched", "A supplier's invoice agrees with orders and receipts.",
        Field(1, "supplier", \.supplier, "Who bills.", concerns: true),
        Field(2, "gross", \.gross, "The amount to pay."),
        Field(3, "levels", \.levels, "The approvals that it needs before posting."),
        Field(4, "rule", \.rule, "The table that named the approvals."),
        make: SupplierInvoiceMatched.init)

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout SupplierInvoiceState) {
        state.status = .matched
        state.blocks = []
        state.levels = levels
        state.approvers = []
    }
}

/// A supplier's invoice differs from orders or receipts by more than is tolerated.
package struct SupplierInvoiceBlocked: Event, Equatable {
    package let supplier: SupplierID
    package let blocks: [MatchBlock]
    package let rule: Blob?

    package static let schema = Schema<SupplierInvoiceBlocked>(
        "purchasing.invoice-blocked", "A supplier's invoice differs by more than is tolerated.",
        Field(1, "supplier", \.supplier, "Who bills.", concerns: true),
        Field(2, "blocks", \.blocks, "The differences."),
        Field(3, "rule", \.rule, "The table that judged them."),
        make: SupplierInvoiceBlocked.init)

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout SupplierInvoiceState) {
        state.status = .blocked
        state.blocks = blocks
    }
}

/// A person accepted a difference.
package struct SupplierInvoiceBlockReleased: Event, Equatable {
    package let line: Int64
    package let kind: MatchReason
    package let reason: String
    package let releasedBy: String?
    package let rule: Blob?

    package static let schema = Schema<SupplierInvoiceBlockReleased>(
        "purchasing.invoice-block-released", "A person accepted a difference.",
        Field(1, "line", \.line, "The line of the invoice."),
        Field(2, "kind", \.kind, "Which difference."),
        Field(3, "reason", \.reason, "Why it is accepted."),
        Field(4, "releasedBy", \.releasedBy, "Who accepted it."),
        Field(5, "rule", \.rule, "The decision that accepted it in a process."),
        make: SupplierInvoiceBlockReleased.init)

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout SupplierInvoiceState) {
        state.released += state.blocks.filter { $0.line == line && $0.reason == kind }
        state.blocks.removeAll { $0.line == line && $0.reason == kind }
    }
}

/// A supplier's invoice was approved at one level.
package struct SupplierInvoiceApproved: Event, Equatable {
    package let level: Int64
    package let approver: String?
    package let gross: Money
    package let isFinal: Bool
    package let rule: Blob?

    package static let schema = Schema<SupplierInvoiceApproved>(
        "purchasing.invoice-approved", "A supplier's invoice was approved at one level.",
        Field(1, "level", \.level, "The level; 0 where the table asked for nobody."),
        Field(2, "approver", \.approver, "Who approved; absent where the table asked for nobody."),
        Field(3, "gross", \.gross, "The amount that was approved."),
        Field(4, "isFinal", \.isFinal, "Whether nothing is left to approve."),
        Field(5, "rule", \.rule, "The decision that approved in a process, or the table."),
        make: SupplierInvoiceApproved.init)

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout SupplierInvoiceState) {
        if let approver { state.approvers.append(approver) }
    }
}

/// A supplier's invoice went back to the supplier; nothing of it was posted.
package struct SupplierInvoiceRejected: Event, Equatable {
    package let supplier: SupplierID
    package let reason: String

    package static let schema = Schema<SupplierInvoiceRejected>(
        "purchasing.invoice-rejected", "A supplier's invoice went back to the supplier.",
        Field(1, "supplier", \.supplier, "Who billed.", concerns: true),
        Field(2, "reason", \.reason, "Why."),
        make: SupplierInvoiceRejected.init)

    package func evolve(_ state: inout SupplierInvoiceState) { state.status = .rejected }
}
