import CSQLite
import ConciergeEngine
import Glibc

/// Checks of a ledger's files before they are opened, and operations on a ledger's file that no daemon serves: a
/// backup, or a file to restore.
///
/// Such a file has no log beside it, so that it can be moved and read from anywhere.
enum LedgerFile {
    /// Reads a file from end to end. Throws unless it is an undamaged ledger of this version or an earlier one.
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

    /// The reason why open(2) with `O_NOFOLLOW` failed.
    static func reason(ofOpening code: CInt) -> String {
        code == ELOOP ? "it is a symbolic link, which is not followed" : String(cString: strerror(code))
    }

    static func isRegular(_ descriptor: CInt) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    /// Refuses symbolic links, and files that could block a thread that opens them, a FIFO for example. Accepts missing
    /// files.
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

    /// The path at which a daemon saves the content of a ledger whose file was removed or replaced.
    static func rescued(in directory: String) -> String { directory + "/ledger.rescued.sqlite" }

    /// Refuses to create a ledger where files of another one are left: a log without its database, or the saved copy of
    /// a removed ledger. SQLite would delete such a log.
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

    /// Refuses a database beside the log of another database, which happens when somebody copies a file over that of a
    /// ledger that was not closed: SQLite would write the log into the wrong database.
    ///
    /// A backup is not in WAL mode and cannot have a log. `lives` detects all other cases: each opening of a ledger
    /// writes a new number to its header before it writes to the log, and notes that number in the lock file. An empty
    /// set accepts every number.
    static func requireOwnLog(_ path: String, lives: Set<UInt32>) throws(LedgerError) {
        guard size(path + "-wal") ?? 0 > 0, let header = header(of: path) else { return }
        guard header.isInWALMode, lives.isEmpty || lives.contains(header.life) else {
            throw .mixed(path: path, found: path + "-wal")
        }
    }

    /// Reads the header of a database, without its log (sqlite.org/fileformat2.html#the_database_header).
    private static func header(of path: String) -> (isInWALMode: Bool, life: UInt32)? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else { return nil }
        return (bytes[18] == 2 && bytes[19] == 2, bytes[60..<64].reduce(0) { $0 << 8 | UInt32($1) })
    }

    static func size(_ path: String) -> Int? {
        var facts = stat()
        return lstat(path, &facts) == 0 ? Int(facts.st_size) : nil
    }

    // MARK: Files

    /// Syncs a file and its directory, so that its content and its name are on disk.
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

    /// Removes a database and the files that SQLite keeps beside it.
    static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
