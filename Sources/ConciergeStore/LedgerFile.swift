import ConciergeEngine
import GRDB
import Glibc

/// A ledger's file that no daemon serves: a backup, or what is to be restored.
///
/// It is one file, without a log beside it, so that it can be moved and read from anywhere.
enum LedgerFile {
    /// Reads a file from end to end: it must be a ledger, of this version or an earlier one, and whole.
    static func verify(_ path: String) throws(LedgerError) {
        do {
            let file = try SQLiteFile(path, for: .reading)
            guard try file.number("PRAGMA application_id") == Migrations.applicationID else {
                throw LedgerError.foreign(path: path)
            }
            guard try !Migrations.areNewer(in: file) else { throw LedgerError.newer(path: path) }
            let complaints = try file.texts("PRAGMA integrity_check(3)")
            guard complaints == ["ok"] else {
                throw LedgerError.damaged(path: path, reason: complaints.joined(separator: "; "))
            }
            guard try file.hasTable("requests") else {
                throw LedgerError.damaged(path: path, reason: "it has no table of requests")
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            throw .damaged(path: path, reason: error.message ?? "\(error)")
        } catch {
            throw LedgerError(error)
        }
    }

    /// Has what was written to a file, and its name, on disk.
    static func sync(_ path: String) throws(LedgerError) {
        for (name, flags) in [(path, O_RDONLY), (directory(of: path), O_RDONLY | O_DIRECTORY)] {
            let descriptor = open(name, flags | O_CLOEXEC)
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
