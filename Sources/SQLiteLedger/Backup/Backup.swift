package import ConciergeEngine
import Glibc

extension SQLiteLedger {
    /// The number of pages that are copied between two calls of `progress`: 2 MiB with pages of 4 KiB.
    private static let pagesPerStep: CInt = 512
    /// The number of steps between two syncs of the copy. A single sync of the whole copy at the end would delay the
    /// syncs of commits for its whole duration.
    private static let stepsPerSync = 4
    /// The free space, in bytes, that must be left for the ledger after a backup.
    private static let spaceKept = 64 << 20

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

    /// SQLite's online backup (sqlite.org/backup.html) of a snapshot: one transaction reads the source, so that commits
    /// during the copy neither wait nor restart it.
    private func copy(to path: String, _ progress: @escaping @Sendable (BackupProgress) -> Bool) throws -> Bool {
        let copy = try Self.emptyCopy(at: path)
        chmod(path, 0o600)
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LedgerError.failing(reason: "\(path): \(String(cString: strerror(errno)))")
        }
        // The descriptor is closed after the copy: closing any descriptor of a file releases the locks that SQLite has
        // on it.
        defer {
            copy.close()
            Glibc.close(descriptor)
        }
        // A separate connection, so that the others stay available for readers.
        let source = try SQLiteConnection(self.path, .reading)
        defer { source.close() }
        struct Stopped: Error {}
        do {
            let size: Int? = try source.value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            try Self.requireSpace(for: size ?? 0, at: path)
            try source.transaction(.deferred) {
                // The first read of the transaction determines its snapshot.
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
        // The open connections still have the files that no longer have a name.
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

    /// Creates an empty file for a copy. It is not synced, because it is of no use until the copy is finished.
    private static func emptyCopy(at path: String) throws -> SQLiteConnection {
        let copy = try SQLiteConnection(path, .creating)
        try copy.execute(script: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        return copy
    }

    /// Marks the copy as a database that needs no log.
    private static func finish(_ copy: SQLiteConnection) throws {
        try copy.execute(script: "PRAGMA journal_mode = DELETE")
    }

    private static func requireSpace(for size: Int, at path: String) throws {
        var facts = statvfs()
        guard statvfs(LedgerFile.directory(of: path), &facts) == 0 else { return }
        let free = Int(facts.f_bavail) * Int(facts.f_frsize)
        if free < size + spaceKept {
            throw LedgerError.noRoomForBackup(needed: (size + spaceKept) >> 20, free: free >> 20)
        }
    }
}
