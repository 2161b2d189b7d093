import Glibc

/// A temporary folder with Unix sockets; it is deleted together with this value.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/systemd-tests.XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? ""
        precondition(!path.isEmpty, "no temporary folder could be made")
    }

    deinit {
        for name in sockets { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    private var sockets: [String] = []

    /// Makes a Unix socket that is bound to a name in this folder.
    func socket(_ name: String, type: __socket_type) -> CInt {
        sockets.append(name)
        let descriptor = Glibc.socket(AF_UNIX, CInt(type.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(path)/\(name)".utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(bound == 0, "the socket could not be bound")
        return descriptor
    }
}

/// All bytes that are available in a pipe or a socket, without waiting for more; one whole datagram of a datagram
/// socket.
func readAvailable(_ descriptor: CInt) -> String? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    let count = read(descriptor, &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
}
