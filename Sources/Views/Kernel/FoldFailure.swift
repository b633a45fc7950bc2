package import LMDB
package import Records

/// Why an event could not be folded.
package enum FoldFailure: Error, Equatable, Sendable {
    /// An amount or quantity did not fit, or two of different kinds met.
    case arithmetic(ArithmeticFailure)
    /// A row that the event presupposes is not there.
    case missingRow(table: String, of: String)
    /// A stored row is not what the program expects.
    case badRow(table: String, CodecFailure)
    /// The event itself could not be decoded.
    case undecodable(String)
    /// The event is not what its type says.
    case unexpected(String)
    /// The store failed; that is no property of the event.
    case store(StoreFailure)
}

extension FoldFailure: CustomStringConvertible {
    /// The fault in words.
    package var description: String {
        switch self {
        case .arithmetic(let failure): failure.description
        case .missingRow(let table, let thing): "there is no row of \(thing) in \(table)"
        case .badRow(let table, let failure): "a row of \(table) cannot be read: \(failure)"
        case .undecodable(let reason): reason
        case .unexpected(let reason): reason
        case .store(let failure): failure.description
        }
    }
}

/// Does arithmetic in a fold: an amount that does not fit makes the event unfoldable.
package func folding<Value>(
    _ body: () throws(ArithmeticFailure) -> Value
) throws(FoldFailure) -> Value {
    do throws(ArithmeticFailure) { return try body() } catch { throw .arithmetic(error) }
}
