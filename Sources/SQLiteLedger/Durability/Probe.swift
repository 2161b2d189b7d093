package import ConciergeEngine
import Glibc

extension SQLiteLedger {
    /// The free space, in bytes, that the disk must have before the ledger accepts changes again, so that one page that
    /// happens to fit is not enough. It is more than the log of an ordinary batch.
    private static let spaceNeeded: off_t = 1 << 20
    /// The number of bytes that a probe writes to the log, as many as several calls write.
    private static let bytesWritten = 64 << 10

    /// The name of the file in which the space is allocated, for a moment.
    static let spaceFile = "space"

    package nonisolated(nonsending) func probe() async throws(LedgerError) {
        try Self.requireSpace(beside: path)
        try writeThrough { database in
            try database.execute("INSERT INTO probe VALUES (zeroblob(\(Self.bytesWritten)))")
        }
        // If this transaction fails, the next probe deletes both rows.
        try writeThrough { database in try database.execute("DELETE FROM probe") }
    }

    /// The cause of a failed write for which SQLite reports only an I/O error; nil if the cause is unknown.
    static func diagnosis(of path: String) -> LedgerError? {
        do throws(LedgerError) { try requireSpace(beside: path) } catch { return error }
        var limit = rlimit()
        var log = stat()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, stat(path + "-wal", &log) == 0,
            UInt64(log.st_size) + UInt64(spaceNeeded) > UInt64(limit.rlim_cur)
        else { return nil }
        return .full(reason: String(cString: strerror(EFBIG)))
    }

    /// Allocates ``spaceNeeded`` bytes in an unlinked file, which the system deletes when its descriptor is closed.
    private static func requireSpace(beside path: String) throws(LedgerError) {
        let name = LedgerFile.directory(of: path) + "/" + spaceFile
        // A process that was killed right here has left it.
        unlink(name)
        let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            switch errno {
            case EROFS, EACCES, EPERM: throw .readOnly(reason: String(cString: strerror(errno)))
            case ENOSPC, EDQUOT: throw .full(reason: String(cString: strerror(errno)))
            // The write itself reports other errors.
            default: return
            }
        }
        unlink(name)
        defer { Glibc.close(descriptor) }
        let code = posix_fallocate(descriptor, 0, spaceNeeded)
        if code == ENOSPC || code == EDQUOT { throw .full(reason: String(cString: strerror(code))) }
    }
}
