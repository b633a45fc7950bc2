/// Somebody who works in the company.
struct Person: Hashable {
    /// The short name under which the log knows the person.
    let id: String
    let roles: [String]
    /// Limits of the person's own, by name, in the base currency.
    var limits: [String: Int] = [:]

    func has(anyOf groups: [String]) -> Bool { roles.contains(where: groups.contains) }
}

/// Who works where.
///
/// Separated duties need more than one person in nearly every office.
enum Staff {
    static let miriam = Person(id: "miriam", roles: ["sales", "marketing", "employee"])
    static let jiawei = Person(id: "jiawei", roles: ["sales", "employee"])
    static let tomas = Person(
        id: "tomas", roles: ["sales-manager", "employee"], limits: ["order-approval": 250_000])
    static let zofia = Person(id: "zofia", roles: ["warehouse", "employee"])
    static let emil = Person(id: "emil", roles: ["warehouse", "employee"])
    static let rafael = Person(id: "rafael", roles: ["buyer", "employee"])
    static let ingrid = Person(id: "ingrid", roles: ["purchasing-manager", "employee"])
    static let nadia = Person(id: "nadia", roles: ["accountant", "employee"])
    static let rene = Person(id: "rene", roles: ["credit-controller", "employee"])
    static let sofia = Person(
        id: "sofia", roles: ["finance-manager", "employee"], limits: ["purchase": 500_000])

    static let all = [miriam, jiawei, tomas, zofia, emil, rafael, ingrid, nadia, rene, sofia]

    /// The shipped roles file with these people in it.
    static func rolesFile(from shipped: String) throws(DemoFailure) -> String {
        let empty = "people: []"
        guard shipped.contains(empty) else {
            throw .wrongFolder(
                "The roles file names people already; expected the line \"\(empty)\", as shipped.")
        }
        return shipped.replacing(empty, with: people)
    }

    private static var people: String {
        let lines = all.map { person in
            let limits = person.limits.sorted { $0.key < $1.key }
                .map { "{name: \($0.key), amount: \($0.value)}" }.joined(separator: ", ")
            let own = limits.isEmpty ? "" : ", limits: [\(limits)]"
            return
                "  - {person: \(person.id), roles: [\(person.roles.joined(separator: ", "))]\(own)}"
        }
        return (["people:"] + lines).joined(separator: "\n")
    }
}
