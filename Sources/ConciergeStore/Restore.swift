package import ConciergeEngine
import GRDB
import Glibc

/// Makes a state directory's ledger from a backup.
package enum Restore {
    /// Why nothing was restored. The state directory is as it was.
    package enum Failure: Error, Hashable {
        /// The file cannot be read.
        case cannotRead(path: String, reason: String)
        /// There is something in the state directory that a restore would mix with what it brings.
        case notEmpty(path: String, found: String)
        /// The file is no ledger that can be served, or the state directory does not take it.
        case ledger(LedgerError)
    }

    /// What may be in a state directory that has no ledger: the lock's file, and the folders of providers, which are
    /// backed up and put back on their own.
    private static let harmless: Set = ["lock", "providers", ".", ".."]

    /// Puts a copy of a backup in place as the ledger of a state directory, which must have none, after it was read
    /// from end to end. A crash at any moment leaves either no ledger or the whole one.
    ///
    /// The ledger belongs to the owner of the directory, whoever restores it, and nobody else can read it.
    package static func run(from source: String, into directory: String) throws(Failure) {
        let lock: StateDirectoryLock
        do { lock = try StateDirectoryLock(directory) } catch { throw .ledger(error) }
        defer { lock.release() }
        let partial = directory + "/ledger.sqlite.partial"
        // What an earlier restore was killed at.
        LedgerFile.remove(partial)
        if let found = firstEntry(of: directory) { throw .notEmpty(path: directory, found: found) }
        do {
            try copy(source, to: partial)
            try settle(partial, as: source)
            try own(partial, like: directory)
            try own(directory + "/lock", like: directory)
            try LedgerFile.sync(partial)
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
            throw .ledger(LedgerError(error))
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

    /// Copies the file, and the log of one that was copied with its log.
    private static func copy(_ source: String, to partial: String) throws {
        for suffix in ["", "-wal"] {
            let input = open(source + suffix, O_RDONLY | O_CLOEXEC)
            if input < 0, errno == ENOENT, !suffix.isEmpty { continue }
            guard input >= 0 else { throw cannotRead(source) }
            defer { close(input) }
            let output = open(partial + suffix, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard output >= 0 else {
                throw LedgerError.cannotOpen(path: partial, reason: String(cString: strerror(errno)))
            }
            defer { close(output) }
            try copy(from: input, of: source, to: output)
        }
    }

    private static func copy(from input: CInt, of source: String, to output: CInt) throws {
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

    /// Takes the log into the file, and reads it from end to end.
    private static func settle(_ partial: String, as source: String) throws {
        do {
            let queue = try DatabaseQueue(path: partial)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try queue.close()
            try LedgerFile.verify(partial)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw LedgerError.foreign(path: source)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            throw LedgerError.damaged(path: source, reason: error.message ?? "\(error)")
        } catch let error as LedgerError {
            // Told of the file that was named, and not of its copy.
            throw switch error {
            case .foreign: LedgerError.foreign(path: source)
            case .newer: LedgerError.newer(path: source)
            case .damaged(_, let reason): LedgerError.damaged(path: source, reason: reason)
            default: error
            }
        }
    }

    /// Gives a file to the owner of the directory that it is in. Where that is somebody else, only root can, and only
    /// root needs to.
    private static func own(_ path: String, like directory: String) throws {
        var facts = stat()
        guard stat(directory, &facts) == 0, facts.st_uid != geteuid() || facts.st_gid != getegid() else { return }
        guard lchown(path, facts.st_uid, facts.st_gid) == 0 || geteuid() != 0 else {
            throw LedgerError.cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
