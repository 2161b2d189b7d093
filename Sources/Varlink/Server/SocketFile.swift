#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A Unix socket in the file system that this process created.
struct SocketFile: Sendable {
    let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Creates a socket at a path. It does not listen yet, so that no client can connect before the permissions are
    /// set.
    ///
    /// If the path already has a socket on which no process listens, the socket is removed. Anything else at the path
    /// is left unchanged, and is an error.
    static func make(at path: String, mode: UInt32) throws(VarlinkServerError) -> (Int32, SocketFile) {
        var address = try address(of: path)
        try makeRoom(at: path, address)
        let descriptor = try makeSocket(path)
        guard call(&address, { bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EADDRINUSE ? .inUse(path: path) : .system(call: "bind", path: path, errno: code)
        }
        var status = stat()
        guard chmod(path, mode) == 0, lstat(path, &status) == 0 else {
            let code = errno
            unlink(path)
            close(descriptor)
            throw .system(call: "chmod", path: path, errno: code)
        }
        return (descriptor, SocketFile(path: path, device: status.st_dev, inode: status.st_ino))
    }

    /// Removes the socket, unless its path now belongs to another file.
    func remove() {
        var status = stat()
        if lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode { unlink(path) }
    }

    /// Throws if a socket cannot be made at a path: if a process listens there, or anything else is there. It changes
    /// nothing.
    static func check(_ path: String) throws(VarlinkServerError) {
        _ = try hasAbandoned(path, try address(of: path))
    }

    private static func makeRoom(at path: String, _ address: sockaddr_un) throws(VarlinkServerError) {
        guard try hasAbandoned(path, address) else { return }
        guard unlink(path) == 0 || errno == ENOENT else { throw .system(call: "unlink", path: path, errno: errno) }
    }

    /// Whether a path has a socket on which no process listens.
    private static func hasAbandoned(_ path: String, _ address: sockaddr_un) throws(VarlinkServerError) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            throw .system(call: "lstat", path: path, errno: errno)
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let descriptor = try makeSocket(path)
        defer { close(descriptor) }
        var address = address
        let result = call(&address) { connect(descriptor, $0, $1) }
        switch result == 0 ? 0 : errno {
        case 0, EAGAIN, EINPROGRESS, EPROTOTYPE: throw .inUse(path: path)
        case ECONNREFUSED: return true
        case ENOENT: return false
        case let code: throw .system(call: "connect", path: path, errno: code)
        }
    }

    private static func makeSocket(_ path: String) throws(VarlinkServerError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", path: path, errno: errno) }
        return descriptor
    }

    private static func address(of path: String) throws(VarlinkServerError) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { throw .pathTooLong(path: path) }
        return address
    }

    private static func call(
        _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
