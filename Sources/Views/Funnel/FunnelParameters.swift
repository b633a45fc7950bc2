internal import Business
internal import Records

/// How deals are gathered.
enum DealGrouping: String, Choice {
    case all
    case owner
    case source
    case product
    case month
    case quarter
    case year

    /// The group of a deal, by a date of it.
    func group(_ deal: DealRow, _ date: BusinessDate?) -> String {
        let unknown = "(none)"
        return switch self {
        case .all: "all"
        case .owner: deal.owner ?? unknown
        case .source: deal.source ?? unknown
        case .product: deal.product ?? unknown
        case .month: date?.month ?? unknown
        case .quarter: date?.quarter ?? unknown
        case .year: date?.year ?? unknown
        }
    }
}

/// Which deals, and how gathered.
struct DealParameters: Record, Equatable {
    let owner: String?
    let source: String?
    let from: BusinessDate?
    let to: BusinessDate?
    let by: DealGrouping

    static let schema = Schema<DealParameters>(
        "funnel.deal-parameters", "Which deals, and how gathered.",
        Field(1, "owner", \.owner, "Of one person."),
        Field(2, "source", \.source, "From one source."),
        Field(3, "from", \.from, "The first day."),
        Field(4, "to", \.to, "The last day."),
        Field(
            5, "by", \.by, "One row, or one for each owner, source, product or period.",
            default: .all),
        make: DealParameters.init)

    /// Whether a deal counts, by a date of it.
    func takes(_ deal: DealRow, _ date: BusinessDate?) -> Bool {
        if let owner, deal.owner != owner { return false }
        if let source, deal.source != source { return false }
        if from == nil, to == nil { return true }
        guard let date else { return false }
        return (from.map { date >= $0 } ?? true) && (to.map { date <= $0 } ?? true)
    }
}

/// Sums of money where nothing may have been added yet.
struct Total {
    private(set) var amount: Money?

    mutating func add(_ other: Money?) throws(QueryFailure) {
        guard let other else { return }
        amount = try amount?.plus(other) ?? other
    }
}

extension DealRow {
    /// The amount times the stage's probability, rounded once.
    func weighted() throws(QueryFailure) -> Money? {
        guard let amount, let stage else { return nil }
        return try answering { () throws(ArithmeticFailure) in
            try amount.multiplied(by: stage.probability)
        }
    }

    /// Days from the first contact to the end.
    var cycleDays: Int? {
        guard let start = firstContactOn ?? openedOn, let endedOn else { return nil }
        return endedOn.days(since: start)
    }
}

/// Stages in the order of their probabilities, the first met where several were used.
struct StageOrder {
    private var probabilities: [String: Rate] = [:]

    mutating func note(_ visit: StageVisit) {
        if probabilities[visit.stage] == nil { probabilities[visit.stage] = visit.probability }
    }

    var stages: [String] {
        probabilities.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }
}
