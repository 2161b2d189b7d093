import Foundation
import Glibc

/// How many files and sockets the process may have open at once (getrlimit(2), RLIMIT_NOFILE).
enum Descriptors {
    /// How many are kept for what is not a connection of the control socket: the ledger, the journal, backups, and what
    /// providers open.
    static let kept = 64
    /// With fewer the daemon does not begin.
    private static let fewest = kept + 16

    /// Raises the limit as far as the process may.
    ///
    /// - Throws: Where it is too low to serve.
    static func raiseLimit() throws(StartFailure) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        if limit.rlim_cur < limit.rlim_max {
            let before = limit
            limit.rlim_cur = limit.rlim_max
            // A sandbox may not allow it; then what there is must do.
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 { limit = before }
        }
        guard limit.rlim_cur >= rlim_t(fewest) else {
            throw StartFailure(
                status: StartFailure.systemError,
                reason: "\(limit.rlim_cur) files may be open at once, and \(fewest) are needed at least: "
                    + "raise LimitNOFILE= of the unit, or ulimit -n")
        }
    }

    /// How many files may be open.
    static var limit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many connections there is space for beside what is kept; and beside what is open already, should that be
    /// more because whoever started the daemon left it much.
    static var connections: Int {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        return max(1, limit - max(kept, open + kept / 2))
    }
}
