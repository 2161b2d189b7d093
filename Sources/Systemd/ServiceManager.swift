import CSystemd
import Glibc

/// Notifies the service manager of readiness, status, reload, stop and signs of life, as sd_notify(3) describes.
///
/// Create a value at start, while the process has a single thread: it reads from the environment whether a service
/// manager listens, and the timeout of its watchdog. Outside systemd, every call does nothing. A value can be copied
/// and used from any thread, as long as no thread changes the environment.
///
/// Each call sends one datagram, in the order of the calls of one thread, and returns whether the service manager
/// accepted it. Ignore the result, as sd_notify(3) advises.
public struct ServiceManager: Sendable {
    /// Whether a service manager listens, that is, whether `NOTIFY_SOCKET` was set when this value was made.
    public let isListening: Bool

    /// How long the service manager waits for a sign of life before it kills the service (`WatchdogSec=`), or `nil`
    /// if it does not watch this process. Call ``watchdog()`` every half of it: sd_watchdog_enabled(3).
    public let watchdogInterval: Duration?

    /// Reads the environment, and does not change it.
    public init() {
        isListening = getenv("NOTIFY_SOCKET").map { $0.pointee != 0 } ?? false
        var microseconds: UInt64 = 0
        watchdogInterval =
            sd_watchdog_enabled(0, &microseconds) > 0 ? .microseconds(Int64(clamping: microseconds)) : nil
    }

    /// Reports that the start or a reload is complete.
    ///
    /// - Parameter status: What the service does now, as readable text.
    @discardableResult
    public func ready(status: String? = nil) -> Bool {
        send(["READY=1"], status: status)
    }

    /// Reports in one line what the service does now. `systemctl status` shows it.
    @discardableResult
    public func status(_ text: String) -> Bool {
        send([], status: text)
    }

    /// Reports that a reload of the configuration begins. It ends with ``ready(status:)``, also if the service refused
    /// the new configuration and continues with the old one.
    ///
    /// The message carries the monotonic clock, which a unit of `Type=notify-reload` needs (systemd 253 and later).
    @discardableResult
    public func reloading(status: String? = nil) -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1_000
        return send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"], status: status)
    }

    /// Reports that the service begins to stop.
    @discardableResult
    public func stopping(status: String? = nil) -> Bool {
        send(["STOPPING=1"], status: status)
    }

    /// Reports that the service is about to fail with this error number (errno(3)).
    @discardableResult
    public func failed(errno code: CInt, status: String? = nil) -> Bool {
        send(["ERRNO=\(code)"], status: status)
    }

    /// Sends a sign of life, which restarts the timeout of ``watchdogInterval``. Send it from the loop that does the
    /// work, so that the service manager detects a loop that hangs.
    @discardableResult
    public func watchdog() -> Bool {
        send(["WATCHDOG=1"], status: nil)
    }

    /// Asks for more time to start, reload or stop than the unit allows, counted from now. Before the time has passed,
    /// the step must end, or the service must ask again.
    ///
    /// - Parameter duration: The time, rounded up to whole microseconds; a negative duration counts as zero.
    @discardableResult
    public func extendTimeout(by duration: Duration) -> Bool {
        send(["EXTEND_TIMEOUT_USEC=\(duration.wholeMicroseconds)"], status: nil)
    }

    private func send(_ assignments: [String], status: String?) -> Bool {
        guard isListening else { return false }
        var lines = assignments
        if let status {
            // sd_notify would take a line break for the end of this assignment.
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
