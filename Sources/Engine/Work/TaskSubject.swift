internal import Business
internal import Records
internal import Views

/// The currency of the books, in which amounts of tasks are shown.
struct BooksRow: ViewRow {
    let currency: Currency

    static let table = "books"
    static let only = RowKey("books")
    var key: RowKey { Self.only }
    static let schema = Schema<BooksRow>(
        "process.books-row", "The currency of the books.",
        Field(1, "currency", \.currency, "The base currency."),
        make: BooksRow.init)
}

/// What a task is about, as its instance's variables tell.
struct TaskSubject {
    /// The thing that its command is about; else what the process is about, or its business case.
    let document: String
    /// The amount in the currency of the books, where the process knows one.
    let amount: String?
    /// What tells the task from its like: what its own scopes know beyond the document.
    let detail: String?
    /// The variables that it sees and that say something.
    let shown: JSONValue

    /// The variable in which a process keeps its document's amount.
    private static let amountName = "amount"
    /// Bytes of a value beside the task's name; longer ones are for who opens the task.
    private static let detailBytesMax = 40
    /// Variables of the standard that mean nothing to people.
    private static let hidden: Set<String> = ["loopCounter"]
    /// Things that a document names, and that it is not about.
    private static let parties: Set<String> = [
        "sales.account", "sales.contact", "purchasing.supplier", "finance.company",
    ]

    init(_ row: InstanceRow, owner: Int64, command: String, books: BooksRow?) {
        let own = Self.ownVariables(row, owner)
        let names = Set(own.map(\.name))
        let all = own + (row.variables.objectMembers ?? []).filter { !names.contains($0.name) }
        func text(_ name: String) -> String? {
            guard let text = all.first(where: { $0.name == name })?.value.stringValue else {
                return nil
            }
            return text.isEmpty ? nil : text
        }
        let named = (Self.identifiers[command] ?? []).lazy.compactMap { field in
            text(field.name).map { "\(field.type)/\($0)" }
        }.first
        let document = named ?? row.document
        self.document = document
        let said = all.filter { Self.says($0) }
        amount = said.first { $0.name == Self.amountName }.map { Self.money($0.value, books) }
        let id = document.split(separator: "/", maxSplits: 1).last.map(String.init)
        let details = own.filter {
            Self.says($0) && $0.name != Self.amountName && $0.value.stringValue != id
                && Self.words($0.value).utf8.count <= Self.detailBytesMax
        }.map { "\($0.name)=\(Self.words($0.value))" }
        detail = details.isEmpty ? nil : details.joined(separator: " ")
        shown = .object(
            said.map {
                $0.name == Self.amountName
                    ? JSONMember($0.name, .string(Self.money($0.value, books))) : $0
            })
    }

    /// The variables of the element that waits and of the scopes around it, the innermost first;
    /// those of the process are not among them.
    private static func ownVariables(_ row: InstanceRow, _ owner: Int64) -> [JSONMember] {
        var found: [JSONMember] = []
        var key = owner
        while let element = row.open.first(where: { $0.key == key }) {
            for member in element.variables?.objectMembers ?? []
            where !found.contains(where: { $0.name == member.name }) {
                found.append(member)
            }
            guard element.parent < key else { break }
            key = element.parent
        }
        return found
    }

    private static func says(_ variable: JSONMember) -> Bool {
        if hidden.contains(variable.name) || variable.value.isNull { return false }
        if variable.value.stringValue?.isEmpty == true { return false }
        return variable.value.arrayValue?.isEmpty != true
    }

    private static func words(_ value: JSONValue) -> String {
        value.stringValue ?? value.description
    }

    /// An amount with its currency and the currency's digits; as it stands where it is no amount.
    private static func money(_ value: JSONValue, _ books: BooksRow?) -> String {
        let text: String
        switch value {
        case .number(let digits): text = digits
        default: text = words(value)
        }
        guard let books,
            let money = try? Money.read(.string(text), JSONContext(currency: books.currency))
        else { return text }
        return money.description
    }

    /// The type of the thing whose event began an instance, as the first step tells its cause; nil
    /// where it was no event.
    static func type(begunBy cause: String) -> String? {
        guard cause.hasPrefix("message ") else { return nil }
        return eventStreams[String(cause.dropFirst("message ".count))]
    }

    private static let registry = DaybookRegistry.make()
    private static let eventStreams = registry.events.mapValues(\.streamType)

    /// The fields by which each command names things, the documents before the parties to them.
    private static let identifiers: [String: [(name: String, type: String)]] =
        registry.commands.mapValues { command in
            let fields = command.description.fields.compactMap { field in
                subject(of: field.kind).map { (name: field.name, type: $0) }
            }
            return fields.filter { !parties.contains($0.type) }
                + fields.filter { parties.contains($0.type) }
        }

    private static func subject(of kind: FieldKind) -> String? {
        switch kind {
        case .identifier(let subject): subject
        case .optional(let wrapped): subject(of: wrapped)
        default: nil
        }
    }
}
