import ConciergeEngine
import Glibc
import Synchronization

/// SQLite's write-ahead log as a file that is brought to the disk.
///
/// The database runs with `synchronous=NORMAL`, so that a commit writes to the log without waiting for the disk
/// (sqlite.org/wal.html, "Performance Considerations"); waiting is done here, for all commits since the last time at
/// once, while the next are written. A frame of the log counts only with all frames before it, so a crash between a
/// commit and its flush loses that commit and those after it, and none of them has been answered.
final class LogFile: Sendable {
    private struct State {
        var descriptor: CInt?
        var durable: UInt64 = 0
        var hasFailed = false
        var waiters: [(commit: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let path: String
    private let committed = Atomic<UInt64>(0)
    private let durable = Atomic<UInt64>(0)
    private let state = Mutex(State())

    init(database: String) {
        path = database + "-wal"
    }

    /// A transaction has been committed.
    func noteCommit() { committed.add(1, ordering: .releasing) }

    /// Returns once all commits before are on disk (fdatasync(2): the log's length is part of what it waits for).
    func flush() throws(LedgerError) {
        let target = committed.load(ordering: .acquiring)
        guard durable.load(ordering: .acquiring) < target else { return }
        guard let descriptor = open(), fdatasync(descriptor) == 0 else {
            let reason = String(cString: strerror(errno))
            finish(upTo: nil)
            throw .unavailable(reason: "\(path) cannot be brought to the disk: \(reason)")
        }
        finish(upTo: target)
    }

    /// Waits until what a reader can have seen is on disk; false where that has failed.
    nonisolated(nonsending) func settle() async -> Bool {
        let seen = committed.load(ordering: .acquiring)
        guard durable.load(ordering: .acquiring) < seen else { return true }
        return await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Bool? in
                if state.hasFailed { return false }
                if state.durable >= seen { return true }
                state.waiters.append((seen, continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Closes the file. It has no lock of SQLite's on it, which closing would give up: those are on the others.
    func close() {
        state.withLock { state in
            if let descriptor = state.descriptor { Glibc.close(descriptor) }
            state.descriptor = nil
        }
    }

    deinit { close() }

    private func open() -> CInt? {
        state.withLock { state in
            if let descriptor = state.descriptor { return descriptor }
            let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            state.descriptor = descriptor
            return descriptor
        }
    }

    private func finish(upTo target: UInt64?) {
        let (ready, isDurable) = state.withLock { state in
            guard let target else {
                state.hasFailed = true
                defer { state.waiters = [] }
                return (state.waiters, false)
            }
            state.durable = max(state.durable, target)
            durable.store(state.durable, ordering: .releasing)
            let ready = state.waiters.filter { $0.commit <= target }
            state.waiters.removeAll { $0.commit <= target }
            return (ready, true)
        }
        for waiter in ready { waiter.continuation.resume(returning: isDurable) }
    }
}
