import Foundation
import Synchronization

/// A socket behind which somebody follows a script: receives what it says, answers what it says.
final class ScriptedDaemon: Sendable {
    enum Step: Sendable, Equatable {
        case receive(String)
        case send(String)
    }

    let path: String
    private let listener: Int32
    private let script: [Step]
    private let trouble = Mutex<[String]>([])
    private let done = DispatchSemaphore(value: 0)

    init(_ script: [Step]) throws {
        path = "\(NSTemporaryDirectory())/daybook-\(UUID().uuidString.prefix(8)).sock"
        self.script = script
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0, listen(listener, 4) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
        Thread { [self] in
            serve()
            done.signal()
        }.start()
    }

    deinit {
        close(listener)
        unlink(path)
    }

    /// What did not go by the script.
    func finish() -> [String] {
        shutdown(listener, Int32(SHUT_RDWR))
        done.wait()
        done.signal()
        return trouble.withLock { $0 }
    }

    private func serve() {
        var rest = script[...]
        while !rest.isEmpty {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            serve(client, &rest)
            close(client)
        }
        if let step = rest.first { note("the script was not finished: \(step)") }
    }

    private func serve(_ client: Int32, _ rest: inout ArraySlice<Step>) {
        var buffer: [UInt8] = []
        while let step = rest.first {
            switch step {
            case .send(let line):
                let bytes = Array((line + "\n").utf8)
                send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                rest = rest.dropFirst()
            case .receive(let expected):
                guard let line = Self.line(client, &buffer) else { return }
                rest = rest.dropFirst()
                if line != expected {
                    note("expected \"\(expected)\", received \"\(line)\"")
                    rest = []
                }
            }
        }
    }

    private static func line(_ client: Int32, _ buffer: inout [UInt8]) -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line
            }
            var chunk = [UInt8](repeating: 0, count: 4_096)
            let count = recv(client, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }

    private func note(_ text: String) { trouble.withLock { $0.append(text) } }
}
