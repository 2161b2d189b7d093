import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Asks the kernel who is at the other end of a Unix socket (unix(7), `SO_PEERCRED`).
enum PeerCredentials {
    /// `struct ucred`, in the kernel's order; the C library's headers hide theirs.
    private struct Credentials {
        let pid: pid_t
        let uid: uid_t
        let gid: gid_t
    }

    static func peer(of channel: any Channel) -> EventLoopFuture<VarlinkPeer> {
        guard let provider = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        let option = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(level: .socket, name: option)
        return credentials.map { VarlinkPeer(uid: $0.uid, gid: $0.gid, pid: $0.pid) }
    }
}
