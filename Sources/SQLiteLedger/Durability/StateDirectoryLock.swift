import ConciergeEngine
import Glibc
import Synchronization

/// Allows only one process at a time to use a state directory: flock(2) on a file in it.
///
/// The file also notes which lives of the ledger its log may belong to (``LedgerFile/requireOwnLog(_:lives:)``).
final class StateDirectoryLock: Sendable {
    private let descriptor: Mutex<CInt?>

    init(_ directory: String) throws(LedgerError) {
        let path = directory + "/lock"
        // This follows no symbolic link: root may take the lock in a directory that another user owns.
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: LedgerFile.reason(ofOpening: errno)) }
        guard LedgerFile.isRegular(descriptor) else {
            Glibc.close(descriptor)
            throw .cannotOpen(path: path, reason: LedgerFile.notRegular)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw .inUse(path: directory)
        }
        self.descriptor = Mutex(descriptor)
    }

    /// The lives of the ledger that its log may belong to; empty if none was noted.
    var lives: Set<UInt32> {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = descriptor.withLock { $0.map { pread($0, &bytes, bytes.count, 0) } ?? 0 }
        return Set(
            String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ").compactMap { UInt32($0) }
        )
    }

    /// Writes the lives to the file. If `durably` is true, they are on disk when this returns.
    func note(lives: Set<UInt32>, durably: Bool) throws(LedgerError) {
        let text = lives.sorted().map(String.init).joined(separator: " ")
        let isDone = descriptor.withLock { descriptor in
            guard let descriptor else { return true }
            // The file is truncated after the write, so that a crash in between leaves at worst an additional number.
            let count = pwrite(descriptor, text, text.utf8.count, 0)
            // A few bytes are written in part only on a full disk.
            if count >= 0, count < text.utf8.count { errno = ENOSPC }
            return count == text.utf8.count
                && ftruncate(descriptor, off_t(text.utf8.count)) == 0 && (!durably || fdatasync(descriptor) == 0)
        }
        guard isDone else {
            let reason = "the lock of the state directory: \(String(cString: strerror(errno)))"
            throw errno == ENOSPC ? .full(reason: reason) : .failing(reason: reason)
        }
    }

    func release() {
        descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            // Closing the file alone would keep the lock while a child process that is being spawned has a copy of the
            // descriptor.
            flock(open, LOCK_UN)
            Glibc.close(open)
            descriptor = nil
        }
    }

    deinit { release() }
}
