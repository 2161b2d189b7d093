import CSystemd
import Glibc

/// Tells the service manager that started this service of readiness, status, reload, stop and signs of life, as
/// sd_notify(3) describes them.
///
/// Make one at start, while the process has a single thread: it reads from the environment whether a service manager
/// listens and how long its watchdog waits. Outside systemd every call does nothing. A value can be copied and used
/// from any thread, as long as nobody changes the environment.
///
/// Each call sends one datagram, in the order of the calls of one thread, and returns whether the service manager took
/// it. Ignore the result, as sd_notify(3) advises.
public struct ServiceManager: Sendable {
    /// Whether a service manager listens, that is, whether `NOTIFY_SOCKET` was set when this value was made.
    public let isListening: Bool

    /// How long the service manager waits for a sign of life before it kills the service (`WatchdogSec=`), or `nil`
    /// if it does not watch this process. Call ``watchdog()`` every half of it: sd_watchdog_enabled(3).
    public let watchdogInterval: Duration?

    /// Reads the state of the environment. The environment itself is left as it is.
    public init() {
        isListening = getenv("NOTIFY_SOCKET").map { $0.pointee != 0 } ?? false
        var microseconds: UInt64 = 0
        watchdogInterval =
            sd_watchdog_enabled(0, &microseconds) > 0 ? .microseconds(Int64(clamping: microseconds)) : nil
    }

    /// Start-up, or a reload, is complete: the service does its work from now on.
    ///
    /// - Parameter status: What the service does now, for people to read.
    @discardableResult
    public func ready(status: String? = nil) -> Bool {
        send(["READY=1"], status: status)
    }

    /// Says in one line what the service does now. `systemctl status` shows it.
    @discardableResult
    public func status(_ text: String) -> Bool {
        send([], status: text)
    }

    /// A reload of the configuration begins. It ends with ``ready(status:)``, also if the new configuration was refused
    /// and the service goes on with the old one.
    ///
    /// The message carries the monotonic clock, which a unit of `Type=notify-reload` needs (systemd 253 and later).
    @discardableResult
    public func reloading(status: String? = nil) -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1_000
        return send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"], status: status)
    }

    /// The service begins to stop.
    @discardableResult
    public func stopping(status: String? = nil) -> Bool {
        send(["STOPPING=1"], status: status)
    }

    /// The service is about to fail with this error of the system, as errno(3) numbers it.
    @discardableResult
    public func failed(errno code: CInt, status: String? = nil) -> Bool {
        send(["ERRNO=\(code)"], status: status)
    }

    /// A sign of life: starts the wait of ``watchdogInterval`` anew. Send it from the loop that does the work, so
    /// that a loop that hangs is seen.
    @discardableResult
    public func watchdog() -> Bool {
        send(["WATCHDOG=1"], status: nil)
    }

    /// Asks for more time to start, reload or stop than the unit allows, counted from now. The time must be asked
    /// for again, or the step be over, before it has passed.
    ///
    /// - Parameter duration: How long; a part of a microsecond counts as a whole one, less than none as none.
    @discardableResult
    public func extendTimeout(by duration: Duration) -> Bool {
        send(["EXTEND_TIMEOUT_USEC=\(duration.wholeMicroseconds)"], status: nil)
    }

    private func send(_ assignments: [String], status: String?) -> Bool {
        guard isListening else { return false }
        var lines = assignments
        if let status {
            // sd_notify would read a line break as the end of this assignment.
            lines.append("STATUS=" + status.split(whereSeparator: \.isNewline).joined(separator: " "))
        }
        return sd_notify(0, lines.joined(separator: "\n")) > 0
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000)
        let part = UInt64(attoseconds / 1_000_000_000_000) + (attoseconds % 1_000_000_000_000 > 0 ? 1 : 0)
        return overflow || whole > UInt64.max - part ? .max : whole + part
    }
}
