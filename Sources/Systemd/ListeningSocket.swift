import CSystemd
import Glibc

/// A listening Unix stream socket that the service manager opened for this service: sd_listen_fds(3).
public struct ListeningSocket: Sendable, Hashable {
    /// The socket. The caller of ``inherited()`` owns it and must close it.
    public let descriptor: CInt

    /// The name that the socket unit gives it (`FileDescriptorName=`); by default the name of that unit.
    public let name: String

    /// Takes over the sockets that were passed to this process, in the order of the socket unit; none if there are
    /// none.
    ///
    /// The function makes each socket close-on-exec and removes the variables from the environment, so that a second
    /// call returns none, and no child process takes the sockets for its own. Call it at start, while the process has a
    /// single thread, because it changes the environment.
    ///
    /// - Throws: ``ListeningSocketError`` if anything but listening Unix stream sockets was passed. It then closes no
    ///   descriptor: the unit is wrong, and the service should end.
    public static func inherited() throws(ListeningSocketError) -> [ListeningSocket] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(1, &names)
        guard count >= 0 else { throw .unreadableEnvironment(errno: -count) }
        defer {
            for index in 0..<Int(count) { free(names?[index]) }
            free(names)
        }
        var sockets: [ListeningSocket] = []
        for index in 0..<count {
            let socket = ListeningSocket(
                descriptor: SD_LISTEN_FDS_START + index,
                name: names?[Int(index)].map { String(cString: $0) } ?? "unknown")
            guard sd_is_socket_unix(socket.descriptor, CInt(SOCK_STREAM.rawValue), 1, nil, 0) > 0 else {
                throw .notAListeningUnixStream(descriptor: socket.descriptor, name: socket.name)
            }
            sockets.append(socket)
        }
        return sockets
    }
}

/// Why the sockets that the service manager passed cannot be used.
public enum ListeningSocketError: Error, Equatable, CustomStringConvertible {
    /// `LISTEN_PID`, `LISTEN_FDS` or `LISTEN_FDNAMES` are malformed, or name descriptors that are not open.
    case unreadableEnvironment(errno: CInt)

    /// A descriptor is not a listening Unix stream socket: the socket unit has `Accept=yes`, or something other than
    /// `ListenStream=` with a path.
    case notAListeningUnixStream(descriptor: CInt, name: String)

    /// The error in one line.
    public var description: String {
        switch self {
        case .unreadableEnvironment(let code):
            "the sockets passed by the service manager cannot be taken over: \(String(cString: strerror(code)))"
        case .notAListeningUnixStream(let descriptor, let name):
            """
            descriptor \(descriptor) ("\(name)") passed by the service manager is not a listening Unix stream \
            socket; the socket unit needs ListenStream= with a path, and Accept=no
            """
        }
    }
}
