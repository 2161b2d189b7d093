package import ConciergeEngine
import Glibc

extension SQLiteLedger {
    /// Room that must be there before the ledger is said to take changes again, so that one page which happened to fit
    /// does not count. It is more than the log of an ordinary batch.
    private static let roomNeeded: off_t = 1 << 20
    /// What is written to the log for it: what some calls write.
    private static let bytesWritten = 64 << 10

    package nonisolated(nonsending) func probe() async throws(LedgerError) {
        try Self.requireRoom(beside: path)
        try writeThrough { database in
            try database.execute("INSERT INTO probe VALUES (zeroblob(\(Self.bytesWritten)))")
        }
        // Should this one fail, the next probe deletes both.
        try writeThrough { database in try database.execute("DELETE FROM probe") }
    }

    /// What is behind a failure to write of which SQLite says no more than that.
    static func diagnosis(of path: String) -> LedgerError? {
        do throws(LedgerError) { try requireRoom(beside: path) } catch { return error }
        var limit = rlimit()
        var log = stat()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, stat(path + "-wal", &log) == 0,
            UInt64(log.st_size) + UInt64(roomNeeded) > UInt64(limit.rlim_cur)
        else { return nil }
        return .full(reason: String(cString: strerror(EFBIG)))
    }

    /// Takes room in a file that is gone with its descriptor.
    private static func requireRoom(beside path: String) throws(LedgerError) {
        let name = LedgerFile.directory(of: path) + "/room"
        let descriptor = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            switch errno {
            case EROFS, EACCES, EPERM: throw .readOnly(reason: String(cString: strerror(errno)))
            case ENOSPC, EDQUOT: throw .full(reason: String(cString: strerror(errno)))
            // Whatever else it may be, the write will tell.
            default: return
            }
        }
        unlink(name)
        defer { Glibc.close(descriptor) }
        let code = posix_fallocate(descriptor, 0, roomNeeded)
        if code == ENOSPC || code == EDQUOT { throw .full(reason: String(cString: strerror(code))) }
    }
}
