internal import Client

/// Why the demo cannot go on.
enum DemoFailure: Error, CustomStringConvertible {
    /// The daemon cannot be asked.
    case noDaemon(ClientFailure)
    /// The daemon refused what it should have accepted.
    case refused(request: String, code: String, message: String)
    /// The daemon's answer lacks something.
    case unexpected(String)
    /// The folder is not one that the demo may play in.
    case wrongFolder(String)
    /// A process cannot go on.
    case incident(String)

    var description: String {
        switch self {
        case .noDaemon(let failure): "\(failure)"
        case .refused(let request, let code, let message):
            """
            The daemon refused what the demo expected it to accept.
              asked:  \(request)
              code:   \(code)
              reason: \(message)
            """
        case .unexpected(let text): "The daemon answered otherwise than expected: \(text)"
        case .wrongFolder(let text): text
        case .incident(let text): "A process cannot go on: \(text)"
        }
    }
}
