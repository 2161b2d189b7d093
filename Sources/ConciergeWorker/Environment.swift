#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What the process's environment says.
enum Environment {
    static var socket: String {
        getenv("CONCIERGE_SOCKET").map { String(cString: $0) } ?? "/run/concierge/org.concierged"
    }
}
