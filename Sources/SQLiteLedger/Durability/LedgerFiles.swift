import ConciergeEngine
import Dispatch
import Glibc
import Synchronization

/// The files of an open ledger: whether they are still in place, and which program holds a lock on them.
final class LedgerFiles: Sendable {
    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t
    }

    /// SQLite's locks: bytes of the file of shared memory (sqlite.org/walformat.html#locks).
    enum Lock {
        case writing, reading

        fileprivate var range: (start: off_t, length: off_t) {
            switch self {
            case .writing: (120, 1)
            case .reading: (123, 5)
            }
        }
    }

    private struct LookUps {
        /// Whether something has happened to the files since their paths were looked up.
        var isDue = true
        /// When the paths were last found to lead to the files.
        var last = DispatchTime.now()
    }

    private let path: String
    private let known: [(path: String, identity: Identity)]
    private let directory: Identity?
    /// Nil if the system allows no more watches.
    private let watch: FileWatch?
    private let lookUps = Mutex(LookUps())
    /// The file of shared memory. It must be closed after SQLite has closed it: closing any descriptor of a file
    /// releases all locks that the process has on it.
    private let shared: Mutex<CInt?>

    /// Records the identities of the files of a database that was just opened in WAL mode.
    init(_ path: String) {
        self.path = path
        known = [path, path + "-wal", path + "-shm"].compactMap { file in
            Self.identity(of: file).map { (file, $0) }
        }
        directory = Self.identity(of: LedgerFile.directory(of: path))
        watch = FileWatch(files: known.map(\.path), directory: LedgerFile.directory(of: path))
        let descriptor = open(path + "-shm", O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        shared = Mutex(descriptor < 0 ? nil : descriptor)
    }

    /// Throws if one of the files was removed or replaced, as ``requireUnchanged()`` does. It takes one system call, and
    /// looks the paths up once a second: a directory above the ledger's own may be renamed, or a file removed on
    /// another machine.
    func requireNoChangeNoticed() throws(LedgerError) {
        try lookUps.withLock { lookUps throws(LedgerError) in
            let now = DispatchTime.now()
            if watch?.takeEvents() ?? true || now >= lookUps.last + 1 { lookUps.isDue = true }
            guard lookUps.isDue else { return }
            // It stays due for all callers if this throws.
            try requireUnchanged()
            (lookUps.isDue, lookUps.last) = (false, now)
        }
    }

    /// Throws if one of the files was removed or replaced: later writes would go to a file without a name, which
    /// disappears when the process ends. It takes three system calls and no I/O.
    func requireUnchanged() throws(LedgerError) {
        for (file, identity) in known {
            if let now = Self.identity(of: file) {
                guard now == identity else { throw .lost(path: path) }
            } else if [ENOENT, ENOTDIR, ESTALE].contains(errno) {
                throw .lost(path: path)
            }
        }
    }

    /// Whether the path of their directory still leads to the directory that they were opened in.
    var isDirectoryUnchanged: Bool { Self.identity(of: LedgerFile.directory(of: path)) == directory }

    /// The name and the process id of another program that holds such a lock; nil if none does.
    func holder(of lock: Lock) -> String? {
        var wanted = flock()
        (wanted.l_type, wanted.l_whence) = (Int16(F_WRLCK), Int16(SEEK_SET))
        (wanted.l_start, wanted.l_len) = lock.range
        let isKnown = shared.withLock { $0.map { fcntl($0, F_GETLK, &wanted) == 0 } ?? false }
        guard isKnown, wanted.l_type != Int16(F_UNLCK) else { return nil }
        guard wanted.l_pid > 0 else { return "pid ?" }
        // A sandbox may hide the names of other processes.
        guard let file = fopen("/proc/\(wanted.l_pid)/comm", "re") else { return "pid \(wanted.l_pid)" }
        defer { fclose(file) }
        var name = [CChar](repeating: 0, count: 64)
        guard fgets(&name, CInt(name.count), file) != nil else { return "pid \(wanted.l_pid)" }
        let word = String(decoding: name.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "\(word), pid \(wanted.l_pid)"
    }

    /// Closes the file of shared memory. Must be called after SQLite has closed the database.
    func close() {
        shared.withLock { descriptor in
            if let open = descriptor { Glibc.close(open) }
            descriptor = nil
        }
    }

    deinit { close() }

    private static func identity(of file: String) -> Identity? {
        var facts = stat()
        return stat(file, &facts) == 0 ? Identity(device: facts.st_dev, inode: facts.st_ino) : nil
    }
}

/// Notices when files are removed, renamed or replaced (inotify(7)).
///
/// The system queues the event before the call that caused it returns.
private final class FileWatch: Sendable {
    private let descriptor: CInt

    init?(files: [String], directory: String) {
        descriptor = inotify_init1(CInt(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        // A file that loses its name while it is open changes its number of links.
        let events = UInt32(IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)
        let isWatched =
            files.allSatisfy { inotify_add_watch(descriptor, $0, events) >= 0 }
            && inotify_add_watch(descriptor, directory, UInt32(IN_MOVE_SELF | IN_DELETE_SELF)) >= 0
        guard isWatched else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    /// Whether something has happened to the files since the last call.
    func takeEvents() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { events in
            read(descriptor, events.baseAddress, events.count) >= 0 || errno != EAGAIN
        }
    }
}
