import Glibc
import Systemd
import Testing

/// These tests change the environment of the whole process, so they run one after the other.
@Suite(.serialized)
struct ServiceManagerTests {
    private let folder = TemporaryFolder()

    /// The datagrams that the service manager receives while `body` runs.
    private func received(_ body: (ServiceManager) -> Void) -> [String] {
        let descriptor = folder.socket("notify", type: SOCK_DGRAM)
        setenv("NOTIFY_SOCKET", "\(folder.path)/notify", 1)
        defer {
            unsetenv("NOTIFY_SOCKET")
            close(descriptor)
            unlink("\(folder.path)/notify")
        }
        body(ServiceManager())
        var datagrams: [String] = []
        while let datagram = readAvailable(descriptor) { datagrams.append(datagram) }
        return datagrams
    }

    @Test("Readiness and its status arrive in one datagram")
    func ready() {
        var isSent = false
        let datagrams = received { isSent = $0.ready(status: "3 providers serve") }
        #expect(datagrams == ["READY=1\nSTATUS=3 providers serve"])
        #expect(isSent)
        #expect(received { $0.ready() } == ["READY=1"])
    }

    @Test("Status, watchdog, stop and failure messages arrive in order")
    func order() {
        let datagrams = received { manager in
            manager.status("12 requests open")
            manager.watchdog()
            manager.stopping(status: "Draining")
            manager.failed(errno: ENOSPC)
        }
        #expect(
            datagrams == ["STATUS=12 requests open", "WATCHDOG=1", "STOPPING=1\nSTATUS=Draining", "ERRNO=28"])
    }

    @Test("A reload carries the monotonic clock in microseconds")
    func reload() throws {
        func microseconds() -> UInt64 {
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1_000
        }
        let before = microseconds()
        let lines = try #require(received { $0.reloading() }.first).split(separator: "\n")
        let after = microseconds()
        #expect(lines.first == "RELOADING=1")
        let clock = try #require(lines.last?.split(separator: "=").last.flatMap { UInt64($0) })
        #expect(lines.last?.hasPrefix("MONOTONIC_USEC=") == true)
        #expect((before...after).contains(clock))
    }

    @Test("An extension of the timeout is sent in microseconds, rounded up, and never below zero")
    func extendTimeout() {
        let datagrams = received { manager in
            manager.extendTimeout(by: .seconds(30))
            manager.extendTimeout(by: .nanoseconds(1_500))
            manager.extendTimeout(by: .seconds(-1))
            manager.extendTimeout(by: .seconds(Int64.max))
        }
        #expect(
            datagrams == [
                "EXTEND_TIMEOUT_USEC=30000000", "EXTEND_TIMEOUT_USEC=2", "EXTEND_TIMEOUT_USEC=0",
                "EXTEND_TIMEOUT_USEC=\(UInt64.max)",
            ])
    }

    @Test("A status of several lines cannot pass for another message")
    func injection() {
        #expect(received { $0.status("shelf full\nSTOPPING=1\r\n") } == ["STATUS=shelf full STOPPING=1"])
    }

    @Test("Outside systemd nothing is sent")
    func outside() {
        unsetenv("NOTIFY_SOCKET")
        let manager = ServiceManager()
        #expect(!manager.isListening)
        #expect(!manager.ready(status: "unheard"))
        #expect(manager.watchdogInterval == nil)
    }

    @Test("A service manager that has gone away causes no error")
    func gone() {
        setenv("NOTIFY_SOCKET", "\(folder.path)/gone", 1)
        defer { unsetenv("NOTIFY_SOCKET") }
        let manager = ServiceManager()
        #expect(manager.isListening)
        #expect(!manager.ready())
    }

    @Test("The watchdog interval is known only if the watchdog monitors this process")
    func watchdogInterval() {
        setenv("WATCHDOG_USEC", "30000000", 1)
        defer {
            unsetenv("WATCHDOG_USEC")
            unsetenv("WATCHDOG_PID")
        }
        #expect(ServiceManager().watchdogInterval == .seconds(30))
        setenv("WATCHDOG_PID", "\(getpid())", 1)
        #expect(ServiceManager().watchdogInterval == .seconds(30))
        setenv("WATCHDOG_PID", "1", 1)
        #expect(ServiceManager().watchdogInterval == nil)
    }
}
