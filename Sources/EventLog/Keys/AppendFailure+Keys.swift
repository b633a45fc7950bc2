internal import LMDB

extension AppendFailure {
    /// What it means for events that the keys which they need could not be written: nothing of them
    /// is in the log, so a disk that is merely full may be tried again.
    package init(_ failure: KeyFailure) {
        switch failure {
        case .store(let cause):
            switch cause {
            case .mapFull, .noSpace: self = .diskFull(cause)
            case .inputOutput: self = .diskFailed(cause)
            default: self = .store(cause)
            }
        default: self = .store(.other(code: 0, operation: "write personal keys: \(failure)"))
        }
    }
}
