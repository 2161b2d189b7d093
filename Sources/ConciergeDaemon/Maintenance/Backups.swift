import ConciergeEngine
import Foundation
import Glibc
import Synchronization

/// Makes backups of the ledger and sends them to callers, one at a time.
///
/// A backup is made in the state directory, the only place where the service's sandbox lets the daemon write, and is
/// sent to the caller. The caller writes its own file, wherever it may write, and no copy stays in the state directory.
final class Backups: Sendable {
    /// The size of a part of the file, in bytes: a multiple of three, so that the base64 texts of the parts can be
    /// joined.
    static let partSize = 192 << 10

    /// The receiver of a backup.
    struct Receiver: Sendable {
        /// Reports progress; false once the caller no longer listens.
        let progress: @Sendable (BackupProgress) -> Bool
        /// Sends a part of the file, with the offset of the part and the size of the whole file in bytes; false once
        /// the caller no longer listens.
        let part: @Sendable (_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Bool
        /// Calls a function once the caller has read what was sent, or no longer listens.
        let whenDrained: @Sendable (_ action: @escaping @Sendable () -> Void) -> Void
    }

    /// The result of a backup.
    enum Outcome: Sendable {
        /// The whole backup was sent; its size in bytes.
        case sent(Int)
        /// The caller no longer listens.
        case abandoned
        /// The caller did not read a part for too long.
        case stalled
        /// Another backup is under way.
        case busy
    }

    private let ledger: any Ledger
    private let folder: String
    private let turn = AtMostOne()
    /// The time within which the caller must read a part. After that the backup is abandoned, because only one is made
    /// at a time.
    private static let patience = Duration.seconds(60)
    /// Calls a function after a delay.
    private let later: @Sendable (Duration, @escaping @Sendable () -> Void) -> Void

    init(
        ledger: any Ledger, stateDirectory: String,
        later: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void = { DaemonTasks.later($0, $1) }
    ) {
        self.ledger = ledger
        self.later = later
        folder = stateDirectory + "/backup"
    }

    /// Removes the files of a backup that a killed daemon has left.
    func cleanUp() {
        guard access(folder, F_OK) == 0 else { return }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Makes a backup and sends it. It blocks the thread during the copy.
    func make(for receiver: Receiver) async throws(LedgerError) -> Outcome {
        guard turn.enter() else { return .busy }
        defer { turn.leave() }
        try makeFolder()
        defer { cleanUp() }
        let path = folder + "/ledger.sqlite"
        guard try await ledger.backup(to: path, progress: receiver.progress) else { return .abandoned }
        return try await send(path, to: receiver)
    }

    private func makeFolder() throws(LedgerError) {
        cleanUp()
        guard mkdir(folder, 0o700) == 0 else { throw Self.failure(folder) }
    }

    private func send(_ path: String, to receiver: Receiver) async throws(LedgerError) -> Outcome {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        // The file is unlinked, so that its space is freed when it is closed, however the daemon ends.
        unlink(path)
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw Self.failure(path) }
        let size = Int(facts.st_size)
        var offset = 0
        while offset < size {
            let part = try Self.read(descriptor, at: offset, path)
            guard !part.isEmpty else { throw .failing(reason: "\(path): it is shorter than it was") }
            guard receiver.part(part, offset, size) else { return .abandoned }
            offset += part.count
            guard await isDrained(receiver) else { return .stalled }
        }
        return .sent(size)
    }

    /// Waits until the caller has read what was sent; false if that takes too long.
    private func isDrained(_ receiver: Receiver) async -> Bool {
        await withCheckedContinuation { continuation in
            let waiting = Waiting(continuation)
            receiver.whenDrained { waiting.end(true) }
            // In most cases the caller has read it already, and no timeout is needed.
            if !waiting.isOver { later(Self.patience) { waiting.end(false) } }
        }
    }

    /// A continuation that the first of two events resumes.
    private final class Waiting: Sendable {
        private let continuation: Mutex<CheckedContinuation<Bool, Never>?>

        init(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = Mutex(continuation) }

        var isOver: Bool { continuation.withLock { $0 == nil } }

        func end(_ isDrained: Bool) {
            continuation.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }?.resume(returning: isDrained)
        }
    }

    static func read(_ descriptor: CInt, at offset: Int, _ path: String) throws(LedgerError) -> [UInt8] {
        var code: CInt = 0
        let part = [UInt8](unsafeUninitializedCapacity: partSize) { buffer, count in
            // A read of a regular file returns all bytes up to its end.
            let read = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if read < 0 { code = errno }
            count = max(0, read)
        }
        guard code == 0 else { throw failure(path, code) }
        return part
    }

    private static func failure(_ path: String, _ code: CInt = errno) -> LedgerError {
        let reason = "\(path): \(String(cString: strerror(code)))"
        return code == ENOSPC
            ? .full(reason: reason) : code == EROFS ? .readOnly(reason: reason) : .failing(reason: reason)
    }
}
