package import Records

extension Decision {
    /// Refuses when the person is one of those whose duty must be apart.
    ///
    /// A single-person company is exempt, and audit reports that as a finding (design section 11).
    package func requireSeparated(
        from people: [String?], duty: String
    ) throws(Rejection) {
        guard let person = facts.actor.person, people.contains(person) else { return }
        if try company().isSinglePerson { return }
        throw Rejection(
            .separatedDuties,
            "\(duty) needs another person than \(person), who did an earlier step of it.",
            [JSONMember("person", .string(person))])
    }

    /// Refuses when the amount is above what the person may decide.
    ///
    /// The owner has no limit. A process has the limits of the person behind it, or acts with a
    /// decision's approval; a timer acts for nobody and has none to spend.
    package func requireLimit(_ limit: String, for amount: Money) throws(Rejection) {
        let actor = facts.actor
        if actor.isUnlimited || facts.approval != nil { return }
        let allowed = actor.limits[limit] ?? .zero(amount.currency)
        guard allowed.currency == amount.currency, amount.minorUnits <= allowed.minorUnits else {
            throw Rejection(
                .limitExceeded,
                "\(amount) is above the limit \"\(limit)\" of \(allowed) that \(actor.person ?? actor.id) has; ask somebody with a higher limit.",
                [
                    JSONMember("limit", .string(allowed.description)),
                    JSONMember("amount", .string(amount.description)),
                ])
        }
    }
}
