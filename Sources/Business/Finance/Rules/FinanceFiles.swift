import Records

/// Checks finance's own files before they are deployed: what their declarations cannot say.
package enum FinanceFiles {
    /// Roles that commands name themselves and that need no grant in the file.
    private static let builtInRoles: Set<String> = [
        "owner", "employee", "operator", "auditor", "worker", "gateway",
    ]
    /// The role that nobody may be given by the file: it has no limit.
    private static let ownerRole = "owner"

    /// The faults of the tax, terms, chart and roles files among some.
    package static func check(
        _ files: [RuleFile], registry: Registry, otherCommands: [String] = []
    ) -> [DefinitionFault] {
        // A role may be granted the engine's own commands, which no department decides.
        let names = Array(registry.commands.keys) + otherCommands
        return check(files, names)
    }

    private static func check(
        _ files: [RuleFile], _ commandNames: [String]
    ) -> [DefinitionFault] {
        files.flatMap { file -> [DefinitionFault] in
            do throws(DefinitionFault) {
                switch file.path {
                case TaxCodes.file: return check(try read(file, TaxCodes.self))
                case PaymentTermsBook.file: return check(try read(file, PaymentTermsBook.self))
                case RoleBook.file: return check(try read(file, RoleBook.self), commandNames)
                case _ where file.path.hasPrefix("processes/chart/"):
                    return check(try read(file, ChartOfAccounts.self), file.path)
                default: return []
                }
            } catch {
                return [error]
            }
        }
    }

    private static func read<Form: Record>(
        _ file: RuleFile, _ type: Form.Type
    ) throws(DefinitionFault) -> Form {
        try DefinitionFile.read(file.bytes, file: file.path, as: type)
    }

    private static func check(_ book: TaxCodes) -> [DefinitionFault] {
        var faults = repeated(book.codes.map(\.code), TaxCodes.file, "tax code")
        for code in book.codes {
            if Rounding(rawValue: code.halves) == nil {
                faults.append(
                    DefinitionFault(
                        file: TaxCodes.file, place: "code \(code.code)",
                        "Expected halves to be half-up or half-even, found \"\(code.halves)\".",
                        remedy: "Correct the word."))
            }
            faults += repeated(
                code.rates.map(\.from.description), TaxCodes.file,
                "first day of tax code \(code.code)")
            for rate in code.rates where code.kind != .vat && !rate.rate.isZero {
                faults.append(
                    DefinitionFault(
                        file: TaxCodes.file, place: "code \(code.code)",
                        "Expected a rate of 0 for the kind \(code.kind.rawValue), found \(rate.rate).",
                        remedy: "Correct the rate or the kind."))
            }
        }
        return faults
    }

    private static func check(_ book: PaymentTermsBook) -> [DefinitionFault] {
        var faults = repeated(book.terms.map(\.name), PaymentTermsBook.file, "name")
        for terms in book.terms {
            let whole = Rate.one
            let sum = terms.parts.reduce(Int128(0)) {
                $0 + scaled($1.share)
            }
            if sum != scaled(whole) {
                faults.append(
                    DefinitionFault(
                        file: PaymentTermsBook.file, place: "terms \(terms.name)",
                        "Expected shares that add up to 1.",
                        remedy: "Correct the shares of the parts."))
            }
        }
        return faults
    }

    /// A share in the smallest unit that a rate can have.
    private static func scaled(_ share: Rate) -> Int128 {
        var value = Int128(share.unscaled)
        for _ in Int(share.scale)..<Rate.scaleMax { value *= 10 }
        return value
    }

    private static func check(_ chart: ChartOfAccounts, _ path: String) -> [DefinitionFault] {
        repeated(chart.accounts.map(\.number), path, "account number")
    }

    private static func check(_ book: RoleBook, _ commandNames: [String]) -> [DefinitionFault] {
        var faults = repeated(book.roles.map(\.role), RoleBook.file, "role")
        faults += repeated(book.people.map(\.person), RoleBook.file, "person")
        faults += repeated(book.processes.map(\.process), RoleBook.file, "process")
        for grant in book.roles {
            faults += unknown(grant.commands, commandNames, at: "role \(grant.role)")
        }
        for grant in book.processes {
            faults += unknown(grant.commands, commandNames, at: "process \(grant.process)")
        }
        let roles = Set(book.roles.map(\.role)).union(builtInRoles)
        for person in book.people {
            for role in person.roles where !roles.contains(role) {
                faults.append(
                    DefinitionFault(
                        file: RoleBook.file, place: "person \(person.person)",
                        "Expected a role that is listed, found \"\(role)\".",
                        remedy: "Correct or add the role."))
            }
        }
        return faults + check(book.processes, roles)
    }

    private static func check(
        _ grants: [ProcessGrant], _ roles: Set<String>
    ) -> [DefinitionFault] {
        grants.flatMap { grant in
            grant.roles.filter { !roles.contains($0) || $0 == ownerRole }.map { role in
                DefinitionFault(
                    file: RoleBook.file, place: "process \(grant.process)",
                    "Expected a role that is listed and that a process may have, found \"\(role)\".",
                    remedy: "Correct the role, or list the commands that the process gives.")
            }
        }
    }

    /// Faults of patterns that fit no command.
    private static func unknown(
        _ patterns: [String], _ commandNames: [String], at place: String
    ) -> [DefinitionFault] {
        patterns.filter { pattern in
            !commandNames.contains { RoleBook.matches(pattern, $0) }
        }.map { pattern in
            let hint =
                nearest(to: pattern, among: commandNames)
                .map { " Did you mean \"\($0)\"?" } ?? ""
            return DefinitionFault(
                file: RoleBook.file, place: place,
                "Expected commands, found \"\(pattern)\", which fits none.\(hint)",
                remedy: "Correct the name.")
        }
    }

    private static func repeated(
        _ names: [String], _ file: String, _ what: String
    ) -> [DefinitionFault] {
        var seen: Set<String> = []
        return names.filter { !seen.insert($0).inserted }.map {
            DefinitionFault(
                file: file, "Expected each \(what) once, found \"\($0)\" again.",
                remedy: "Remove one of them.")
        }
    }
}
