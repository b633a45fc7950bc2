package import Records

/// An event that touches money or stock: it names its amounts, and a voucher is its consequence.
///
/// A posting rule chooses and never computes: every amount stands in the event, and the identities
/// between them are declared here, so that balance is proved when a rule is loaded.
package protocol PostedEvent: Event {
    /// The names that the event's amounts can have.
    static var amountNames: [String] { get }
    /// What always holds between the totals of the named amounts.
    static var identities: [AmountIdentity] { get }
    /// The policies under which the event can be posted (`direct`, `interim` …).
    static var postingPolicies: [String] { get }
    /// The journal whose vouchers number the event: `sales`, `purchase`, `stock`, `bank`, `general`.
    static var journal: String { get }
    /// What is to be posted.
    var posting: PostingFacts { get }
}

extension PostedEvent {
    /// One way to post.
    package static var postingPolicies: [String] { ["standard"] }
    /// No identity beyond each amount being itself.
    package static var identities: [AmountIdentity] { [] }
}

/// One named amount is the sum of others: `gross = net + tax`.
package struct AmountIdentity: Sendable, Hashable {
    /// The sum.
    package let total: String
    /// What adds up to it.
    package let parts: [String]

    /// An identity from its parts.
    package init(_ total: String, equals parts: String...) {
        self.total = total
        self.parts = parts
    }
}

/// What an event gives to its voucher.
package struct PostingFacts: Sendable {
    /// Under which policy.
    package let policy: String
    /// The amounts; several may have one name (a net for each line).
    ///
    /// A zero posts nothing.
    package let amounts: [NamedAmount]
    /// What the voucher says of itself.
    package let text: String
    /// The events whose vouchers it takes back, whole or in part.
    package let reverses: [EventReference]

    /// Facts from their parts.
    package init(
        policy: String = "standard", amounts: [NamedAmount], text: String,
        reverses: [EventReference] = []
    ) {
        self.policy = policy
        self.amounts = amounts
        self.text = text
        self.reverses = reverses
    }
}

/// One amount of an event with what chooses its account and what it is about.
package struct NamedAmount: Sendable, Hashable {
    /// The name, as declared in ``PostedEvent/amountNames``.
    package var name: String
    /// The amount; a negative one posts on the other side.
    package var amount: Money
    /// The customer or supplier, `sales.account/ALFKI`.
    package var partner: String?
    /// The partner's group, which may choose the account.
    package var partnerGroup: String?
    /// The open item on a control account, by its id.
    package var openItem: String?
    /// The product.
    package var product: String?
    /// The product's class, which may choose the account.
    package var productClass: String?
    /// The tax code, which may choose the account.
    package var taxCode: String?
    /// The warehouse, which may choose the account.
    package var warehouse: String?
    /// The sales order that the amount is earned or spent for.
    package var order: String?
    /// A count of goods behind the amount.
    package var quantity: Quantity?
    /// An account that a person chose (general journal, expense line, take-on); overrides the table
    /// for the role `CHOSEN` alone.
    package var account: String?

    /// An amount with nothing but its name.
    package init(
        _ name: String, _ amount: Money, partner: String? = nil, partnerGroup: String? = nil,
        openItem: String? = nil, product: String? = nil, productClass: String? = nil,
        taxCode: String? = nil, warehouse: String? = nil, order: String? = nil,
        quantity: Quantity? = nil, account: String? = nil
    ) {
        self.name = name
        self.amount = amount
        self.partner = partner
        self.partnerGroup = partnerGroup
        self.openItem = openItem
        self.product = product
        self.productClass = productClass
        self.taxCode = taxCode
        self.warehouse = warehouse
        self.order = order
        self.quantity = quantity
        self.account = account
    }
}
