import Foundation

/// A call of the control socket.
enum ControlCall {
    /// The reply to `org.concierged.Manager.Status`, JSON.
    static func status(socket path: String) throws -> Data {
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        // The name of a socket has at most 107 bytes. The process's own folder stays as it is, so that the path goes by way of
        // a descriptor of its folder.
        let (folder, name) = ((path as NSString).deletingLastPathComponent, (path as NSString).lastPathComponent)
        let directory = open(folder, O_RDONLY | O_DIRECTORY)
        defer { close(directory) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let short = "/proc/self/fd/\(directory)/\(name)"
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8.prefix(107)) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { throw DeskLodge.Trouble(description: "\(path): no daemon listens") }
        let call = Array(#"{"method":"org.concierged.Manager.Status"}"#.utf8) + [0]
        guard write(socket, call, call.count) == call.count else {
            throw DeskLodge.Trouble(description: "\(path): the daemon reads nothing")
        }
        var reply = Data()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while reply.last != 0 {
            let count = read(socket, &buffer, buffer.count)
            guard count > 0 else {
                throw DeskLodge.Trouble(description: "\(path): the daemon has closed the connection")
            }
            reply.append(contentsOf: buffer[0..<count])
        }
        return reply.dropLast()
    }
}
