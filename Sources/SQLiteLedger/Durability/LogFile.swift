import CSQLite
import ConciergeEngine
import Glibc
import Synchronization

/// Syncs SQLite's write-ahead log to the disk.
///
/// A commit writes to the log without waiting for the disk (`CSQLite`), as with `synchronous=NORMAL`
/// (sqlite.org/wal.html, "Performance Considerations"). ``flush()`` waits for the disk, once for all commits since the
/// last flush, while the next commits are written. A frame of the log is valid only with all frames before it. So a
/// crash between a commit and its flush loses that commit and those after it, and no caller has received a reply to any
/// of them.
final class LogFile: Sendable {
    private struct State {
        var descriptor: CInt?
        var durable: UInt64 = 0
        var hasFailed = false
        var waiters: [(commit: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []

        mutating func takeReady() -> [(commit: UInt64, continuation: CheckedContinuation<Bool, Never>)] {
            defer { waiters.removeAll { $0.commit <= durable } }
            return waiters.filter { $0.commit <= durable }
        }
    }

    private let path: String
    /// The number of commits that readers may see, now or within a moment.
    private let begun = Atomic<UInt64>(0)
    /// The number of commits that are in the log.
    private let committed = Atomic<UInt64>(0)
    private let durable = Atomic<UInt64>(0)
    private let state = Mutex(State())

    init(database: String) {
        path = database + "-wal"
    }

    // Only one transaction runs at a time, so calls of these three methods never overlap.

    /// Called before a transaction is committed.
    func beginCommit() { begun.add(1, ordering: .sequentiallyConsistent) }

    /// Called after it was committed.
    func noteCommit() { committed.add(1, ordering: .sequentiallyConsistent) }

    /// Called after its commit failed.
    func abandonCommit() {
        let begun = begun.subtract(1, ordering: .sequentiallyConsistent).newValue
        // No caller needs to wait for an abandoned commit.
        let ready = state.withLock { state in
            for index in state.waiters.indices { state.waiters[index].commit = min(state.waiters[index].commit, begun) }
            return state.takeReady()
        }
        for waiter in ready { waiter.continuation.resume(returning: true) }
    }

    /// Returns once all earlier commits are on disk (fdatasync(2), which also syncs the file's length).
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

    /// Waits until every commit that a reader can have seen is on disk. Returns false if a flush has failed.
    nonisolated(nonsending) func settle() async -> Bool {
        let seen = begun.load(ordering: .sequentiallyConsistent)
        guard durable.load(ordering: .acquiring) < seen else { return true }
        return await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Bool? in
                if state.hasFailed { return false }
                // Commits that were abandoned since then are not waited for.
                let wanted = min(seen, begun.load(ordering: .sequentiallyConsistent))
                if state.durable >= wanted { return true }
                state.waiters.append((wanted, continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Closes the file. Closing it releases no lock of SQLite's: SQLite locks only the other files.
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
            return (state.takeReady(), true)
        }
        for waiter in ready { waiter.continuation.resume(returning: isDurable) }
    }
}

extension SQLiteConnection {
    /// Makes each commit write its pages with few system calls, and leaves the sync to ``LogFile``.
    func batchLog() throws {
        try check(log_batch_begin(pointer))
    }
}
