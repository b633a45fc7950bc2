import Records

extension Decision {
    /// The person who decides, or the process or clock where nobody does.
    var decider: String { facts.actor.person ?? facts.actor.id }

    /// The identifier that the client gave, or the next of the type's series.
    func newID<State: StreamState, Subject: IdentifierSubject>(
        _ type: State.Type, _ given: Identifier<Subject>?, series: String
    ) throws(Rejection) -> Identifier<Subject> {
        let text = try newIdentifier(type, given: given?.text, series: series)
        return try id(of: text)
    }

    /// The name of a stream as an identifier.
    func id<Subject: IdentifierSubject>(
        of text: String
    ) throws(Rejection) -> Identifier<Subject> {
        guard let identifier = Identifier<Subject>(text) else {
            throw Rejection(
                .invalidValue,
                "Expected \(IdentifierRules.expectation) as an id, found \"\(text)\"; give one.")
        }
        return identifier
    }

    /// A customer to whom something may be sold.
    ///
    /// - Throws: ``RejectionCode/unknownObject``, ``RejectionCode/customerInactive``.
    func activeCustomer(_ customer: AccountID) throws(Rejection) -> AccountState {
        let account = try existing(AccountState.self, customer.text)
        guard !account.isClosed else {
            throw Rejection(
                .customerInactive,
                "Expected a customer to whom something may be sold, found \(customer), whose account is closed; use another account.",
                [JSONMember("customer", .string(customer.text))])
        }
        return account
    }

    /// A product that may be sold.
    ///
    /// - Throws: ``RejectionCode/unknownObject``, ``RejectionCode/productDiscontinued``.
    func soldProduct(_ product: ProductID) throws(Rejection) -> ProductState {
        let state = try existing(ProductState.self, product.text)
        guard !state.isDiscontinued else {
            throw Rejection(
                .productDiscontinued,
                "Expected a product that is sold, found \(product), which is discontinued; choose another product.",
                [JSONMember("product", .string(product.text))])
        }
        return state
    }

    /// A quantity in the product's own unit, which it may name or leave out.
    func counted(_ quantity: Quantity, of product: ProductID) throws(Rejection) -> Quantity {
        try existing(ProductState.self, product.text).inOwnUnit(quantity)
    }

    /// The actor must have one of these roles; the owner always may.
    func requireRole(
        _ roles: [String], to deed: String
    ) throws(Rejection) {
        let actor = facts.actor
        guard actor.isOwner || facts.approval != nil || roles.contains(where: actor.roles.contains)
        else {
            throw Rejection(
                .notAllowed,
                "To \(deed) needs one of the roles \(roles.joined(separator: ", ")); \(actor.person ?? actor.id) has none of them: ask somebody who has.",
                [JSONMember("roles", .array(roles.map { .string($0) }))])
        }
    }
}
