import Foundation

/// A thread of the daemon's own.
enum OwnThread {
    /// As much as the system gives by itself, instead of the 512 KiB that Foundation does: rules and handlers may be
    /// deeper than that.
    private static let stackSize = 8 << 20

    /// Starts one, which ends with the body.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread {
            // A thread begins with the name of the one that made it.
            Thread.current.name = name
            body()
        }
        thread.stackSize = stackSize
        thread.start()
    }
}
