import ConciergeProtocol
import Foundation
package import Glibc
import NIOPosix
import Synchronization
package import Varlink

/// A daemon in a process of its own. The folder of its ledger outlives the process.
package final class DaemonProcess: Sendable {
    package let pid: pid_t
    private let place: Place
    private let notices: Int32
    private let status = Mutex<Int32?>(nil)

    /// Starts the daemon and returns at once.
    package init(in place: Place) throws {
        self.place = place
        notices = try Self.noticeSocket(place.path + "/notify")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for descriptor in [1, 2] as [Int32] {
            posix_spawn_file_actions_addopen(&actions, descriptor, place.log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        let program = Self.program(named: "torture-lodge")
        let arguments = [
            program, "--config", place.configuration, "--state-dir", place.state, "--socket", place.socket,
        ]
        let argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let environment = ["NOTIFY_SOCKET=\(place.path)/notify", "PATH=/usr/bin:/bin"]
        let envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for word in argv + envp { free(word) } }
        var pid: pid_t = 0
        closeInherited(&actions)
        let code = posix_spawn(&pid, program, &actions, nil, argv, envp)
        guard code == 0 else {
            close(notices)
            throw TortureFailure("\(program): \(String(cString: strerror(code)))")
        }
        self.pid = pid
    }

    deinit {
        kill()
        close(notices)
    }

    /// Whether the daemon has sent READY since the last call of this function.
    package func hasSaidReady() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(notices, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return false }
            let message = String(decoding: buffer[..<count], as: UTF8.self)
            if message.split(separator: "\n").contains("READY=1") { return true }
        }
    }

    /// Waits for READY, as systemd does.
    package func waitForReady() async throws {
        let limit = ContinuousClock.now + .seconds(240)
        while !hasSaidReady() {
            if let status = ended { throw TortureFailure("it ended at start with status \(status): \(place.tail)") }
            guard ContinuousClock.now < limit else { throw TortureFailure("it did not get ready: \(place.tail)") }
            // The process and its socket are asked in turns, because it may end without a word; recv(2) would block.
            try await Task.sleep(for: .microseconds(500))
        }
    }

    /// Ends the process with SIGKILL, as abruptly as a power cut does, and waits for its end.
    package func kill() {
        guard ended == nil else { return }
        Glibc.kill(pid, SIGKILL)
        _ = status.withLock { Self.wait(pid, &$0, options: 0) }
    }

    /// Sends SIGTERM, as systemd does to stop a service, and returns at once.
    package func terminate() {
        if ended == nil { Glibc.kill(pid, SIGTERM) }
    }

    /// The exit status, or 128 plus the signal's number; nil while the process runs.
    package var ended: Int32? { status.withLock { Self.wait(pid, &$0, options: WNOHANG) } }

    private static func wait(_ pid: pid_t, _ status: inout Int32?, options: Int32) -> Int32? {
        if let status { return status }
        var raw: Int32 = 0
        var result = waitpid(pid, &raw, options)
        while result < 0, errno == EINTR { result = waitpid(pid, &raw, options) }
        guard result == pid else { return nil }
        status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
        return status
    }

    /// A datagram socket on a path: the service manager's end of sd_notify(3).
    private static func noticeSocket(_ path: String) throws -> Int32 {
        unlink(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw TortureFailure("\(path) is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw TortureFailure("\(path): \(String(cString: strerror(errno)))") }
        return descriptor
    }

    /// The path of a program of this build, which is in the directory of the running program or of the test bundle.
    static func program(named name: String) -> String {
        let me = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        let candidates = [me, bundle].map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(name).path
        }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
    }
}

/// A folder with a daemon's configuration, its ledger and its socket.
package final class Place: Sendable {
    package let path: String
    private let isKept = Atomic(false)
    package var socket: String { path + "/s" }
    package var state: String { path + "/state" }
    package var executions: String { state + "/providers/torture/executions" }
    var configuration: String { path + "/concierged.yaml" }
    var log: String { path + "/log" }

    package init() throws {
        path = NSTemporaryDirectory() + "torture-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // Logging every request would take as long as the rest of the work.
        try "journal:\n  level: notice\nlodge:\n  stop_limit: 1s\n".write(
            toFile: configuration, atomically: true, encoding: .utf8)
    }

    /// Keeps the folder on disk, so that its content can be inspected.
    package func keep() { isKept.store(true, ordering: .relaxed) }

    private static let definitions = Result { try ControlInterface.all.map { try InterfaceDefinition($0.source) } }

    package func connect() async throws -> VarlinkClient {
        try await VarlinkClient.connect(
            path: socket, maximumMessageSize: 1 << 26,
            checkingReplies: try Self.definitions.get(),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    }

    /// The last lines of the daemon's log.
    package var tail: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(5).joined(separator: "\n")
    }

    deinit { if !isKept.load(ordering: .relaxed) { try? FileManager.default.removeItem(atPath: path) } }
}

/// Why the torture test cannot continue.
package struct TortureFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// Has a child keep nothing open but its standard streams: one that keeps an end of a connection of this process would keep
/// whoever waits for the end of that connection waiting. The C library has had the function since glibc 2.34; Swift's module of
/// it has not.
func closeInherited(_ actions: inout posix_spawn_file_actions_t) {
    typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
    _ = unsafeBitCast(symbol, to: CloseFrom.self)(&actions, 3)
}
