import Foundation
import Glibc
import Synchronization

/// The service manager's end of sd_notify(3): a datagram socket on a path.
final class NotifySocket: Sendable {
    private let descriptor: Int32
    /// The last status that the service sent.
    private let status = Mutex("")

    init(path: String) throws {
        unlink(path)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
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
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Blocks until a message has a wanted line; false if none comes within the socket's time limit.
    func wait(for isWanted: (String) -> Bool) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
            if let line = lines.last(where: { $0.hasPrefix("STATUS=") }) {
                status.withLock { $0 = String(line.dropFirst("STATUS=".count)) }
            }
            if lines.contains(where: isWanted) { return true }
        }
    }

    /// Blocks until the service sends a wanted status; false as with ``wait(for:)``. The last status counts too, even
    /// if it came with another awaited line.
    func waitForStatus(_ isWanted: (String) -> Bool) -> Bool {
        isWanted(status.withLock(\.self)) || wait { _ in isWanted(status.withLock(\.self)) }
    }

    func close() { Glibc.close(descriptor) }
}
