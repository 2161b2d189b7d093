#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why a client got no answer. The service may have executed the call nevertheless.
public enum VarlinkConnectionError: Error, Sendable, Hashable {
    /// The client cannot connect: `ENOENT` if the socket does not exist, `ECONNREFUSED` if no process listens, `EACCES`
    /// if this user may not connect.
    case cannotConnect(path: String, errno: Int32)
    /// The connection ended before the answer came.
    case lost
    /// The client closed the connection before the answer came.
    case closed
    /// The service sent something that is not a Varlink reply; the connection has been closed.
    case malformedReply(reason: String)
}

extension VarlinkConnectionError {
    /// Whether a process listens, but its queue of waiting connections is full.
    var isOfFullQueue: Bool {
        if case .cannotConnect(_, EAGAIN) = self { true } else { false }
    }
}

extension VarlinkConnectionError: CustomStringConvertible {
    /// The error as one readable clause.
    public var description: String {
        switch self {
        case .cannotConnect(let path, ENOENT): "there is no socket at \(path)"
        case .cannotConnect(let path, ECONNREFUSED): "nobody listens at \(path)"
        case .cannotConnect(let path, EACCES): "this user may not connect to \(path)"
        case .cannotConnect(let path, let code): "cannot connect to \(path): \(SystemError.text(code))"
        case .lost: "the connection was lost before the answer came"
        case .closed: "the connection was closed before the answer came"
        case .malformedReply(let reason): "the service sent a malformed reply: \(reason)"
        }
    }
}

extension VarlinkServerError: CustomStringConvertible {
    /// The error as one readable clause.
    public var description: String {
        switch self {
        case .inUse(let path): "another process serves at \(path)"
        case .notASocket(let path): "\(path) is not a socket, and has been left alone"
        case .pathTooLong(let path): "\(path) is too long for a Unix socket"
        case .system(let call, let path?, let code): "\(call) failed for \(path): \(SystemError.text(code))"
        case .system(let call, nil, let code): "\(call) failed: \(SystemError.text(code))"
        }
    }
}

enum SystemError {
    static let nameTooLong = ENAMETOOLONG

    /// The C library's text for an error number.
    static func text(_ code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { room in
            guard let text = room.baseAddress, strerror_r(code, text, room.count) == 0 else { return "error \(code)" }
            return String(cString: text)
        }
    }
}
