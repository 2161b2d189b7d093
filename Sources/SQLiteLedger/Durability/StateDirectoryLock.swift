import ConciergeEngine
import Glibc
import Synchronization

/// Keeps a state directory to one process: flock(2) on a file in it.
///
/// The file also notes which life of the ledger its log belongs to (``LedgerFile/requireOwnLog(_:lives:)``).
final class StateDirectoryLock: Sendable {
    private let descriptor: Mutex<CInt?>

    init(_ directory: String) throws(LedgerError) {
        let path = directory + "/lock"
        // No link is followed: root may hold the lock, in a directory that is somebody else's.
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

    /// The lives of the ledger that a log beside it may be of; none where that was not noted.
    var lives: Set<UInt32> {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = descriptor.withLock { $0.map { pread($0, &bytes, bytes.count, 0) } ?? 0 }
        return Set(
            String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ").compactMap { UInt32($0) }
        )
    }

    /// Notes the lives. With `durably` they are on disk when it returns.
    func note(lives: Set<UInt32>, durably: Bool) throws(LedgerError) {
        let text = lives.sorted().map(String.init).joined(separator: " ")
        let isDone = descriptor.withLock { descriptor in
            guard let descriptor else { return true }
            // Cut after it is written: in between, at worst, a life too many is noted.
            return pwrite(descriptor, text, text.utf8.count, 0) == text.utf8.count
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
            // Closing alone would leave it locked for as long as a child that is just being spawned has a copy.
            flock(open, LOCK_UN)
            Glibc.close(open)
            descriptor = nil
        }
    }

    deinit { release() }
}
