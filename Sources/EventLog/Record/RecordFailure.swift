/// Why a draft cannot be encoded or stored bytes cannot be decoded.
package enum RecordFailure: Error, Equatable, Sendable {
    /// A text of the envelope is longer than its limit.
    case fieldTooLong(field: String, bytes: Int, maximum: Int)
    /// A text of the envelope is empty where it must not be, or holds a zero byte.
    case fieldInvalid(field: String, reason: String)
    /// A count of the envelope is outside its range.
    case numberInvalid(field: String, found: Int)
    /// The whole record is larger than ``EventLimits/recordBytesMax``.
    case recordTooLarge(bytes: Int, maximum: Int)
    /// The first byte names a layout that this program does not know.
    case unknownFormat(UInt8)
    /// The bytes end inside a field or go on after the last one.
    case malformed(field: String)
}

extension RecordFailure: CustomStringConvertible {
    /// Expected and found in one sentence.
    package var description: String {
        switch self {
        case .fieldTooLong(let field, let bytes, let maximum):
            "\(field) has at most \(maximum) bytes, this one has \(bytes)"
        case .fieldInvalid(let field, let reason): "\(field) \(reason)"
        case .numberInvalid(let field, let found): "\(field) cannot be \(found)"
        case .recordTooLarge(let bytes, let maximum):
            "an event has at most \(maximum) bytes, this one has \(bytes)"
        case .unknownFormat(let format):
            "record layout \(format) is not known; use a newer program"
        case .malformed(let field): "the record's \(field) is malformed"
        }
    }
}
