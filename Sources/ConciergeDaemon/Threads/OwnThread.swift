import Glibc

/// A thread of the daemon's own.
///
/// It is a thread of the system and not Foundation's, which would load some hundred pages of Foundation into memory.
enum OwnThread {
    /// The usual limit of the main thread, in bytes: rules and handlers may call deeply.
    private static let stackSize = 8 << 20

    fileprivate final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread that ends when the body returns. Returns false if the system makes none (pthread_create(3)).
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let start = Unmanaged.passRetained(Start(name, body))
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, enterThread, start.toOpaque())
        if code != 0 { start.release() }
        return code == 0
    }

    /// Names the calling thread, with at most 15 bytes (proc(5)). Without this it has the name of the thread that made
    /// it. Swift's module of the C library has no pthread_setname_np.
    fileprivate static func setName(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        var name = name
        _ = name.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }
}

/// The start routine of a new thread. The argument is a retained `OwnThread.Start`.
///
/// This is a function, because the compiler of Swift 6.3.1 crashes on a closure.
private func enterThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<OwnThread.Start>.fromOpaque(argument).takeRetainedValue()
    OwnThread.setName(start.name)
    start.body()
    return nil
}
