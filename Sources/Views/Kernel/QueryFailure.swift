internal import EventLog
package import LMDB
package import Records

/// Why a question is not answered.
package enum QueryFailure: Error, Equatable, Sendable {
    /// No view answers it.
    case unknownQuery(name: String, nearest: String?)
    /// The parameters are not what it takes.
    case badParameters(InputFailure)
    /// The thing asked for is not there.
    case unknownObject(String)
    /// The question cannot be asked on that axis.
    case optionNotSupported(option: String, query: String)
    /// The view stopped before an event that it cannot fold.
    case viewStopped(view: String, position: UInt64, type: String, reason: String)
    /// The view is being rebuilt, or has not reached the position waited for.
    case viewBehind(view: String, position: UInt64, target: UInt64)
    /// The answer is larger than one answer may be.
    case tooManyRows(count: Int)
    /// An amount of the answer does not fit.
    case arithmetic(ArithmeticFailure)
    /// A row of the view cannot be read.
    case damaged(String)
    /// The store of the view failed.
    case store(StoreFailure)

    /// The stable word for programs.
    package var code: String {
        switch self {
        case .unknownQuery: "unknown-query"
        case .badParameters(let failure): failure.code.rawValue
        case .unknownObject: "unknown-object"
        case .optionNotSupported: "option-not-supported"
        case .viewStopped: "view-stopped"
        case .viewBehind: "view-behind"
        case .tooManyRows: "too-many-rows"
        case .arithmetic: "amount-too-large"
        case .damaged, .store: "view-failed"
        }
    }

    /// What a program may want to know besides.
    package var details: [JSONMember] {
        switch self {
        case .viewStopped(let view, let position, let type, _):
            [
                JSONMember("view", .string(view)), JSONMember("position", .integer(position)),
                JSONMember("type", .string(type)),
            ]
        case .viewBehind(let view, let position, let target):
            [
                JSONMember("view", .string(view)), JSONMember("position", .integer(position)),
                JSONMember("target", .integer(target)),
            ]
        case .optionNotSupported(let option, _): [JSONMember("option", .string(option))]
        case .badParameters(let failure): [JSONMember("path", .string(failure.path))]
        default: []
        }
    }
}

extension QueryFailure: CustomStringConvertible {
    /// Expected, found and remedy.
    package var description: String {
        switch self {
        case .unknownQuery(let name, let nearest):
            "There is no query \"\(name)\"\(nearest.map { "; did you mean \"\($0)\"?" } ?? "; ask help for their names.")"
        case .badParameters(let failure): "\(failure)"
        case .unknownObject(let message): message
        case .optionNotSupported(let option, let query):
            "\(query) cannot be asked with \(option); leave it out, or fold the log to the past with daybook replay --until."
        case .viewStopped(let view, let position, let type, let reason):
            "The view \(view) stopped before position \(position) (\(type)), which it cannot fold: \(reason). Mend the program and rebuild the view."
        case .viewBehind(let view, let position, let target):
            "The view \(view) has reached position \(position) of \(target); ask again later."
        case .tooManyRows(let count):
            "The answer has \(count) rows, at most \(ViewQuery.rowsMax) are given; narrow the question."
        case .arithmetic(let failure): "The answer cannot be computed: \(failure)"
        case .damaged(let reason): "The view is damaged: \(reason). Rebuild it."
        case .store(let failure): "The view's store failed: \(failure)"
        }
    }
}

/// Does arithmetic in an answer.
package func answering<Value>(
    _ body: () throws(ArithmeticFailure) -> Value
) throws(QueryFailure) -> Value {
    do throws(ArithmeticFailure) { return try body() } catch { throw .arithmetic(error) }
}
