import Synchronization

/// Admits one operation at a time, and refuses others meanwhile.
final class AtMostOne: Sendable {
    private let isTaken = Mutex(false)

    /// Whether the operation may begin. ``leave()`` must follow if it may.
    func enter() -> Bool {
        isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
    }

    func leave() { isTaken.withLock { $0 = false } }
}
