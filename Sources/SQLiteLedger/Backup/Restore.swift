import CSQLite
package import ConciergeEngine
import Glibc

/// Creates a state directory's ledger from a backup.
package enum Restore {
    /// Why nothing was restored. The state directory is as it was.
    package enum Failure: Error, Hashable {
        /// The file cannot be read.
        case cannotRead(path: String, reason: String)
        /// The state directory contains something that a restore would mix with the backup.
        case notEmpty(path: String, found: String)
        /// The file is not a ledger that this version can serve, or the state directory cannot be written.
        case ledger(LedgerError)
    }

    /// What a state directory without a ledger may contain: the lock file, and the directories of providers, which are
    /// backed up and restored separately.
    private static let harmless: Set = ["lock", "providers", SQLiteLedger.spaceFile, ".", ".."]

    /// Copies a backup into a state directory as its ledger, after reading the copy from end to end. The directory must
    /// not have a ledger. A crash at any moment leaves either no ledger or the complete one.
    ///
    /// The ledger belongs to the owner of the directory, whichever user restores it, and no other user can read it.
    /// Root opens the backup, and performs everything else as that owner: the owner could have put a link into the
    /// directory for root to follow.
    package static func run(from source: String, into directory: String) throws(Failure) {
        let files = try Source(source)
        let owner = Owner(of: directory)
        defer { owner.end() }
        guard owner.begin() else {
            throw .ledger(.cannotOpen(path: directory, reason: String(cString: strerror(errno))))
        }
        let lock: StateDirectoryLock
        do { lock = try StateDirectoryLock(directory) } catch { throw .ledger(error) }
        defer { lock.release() }
        let partial = directory + "/ledger.sqlite.partial"
        // The partial copy of an earlier restore that was killed.
        LedgerFile.remove(partial)
        if let found = firstEntry(of: directory) { throw .notEmpty(path: directory, found: found) }
        do {
            try files.copy(to: partial)
            try settle(partial, as: source)
            try LedgerFile.sync(partial)
            // The restored ledger has no life yet.
            try lock.note(lives: [], durably: true)
            let path = directory + "/ledger.sqlite"
            guard rename(partial, path) == 0 else {
                throw LedgerError.cannotOpen(path: path, reason: String(cString: strerror(errno)))
            }
            try LedgerFile.sync(path)
        } catch let failure as Failure {
            LedgerFile.remove(partial)
            throw failure
        } catch {
            LedgerFile.remove(partial)
            throw .ledger(LedgerError(error, of: source))
        }
    }

    /// The owner of a directory. Root takes this identity for everything that it does in the directory.
    private struct Owner {
        private let ids: (user: uid_t, group: gid_t)?

        init(of directory: String) {
            var facts = stat()
            let isOther =
                stat(directory, &facts) == 0 && geteuid() == 0 && (facts.st_uid != 0 || facts.st_gid != getegid())
            ids = isOther ? (facts.st_uid, facts.st_gid) : nil
        }

        func begin() -> Bool {
            guard let ids else { return true }
            return setegid(ids.group) == 0 && seteuid(ids.user) == 0
        }

        func end() {
            guard ids != nil else { return }
            seteuid(0)
            setegid(getgid())
        }
    }

    /// The files to restore: a backup, or a ledger's file that was copied with its log. They must be regular files and
    /// not links.
    private final class Source {
        private let path: String
        private var files: [(suffix: String, descriptor: CInt)] = []

        init(_ path: String) throws(Failure) {
            self.path = path
            for suffix in ["", "-wal"] {
                let descriptor = open(path + suffix, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                if descriptor < 0, errno == ENOENT, !suffix.isEmpty { continue }
                guard descriptor >= 0 else {
                    throw .cannotRead(path: path + suffix, reason: LedgerFile.reason(ofOpening: errno))
                }
                files.append((suffix, descriptor))
                guard LedgerFile.isRegular(descriptor) else {
                    throw .cannotRead(path: path + suffix, reason: LedgerFile.notRegular)
                }
            }
        }

        deinit { for file in files { close(file.descriptor) } }

        func copy(to partial: String) throws {
            for (suffix, input) in files {
                let output = open(partial + suffix, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
                guard output >= 0 else {
                    throw LedgerError.cannotOpen(path: partial, reason: String(cString: strerror(errno)))
                }
                defer { close(output) }
                try Restore.copy(from: input, of: path + suffix, to: output)
            }
        }
    }

    private static func firstEntry(of directory: String) -> String? {
        guard let folder = opendir(directory) else { return nil }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
                start.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if !harmless.contains(name) { found.append(name) }
        }
        return found.min()
    }

    fileprivate static func copy(from input: CInt, of source: String, to output: CInt) throws {
        try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 1) { buffer in
            while true {
                let count = read(input, buffer.baseAddress, buffer.count)
                guard count >= 0 else { throw cannotRead(source) }
                guard count > 0 else { return }
                var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                while !rest.isEmpty {
                    let written = write(output, rest.baseAddress, rest.count)
                    guard written > 0 else {
                        let reason = String(cString: strerror(errno))
                        throw errno == ENOSPC ? LedgerError.full(reason: reason) : .failing(reason: reason)
                    }
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
                }
            }
        }
    }

    private static func cannotRead(_ source: String) -> Failure {
        .cannotRead(path: source, reason: String(cString: strerror(errno)))
    }

    /// Writes the log back into the file, and reads the file from end to end.
    private static func settle(_ partial: String, as source: String) throws {
        do {
            // The lives of the source are unknown, but a backup has no log.
            try LedgerFile.requireOwnLog(partial, lives: [])
            let file = try SQLiteConnection(partial, .writing)
            try file.execute(script: "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE")
            file.close()
            try LedgerFile.verify(partial)
        } catch let error as SQLiteError where error.code == SQLITE_NOTADB {
            throw LedgerError.foreign(path: source)
        } catch let error as SQLiteError where error.code == SQLITE_CORRUPT {
            throw LedgerError.damaged(path: source, reason: error.message)
        } catch let error as LedgerError {
            // The error names the given file, not its copy.
            throw switch error {
            case .foreign: LedgerError.foreign(path: source)
            case .newer: LedgerError.newer(path: source)
            case .unreleased: LedgerError.unreleased(path: source)
            case .damaged(_, let reason): LedgerError.damaged(path: source, reason: reason)
            case .mixed: LedgerError.mixed(path: source, found: source + "-wal")
            default: error
            }
        }
    }
}
