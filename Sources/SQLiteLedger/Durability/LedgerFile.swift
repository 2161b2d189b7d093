import CSQLite
import ConciergeEngine
import Glibc

/// A ledger's file that no daemon serves: a backup, or what is to be restored.
///
/// It is one file, without a log beside it, so that it can be moved and read from anywhere.
enum LedgerFile {
    /// Reads a file from end to end: it must be a ledger, of this version or an earlier one, and whole.
    static func verify(_ path: String) throws(LedgerError) {
        try requireRegular(path)
        do {
            let file = try SQLiteConnection(path, .reading)
            guard try Schema.mark(of: file) == Schema.applicationID else { throw LedgerError.foreign(path: path) }
            try Schema.checkSchema(of: file, path)
            let complaints: [String] = try file.column("PRAGMA integrity_check(3)")
            guard complaints == ["ok"] else {
                throw LedgerError.damaged(path: path, reason: complaints.joined(separator: "; "))
            }
            guard try file.hasTable("requests") else {
                throw LedgerError.damaged(path: path, reason: "it has no table of requests")
            }
        } catch let error as SQLiteError where error.code == SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch {
            throw LedgerError(error, of: path)
        }
    }

    // MARK: What may be opened

    static let notRegular = "it is not a regular file"

    /// Why a file was not opened with `O_NOFOLLOW`.
    static func reason(ofOpening code: CInt) -> String {
        code == ELOOP ? "it is a symbolic link, which is not followed" : String(cString: strerror(code))
    }

    static func isRegular(_ descriptor: CInt) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    /// Refuses a link, and what would hold whoever opens it, a FIFO for example. What is not there is no matter.
    static func requireRegular(_ path: String) throws(LedgerError) {
        for name in [path, path + "-wal", path + "-shm", path + "-journal"] {
            var facts = stat()
            guard lstat(name, &facts) == 0 else { continue }
            switch facts.st_mode & S_IFMT {
            case S_IFREG: break
            case S_IFLNK: throw .cannotOpen(path: name, reason: reason(ofOpening: ELOOP))
            default: throw .cannotOpen(path: name, reason: notRegular)
            }
        }
    }

    /// Where a daemon saves what it has of a ledger whose file was removed or replaced.
    static func rescued(in directory: String) -> String { directory + "/ledger.rescued.sqlite" }

    /// Refuses to make a new ledger where another one was: a log without its ledger, or the copy that was saved of one
    /// that was removed. SQLite would delete such a log.
    static func requireNothingLeft(of path: String) throws(LedgerError) {
        guard size(path) ?? 0 == 0 else { return }
        if size(path) == nil {
            for name in [path + "-wal", path + "-shm", rescued(in: directory(of: path))] where size(name) != nil {
                throw .mixed(path: path, found: name)
            }
        } else if size(path + "-wal") ?? 0 > 0 {
            throw .mixed(path: path, found: path + "-wal")
        }
    }

    /// Refuses a database with the log of another one beside it, as a copy that was put over the file of a ledger that
    /// was not closed has: SQLite would write the one into the other.
    ///
    /// A backup is not in WAL mode and can have no log. Everything else is told by `lives`: each time a ledger is
    /// opened it is given a number in its header, before anything is written to the log, which the lock's file notes.
    static func requireOwnLog(_ path: String, lives: Set<UInt32>) throws(LedgerError) {
        guard size(path + "-wal") ?? 0 > 0, let header = header(of: path) else { return }
        guard header.isInWALMode, lives.isEmpty || lives.contains(header.life) else {
            throw .mixed(path: path, found: path + "-wal")
        }
    }

    /// What the header of a database says, without its log (sqlite.org/fileformat2.html#the_database_header).
    private static func header(of path: String) -> (isInWALMode: Bool, life: UInt32)? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else { return nil }
        return (bytes[18] == 2 && bytes[19] == 2, bytes[60..<64].reduce(0) { $0 << 8 | UInt32($1) })
    }

    private static func size(_ path: String) -> Int? {
        var facts = stat()
        return lstat(path, &facts) == 0 ? Int(facts.st_size) : nil
    }

    // MARK: Files

    /// Has what was written to a file, and its name, on disk.
    static func sync(_ path: String) throws(LedgerError) {
        for (name, flags) in [(path, O_RDONLY), (directory(of: path), O_RDONLY | O_DIRECTORY)] {
            let descriptor = open(name, flags | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { throw .failing(reason: "\(name): \(String(cString: strerror(errno)))") }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else {
                throw .failing(reason: "\(name): \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Removes a database with whatever lies beside it.
    static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
