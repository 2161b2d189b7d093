import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads the credentials of a Unix socket's peer from the kernel (unix(7), `SO_PEERCRED` and `SO_PEERGROUPS`).
///
/// Both options return the credentials that the peer's process had when it connected. They use no name service, so the
/// call does not block, and the result has the process's groups, not the groups of its user's account.
enum PeerCredentials {
    /// `struct ucred` as the kernel lays it out. Swift does not import the declaration in the C library's headers.
    private struct Credentials {
        var pid: pid_t = 0
        var uid: uid_t = 0
        var gid: gid_t = 0
    }

    /// Must be called on the channel's event loop.
    static func peer(of channel: any Channel) -> EventLoopFuture<VarlinkPeer> {
        channel.eventLoop.makeCompletedFuture(Result { try ask(channel) })
    }

    private static func ask(_ channel: any Channel) throws -> VarlinkPeer {
        let found: VarlinkPeer? = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { socket in
            try peer(atOtherEndOf: socket)
        }
        guard let found else { throw ChannelError.operationUnsupported }
        return found
    }

    private static func peer(atOtherEndOf socket: Int32) throws -> VarlinkPeer {
        var credentials = Credentials()
        var size = socklen_t(MemoryLayout<Credentials>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0,
            size == MemoryLayout<Credentials>.size
        else { throw IOError(errnoCode: errno, reason: "SO_PEERCRED") }
        return VarlinkPeer(
            uid: credentials.uid, gid: credentials.gid, pid: credentials.pid, groups: groups(of: socket))
    }

    /// The supplementary groups. If the kernel does not return them, the list is empty, and only the peer's effective
    /// group counts.
    private static func groups(of socket: Int32) -> [gid_t] {
        var room = 32
        while true {
            var size = socklen_t(room * MemoryLayout<gid_t>.size)
            var failure: Int32 = 0
            let groups = [gid_t](unsafeUninitializedCapacity: room) { buffer, count in
                guard getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, buffer.baseAddress, &size) == 0 else {
                    failure = errno
                    return
                }
                count = min(Int(size) / MemoryLayout<gid_t>.size, room)
            }
            // If the list does not fit, the kernel returns the size that it needs.
            let needed = Int(size) / MemoryLayout<gid_t>.size
            guard failure == ERANGE, needed > room else { return groups }
            room = needed
        }
    }
}
