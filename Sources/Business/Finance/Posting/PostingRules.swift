package import FEEL
import Records

/// One row of a posting table as the poster uses it.
package struct PostingRule: Sendable, Hashable {
    /// Debit or credit.
    package let side: PostingSide
    /// The account role.
    package let role: String
    /// The named amount that is posted.
    package let amount: String
    /// Whether the line carries the partner.
    package let carriesPartner: Bool
    /// Whether the line carries the open item.
    package let carriesOpenItem: Bool

    /// The rule of a table's result.
    ///
    /// - Throws: what is wrong with the result, in words.
    package init(_ result: [String: Value]) throws(PostingRuleFault) {
        guard let side = result["side"]?.text.flatMap(PostingSide.init(rawValue:)) else {
            throw PostingRuleFault("expected the output \"side\" to be \"debit\" or \"credit\"")
        }
        guard let role = result["role"]?.text, !role.isEmpty else {
            throw PostingRuleFault("expected the output \"role\" to be an account role")
        }
        guard let amount = result["amount"]?.text, !amount.isEmpty else {
            throw PostingRuleFault("expected the output \"amount\" to name an amount of the event")
        }
        self.side = side
        self.role = role
        self.amount = amount
        carriesPartner = result["partner"]?.boolean ?? false
        carriesOpenItem = result["openItem"]?.boolean ?? false
    }
}

/// What is wrong with a posting rule, in words.
package struct PostingRuleFault: Error, Hashable, Sendable {
    /// The fault.
    package let message: String
    init(_ message: String) { self.message = message }
}

/// What the account table is asked.
package struct AccountQuestion: Sendable, Hashable {
    /// The account role.
    package var role: String
    /// The product's class; empty where there is none.
    package var productClass = ""
    /// The tax code.
    package var taxCode = ""
    /// The warehouse.
    package var warehouse = ""
    /// The partner's group.
    package var partnerGroup = ""

    /// The question for an amount under a role.
    package init(role: String, _ amount: NamedAmount) {
        self.role = role
        productClass = amount.productClass ?? ""
        taxCode = amount.taxCode ?? ""
        warehouse = amount.warehouse ?? ""
        partnerGroup = amount.partnerGroup ?? ""
    }

    /// The question for a role alone.
    package init(role: String) { self.role = role }

    /// The inputs of the account table; a text that is missing is empty, so that `not("x")` holds.
    package var inputs: [String: Value] {
        [
            "role": .text(role), "productClass": .text(productClass), "taxCode": .text(taxCode),
            "warehouse": .text(warehouse), "partnerGroup": .text(partnerGroup),
        ]
    }

    /// The question in words, what is empty left out.
    package var text: String {
        var parts = ["role \(role)"]
        if !productClass.isEmpty { parts.append("product class \(productClass)") }
        if !taxCode.isEmpty { parts.append("tax code \(taxCode)") }
        if !warehouse.isEmpty { parts.append("warehouse \(warehouse)") }
        if !partnerGroup.isEmpty { parts.append("partner group \(partnerGroup)") }
        return parts.joined(separator: ", ")
    }
}

/// The names of the tables that post.
package enum PostingTables {
    /// The decision that posts a department's events: `posting.` and the module.
    package static func postingDecision(of eventType: String) -> String {
        "posting." + (eventType.split(separator: ".").first.map(String.init) ?? eventType)
    }

    /// The decision that maps roles to a chart's accounts: `accounts.` and the chart.
    package static func accountDecision(chart: String) -> String { "accounts." + chart }

    /// The inputs of a posting table.
    package static func inputs(eventType: String, policy: String) -> [String: Value] {
        ["eventType": .text(eventType), "policy": .text(policy)]
    }
}
