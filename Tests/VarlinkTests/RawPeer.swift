import Dispatch
import Glibc
import Testing

/// A folder that is deleted with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/varlink-tests-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        path = String(cString: made)
    }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                unlink(path + "/" + name)
            }
            closedir(folder)
        }
        rmdir(path)
    }
}

enum RawSocket {
    /// A blocking stream socket that has been bound or connected; it gives up reading after two minutes. That is
    /// less than the time limit of the suites, and more than a machine needs that runs all tests at once.
    static func open(_ path: String, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    static func listening(at path: String) throws -> Int32 {
        let descriptor = try open(path, bind)
        try #require(listen(descriptor, 16) == 0)
        return descriptor
    }
}

/// A peer that sends arbitrary bytes.
final class RawPeer: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws { descriptor = try RawSocket.open(path, connect) }

    deinit { close(descriptor) }

    /// Sends text, in which each `|` stands for a NUL byte.
    func send(_ text: String) throws { try send(text.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }) }

    func send(_ bytes: [UInt8]) throws {
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        try #require(count == bytes.count)
    }

    /// Sends bytes repeatedly, on a thread that may block until the other side reads.
    func send(_ bytes: [UInt8], times: Int) async throws {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "sender").async { [self] in
                continuation.resume(with: Result { for _ in 0..<times { try send(bytes) } })
            }
        }
    }

    /// Sends bytes; returns how many the socket accepted, which is 0 once the other side has closed the connection.
    func sendWhilePossible(_ bytes: [UInt8]) -> Int {
        max(0, Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)))
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Waits for this number of messages and returns them without their NULs.
    func messages(_ count: Int) async throws -> [String] {
        let bytes = await read(upTo: count)
        let messages = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        return messages.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Reads until the connection ends; each NUL byte is replaced by `|`.
    func rest() async -> String {
        String(decoding: await read(upTo: .max).map { $0 == 0 ? UInt8(ascii: "|") : $0 }, as: UTF8.self)
    }

    private func read(upTo messages: Int) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "peer").async { [descriptor] in
                var all: [UInt8] = []
                var room = [UInt8](repeating: 0, count: 65536)
                var ends = 0
                while ends < messages {
                    let count = recv(descriptor, &room, room.count, 0)
                    // A socket with a time limit is interrupted also where no signal is handled: signal(7).
                    if count < 0, errno == EINTR { continue }
                    if count < 0, errno == EAGAIN { all += Array("(nothing came)".utf8) }
                    if count <= 0 { break }
                    all += room[..<count]
                    ends += room.withUnsafeBytes { bytes in bytes[..<count].count { $0 == 0 } }
                }
                continuation.resume(returning: all)
            }
        }
    }
}
