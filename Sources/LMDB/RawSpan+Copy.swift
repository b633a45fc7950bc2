extension Array where Element == UInt8 {
    /// A copy of borrowed bytes, to keep them beyond their transaction.
    package init(_ bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    }
}
