package import Records

/// The kinds of things that identifiers name: the streams of all departments.
package enum Subjects {
    /// A person or company that may become a customer.
    package enum Lead: IdentifierSubject { package static let subjectName = "marketing.lead" }
    /// A customer, or a company that may become one.
    package enum Account: IdentifierSubject { package static let subjectName = "sales.account" }
    /// A person at an account.
    package enum Contact: IdentifierSubject { package static let subjectName = "sales.contact" }
    /// A deal that may be won.
    package enum Opportunity: IdentifierSubject {
        package static let subjectName = "sales.opportunity"
    }
    /// An offer to a customer.
    package enum Quote: IdentifierSubject { package static let subjectName = "sales.quote" }
    /// A list of prices.
    package enum PriceList: IdentifierSubject {
        package static let subjectName = "sales.price-list"
    }
    /// A customer's order.
    package enum Order: IdentifierSubject { package static let subjectName = "sales.order" }
    /// What is bought, kept and sold.
    package enum Product: IdentifierSubject { package static let subjectName = "inventory.product" }
    /// A place where stock is kept.
    package enum Warehouse: IdentifierSubject {
        package static let subjectName = "inventory.warehouse"
    }
    /// A transfer between warehouses.
    package enum Transfer: IdentifierSubject {
        package static let subjectName = "inventory.transfer"
    }
    /// A stock count.
    package enum Count: IdentifierSubject { package static let subjectName = "inventory.count" }
    /// Goods on their way to a customer.
    package enum Shipment: IdentifierSubject {
        package static let subjectName = "fulfillment.shipment"
    }
    /// Who sells to us.
    package enum Supplier: IdentifierSubject {
        package static let subjectName = "purchasing.supplier"
    }
    /// A need that is to be bought.
    package enum Requisition: IdentifierSubject {
        package static let subjectName = "purchasing.requisition"
    }
    /// Our order to a supplier.
    package enum PurchaseOrder: IdentifierSubject {
        package static let subjectName = "purchasing.order"
    }
    /// Goods that came in.
    package enum Receipt: IdentifierSubject {
        package static let subjectName = "purchasing.receipt"
    }
    /// A supplier's bill.
    package enum SupplierInvoice: IdentifierSubject {
        package static let subjectName = "purchasing.invoice"
    }
    /// A company of the group.
    package enum Company: IdentifierSubject { package static let subjectName = "finance.company" }
    /// Our bill to a customer.
    package enum Invoice: IdentifierSubject { package static let subjectName = "finance.invoice" }
    /// What takes back an invoice or a part of it.
    package enum CreditNote: IdentifierSubject {
        package static let subjectName = "finance.credit-note"
    }
    /// Money that came in or went out.
    package enum Payment: IdentifierSubject { package static let subjectName = "finance.payment" }
    /// An amount that is owed to us or by us.
    package enum OpenItem: IdentifierSubject {
        package static let subjectName = "finance.open-item"
    }
    /// A hand-made journal entry.
    package enum JournalEntry: IdentifierSubject {
        package static let subjectName = "finance.journal-entry"
    }
    /// A person, by the short name that the log knows.
    package enum Person: IdentifierSubject { package static let subjectName = "person" }
}

package typealias LeadID = Identifier<Subjects.Lead>
package typealias AccountID = Identifier<Subjects.Account>
package typealias ContactID = Identifier<Subjects.Contact>
package typealias OpportunityID = Identifier<Subjects.Opportunity>
package typealias QuoteID = Identifier<Subjects.Quote>
package typealias PriceListID = Identifier<Subjects.PriceList>
package typealias OrderID = Identifier<Subjects.Order>
package typealias ProductID = Identifier<Subjects.Product>
package typealias WarehouseID = Identifier<Subjects.Warehouse>
package typealias TransferID = Identifier<Subjects.Transfer>
package typealias CountID = Identifier<Subjects.Count>
package typealias ShipmentID = Identifier<Subjects.Shipment>
package typealias SupplierID = Identifier<Subjects.Supplier>
package typealias RequisitionID = Identifier<Subjects.Requisition>
package typealias PurchaseOrderID = Identifier<Subjects.PurchaseOrder>
package typealias ReceiptID = Identifier<Subjects.Receipt>
package typealias SupplierInvoiceID = Identifier<Subjects.SupplierInvoice>
package typealias CompanyID = Identifier<Subjects.Company>
package typealias InvoiceID = Identifier<Subjects.Invoice>
package typealias CreditNoteID = Identifier<Subjects.CreditNote>
package typealias PaymentID = Identifier<Subjects.Payment>
package typealias OpenItemID = Identifier<Subjects.OpenItem>
package typealias JournalEntryID = Identifier<Subjects.JournalEntry>
package typealias PersonID = Identifier<Subjects.Person>
