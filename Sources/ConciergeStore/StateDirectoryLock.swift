import ConciergeEngine
import Glibc
import Synchronization

/// Keeps a state directory to one process: flock(2) on a file in it.
final class StateDirectoryLock: Sendable {
    private let descriptor: Mutex<CInt?>

    init(_ directory: String) throws(LedgerError) {
        let path = directory + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw .inUse(path: directory)
        }
        self.descriptor = Mutex(descriptor)
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
