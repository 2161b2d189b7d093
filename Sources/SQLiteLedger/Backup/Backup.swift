package import ConciergeEngine
import Glibc

extension SQLiteLedger {
    /// Pages between two looks at whether to go on: 1 MiB of small pages.
    private static let pagesPerStep: CInt = 512
    /// Steps between two syncs of the copy. One sync of all of it at the end would hold up the commits' own for as long
    /// as the disk takes.
    private static let stepsPerSync = 4
    /// What is left to the ledger itself when a copy is begun.
    private static let roomKept = 64 << 20

    package nonisolated(nonsending)
        func backup(to path: String, progress: @escaping @Sendable (BackupProgress) -> Bool) async throws(LedgerError)
        -> Bool
    {
        LedgerFile.remove(path)
        try files.requireUnchanged()
        do {
            guard try copy(to: path, progress),
                progress(BackupProgress(stage: .checking, pagesDone: 0, pagesTotal: 0))
            else {
                LedgerFile.remove(path)
                return false
            }
            try LedgerFile.verify(path)
            try LedgerFile.sync(path)
            return true
        } catch {
            LedgerFile.remove(path)
            throw LedgerError(error, of: self.path)
        }
    }

    /// SQLite's online backup (sqlite.org/backup.html), of one moment: the source is read in one transaction, so that
    /// commits made meanwhile neither wait nor begin it anew.
    private func copy(to path: String, _ progress: @escaping @Sendable (BackupProgress) -> Bool) throws -> Bool {
        let copy = try Self.emptyCopy(at: path)
        chmod(path, 0o600)
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LedgerError.failing(reason: "\(path): \(String(cString: strerror(errno)))")
        }
        // Closed after the copy is: closing any descriptor of a file gives back the locks that SQLite has on it.
        defer {
            copy.close()
            Glibc.close(descriptor)
        }
        // A connection of its own: the others stay free for who reads.
        let source = try SQLiteConnection(self.path, .reading)
        defer { source.close() }
        struct Stopped: Error {}
        do {
            let size: Int? = try source.value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            try Self.requireRoom(for: size ?? 0, at: path)
            try source.transaction(.deferred) {
                // The transaction sees what is committed from its first read on.
                _ = try source.hasTable("requests")
                var step = 0
                try source.copy(to: copy, pagesPerStep: Self.pagesPerStep) { left, all in
                    guard progress(BackupProgress(stage: .copying, pagesDone: all - left, pagesTotal: all)) else {
                        throw Stopped()
                    }
                    step += 1
                    if step.isMultiple(of: Self.stepsPerSync) { fdatasync(descriptor) }
                }
            }
            try Self.finish(copy)
            return true
        } catch is Stopped {
            return false
        }
    }

    package func rescue() -> String? {
        let rescued = LedgerFile.rescued(in: LedgerFile.directory(of: path))
        // The connections have the files open that have no name any more.
        guard files.isDirectoryUnchanged, access(rescued, F_OK) != 0 else { return nil }
        do {
            let copy = try Self.emptyCopy(at: rescued)
            defer { copy.close() }
            chmod(rescued, 0o600)
            try readers.readWithoutOpening { database in
                try database.copy(to: copy, pagesPerStep: Self.pagesPerStep) { _, _ in }
            }
            try Self.finish(copy)
            copy.close()
            try LedgerFile.sync(rescued)
            return rescued
        } catch {
            LedgerFile.remove(rescued)
            return nil
        }
    }

    /// A file that is made anew, and of no use to anybody until it is finished: it is not synced.
    private static func emptyCopy(at path: String) throws -> SQLiteConnection {
        let copy = try SQLiteConnection(path, .creating)
        try copy.execute(script: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        return copy
    }

    /// Makes a copy one file that says it needs no log.
    private static func finish(_ copy: SQLiteConnection) throws {
        try copy.execute(script: "PRAGMA journal_mode = DELETE")
    }

    private static func requireRoom(for size: Int, at path: String) throws {
        var facts = statvfs()
        guard statvfs(LedgerFile.directory(of: path), &facts) == 0 else { return }
        let free = Int(facts.f_bavail) * Int(facts.f_frsize)
        if free < size + roomKept {
            throw LedgerError.noRoomForBackup(needed: (size + roomKept) >> 20, free: free >> 20)
        }
    }
}
