import Dispatch
import Foundation
import Glibc
import Synchronization

/// The service manager's end of sd_notify(3): a datagram socket on a path.
///
/// A thread receives each message at once, as systemd does: the kernel keeps ten of them (`net.unix.max_dgram_qlen`), and
/// the service would wait in sendmsg(2) for the others.
final class NotifySocket: Sendable {
    private let descriptor: Int32
    private let inbox = Inbox()

    init(path: String) throws {
        unlink(path)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw TestFailure("\(path) is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw TestFailure("\(path): \(String(cString: strerror(errno)))") }
        Thread.detachNewThread { [inbox, descriptor] in inbox.fill(from: descriptor) }
    }

    /// Blocks until a message has a wanted line; false if none comes within half a minute after another.
    func wait(for isWanted: (String) -> Bool) -> Bool {
        while let lines = inbox.next() {
            if lines.contains(where: isWanted) { return true }
        }
        return false
    }

    /// Blocks until the service sends a wanted status; false as with ``wait(for:)``. The last status counts too, even
    /// if it came with another awaited line.
    func waitForStatus(_ isWanted: (String) -> Bool) -> Bool {
        isWanted(inbox.status) || wait { _ in isWanted(inbox.status) }
    }

    /// Ends the thread, which closes the socket.
    func close() { shutdown(descriptor, Int32(SHUT_RD)) }

    /// The messages that nobody has waited for yet.
    private final class Inbox: Sendable {
        private let state = Mutex<(messages: [[String]], status: String)>(([], ""))
        private let arrived = DispatchSemaphore(value: 0)

        /// The last status among the messages that were taken.
        var status: String { state.withLock(\.status) }

        func fill(from descriptor: Int32) {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
                state.withLock { $0.messages.append(lines) }
                arrived.signal()
            }
            Glibc.close(descriptor)
        }

        /// Takes the oldest message; nil if none comes within half a minute.
        func next() -> [String]? {
            guard arrived.wait(timeout: .now() + 30) == .success else { return nil }
            return state.withLock { state in
                let lines = state.messages.removeFirst()
                if let line = lines.last(where: { $0.hasPrefix("STATUS=") }) {
                    state.status = String(line.dropFirst("STATUS=".count))
                }
                return lines
            }
        }
    }
}
