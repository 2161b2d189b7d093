import Foundation
import Glibc

/// The limit on open file descriptors of the process (getrlimit(2), RLIMIT_NOFILE).
enum Descriptors {
    /// The number of descriptors reserved for everything but connections of the control socket: the ledger, the
    /// journal, backups, and the files that providers open.
    static let kept = 64
    /// The least limit with which the daemon starts.
    private static let fewest = kept + 16

    /// Raises the soft limit to the hard limit.
    ///
    /// - Throws: If the limit is too low to serve.
    static func raiseLimit() throws(StartFailure) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        if limit.rlim_cur < limit.rlim_max {
            let before = limit
            limit.rlim_cur = limit.rlim_max
            // A sandbox may forbid it; then the limit stays as it is.
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 { limit = before }
        }
        guard limit.rlim_cur >= rlim_t(fewest) else {
            throw StartFailure(
                status: StartFailure.systemError,
                reason: "\(limit.rlim_cur) files may be open at once, and \(fewest) are needed at least: "
                    + "raise LimitNOFILE= of the unit, or ulimit -n")
        }
    }

    /// The number of files that may be open.
    static var limit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_cur)
    }

    /// The number of connections that the limit leaves after the reserve. If the process already has many descriptors
    /// open, for example because its parent left them open, these and half the reserve are subtracted instead.
    static var connections: Int {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        return max(1, limit - max(kept, open + kept / 2))
    }
}
