/// An amount in cents, as the demo's people reckon it.
struct Cents: Hashable, Comparable {
    var count: Int64

    init(_ count: Int64) { self.count = count }

    /// An amount as the daemon writes it, with or without its currency: `120.50 EUR`.
    init?(_ text: String) {
        let digits = text.split(separator: " ").first ?? ""
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, let units = Int64(whole), parts.count <= 2 else {
            return nil
        }
        let decimals = parts.count == 2 ? parts[1] : "00"
        guard decimals.count == 2, let cents = Int64(decimals) else { return nil }
        count = units * 100 + (whole.hasPrefix("-") ? -cents : cents)
    }

    /// With two decimals, `120.50`.
    var text: String {
        let (units, cents) = count.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(count < 0 ? "-" : "")\(units).\(cents < 10 ? "0" : "")\(cents)"
    }

    /// So many hundredths of it, the rest of a cent cut off.
    func percent(_ percent: Int64) -> Cents { Cents(count * percent / 100) }

    static func += (left: inout Cents, right: Cents) { left.count += right.count }
    static func -= (left: inout Cents, right: Cents) { left.count -= right.count }
    static func < (left: Cents, right: Cents) -> Bool { left.count < right.count }
}
