internal import Glibc
package import Records

/// Why a daemon could not be asked.
package enum ClientFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody listens.
    case notRunning(path: String)
    /// Somebody may listen, but this user may not open the socket.
    case notPermitted(path: String)
    /// The socket's path is longer than an address holds.
    case pathTooLong(path: String)
    /// The connection broke.
    case broken(reason: String)
    /// No answer came within the time.
    case timedOut(seconds: Int)

    /// Expected, found and remedy.
    package var description: String {
        switch self {
        case .notRunning(let path):
            "no daemon answers on \(path); start `daybookd --data FOLDER`, or name its socket with --socket or DAYBOOK_SOCKET"
        case .notPermitted(let path):
            "this user may not open the socket \(path) (permission denied); ask as the user who runs the daemon, or give the folder and the socket to a group of both"
        case .pathTooLong(let path): "the socket's path \(path) is too long"
        case .broken(let reason): "the connection to the daemon broke: \(reason)"
        case .timedOut(let seconds): "the daemon did not answer within \(seconds) seconds"
        }
    }
}

/// One answer of the daemon.
package struct Answer: Sendable, Equatable {
    /// Whether it was `ok`.
    package let isOK: Bool
    /// The code of a refusal; empty when it was `ok`.
    package let code: String
    /// The JSON behind it.
    package let body: JSONValue

    /// Reads a line of the protocol.
    package init?(line: String) {
        let brace = line.firstIndex { $0 == "{" || $0 == "[" } ?? line.endIndex
        let words = line[..<brace].split(separator: " ").map(String.init)
        let body =
            brace == line.endIndex
            ? JSONValue.object([]) : try? JSONValue.parse(String(line[brace...]))
        guard let first = words.first, let body else { return nil }
        switch first {
        case "ok":
            isOK = true
            code = ""
        case "error":
            isOK = false
            code = words.count > 1 ? words[1] : ""
        default: return nil
        }
        self.body = body
    }

    /// What a refusal says.
    package var message: String { body["message"]?.stringValue ?? body.description }
}

/// A blocking connection to the daemon; used by one thread at a time.
package final class Connection {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private static let chunkBytes = 64 << 10

    /// Connects to the socket at a path.
    package init(path: String) throws(ClientFailure) {
        let bytes = Array(path.utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .pathTooLong(path: path)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .broken(reason: String(cString: strerror(errno))) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // The descriptor is closed by `deinit`, which runs for what throws here, too: closing it twice
        // would close what another thread opened under the same number.
        guard code == 0 else {
            throw [EACCES, EPERM].contains(errno)
                ? .notPermitted(path: path) : .notRunning(path: path)
        }
    }

    deinit { Glibc.close(descriptor) }

    /// Sends bytes as they are.
    package func send(_ bytes: [UInt8]) throws(ClientFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.send(
                    descriptor, raw.baseAddress.map { $0 + sent }, raw.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .broken(reason: String(cString: strerror(errno))) }
            sent += count
        }
    }

    /// Sends one line.
    package func send(line: String) throws(ClientFailure) { try send(Array((line + "\n").utf8)) }

    /// Says that nothing more will be sent.
    package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next line; nil when the daemon has closed the connection.
    package func receive(timeoutSeconds: Int? = nil) throws(ClientFailure) -> String? {
        var searched = start
        while true {
            if let newline = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[start..<newline], as: UTF8.self)
                start = newline + 1
                if start == buffer.count {
                    buffer.removeAll(keepingCapacity: true)
                    start = 0
                }
                return line
            }
            if start > 0 {
                buffer.removeFirst(start)
                start = 0
            }
            searched = buffer.count
            guard try fill(timeoutSeconds) else { return nil }
        }
    }

    private func fill(_ timeoutSeconds: Int?) throws(ClientFailure) -> Bool {
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, timeoutSeconds.map { Int32($0 * 1_000) } ?? -1)
            if ready < 0, errno == EINTR { continue }
            guard ready != 0 else { throw .timedOut(seconds: timeoutSeconds ?? 0) }
            var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .broken(reason: String(cString: strerror(errno))) }
            if count == 0 { return false }
            buffer.append(contentsOf: chunk[0..<count])
            return true
        }
    }

    /// Asks one thing and waits for its answer.
    package func ask(_ line: String, timeoutSeconds: Int? = nil) throws(ClientFailure) -> Answer {
        try send(line: line)
        guard let reply = try receive(timeoutSeconds: timeoutSeconds) else {
            throw .broken(reason: "it was closed before the answer came")
        }
        guard let answer = Answer(line: reply) else {
            throw .broken(reason: "the answer is none: \(reply.prefix(80))")
        }
        return answer
    }
}

/// Puts a request together as a line of the protocol.
package enum RequestLine {
    /// `name option=value … {json}`; values with spaces are quoted.
    package static func text(
        _ verb: String, _ subject: String? = nil, options: [(name: String, value: String)] = [],
        payload: JSONValue = .object([])
    ) -> String {
        var words = [verb]
        if let subject { words.append(subject) }
        for (name, value) in options {
            let needsQuotes = value.isEmpty || value.contains(" ") || value.hasPrefix("\"")
            words.append("\(name)=\(needsQuotes ? JSONValue.string(value).description : value)")
        }
        words.append(payload.description)
        return words.joined(separator: " ")
    }
}
