import Foundation

/// A thread of the daemon's own.
enum OwnThread {
    /// The system's default of 8 MiB, in bytes, instead of Foundation's 512 KiB: rules and handlers may need more.
    private static let stackSize = 8 << 20

    /// Starts a thread that ends when the body returns.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread {
            // A new thread has the name of the thread that made it.
            Thread.current.name = name
            body()
        }
        thread.stackSize = stackSize
        thread.start()
    }
}
