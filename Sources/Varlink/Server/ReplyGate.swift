import Synchronization

/// Lets a server write several replies in one turn of its event loop.
///
/// To wake the event loop for a reply costs more than the reply. A caller that has several replies at once gives them
/// within ``gather(_:)``. A single reply is not delayed.
public final class ReplyGate: Sendable {
    private let mailboxes = Mutex<[LoopMailbox<ServerConnection.Letter>]>([])

    /// Makes a gate that no server uses yet.
    public init() {}

    /// Calls `body`, which must not block, and wakes the event loops when it has returned. Replies that other threads
    /// give in the meantime wait, too. After every few replies, the loops are woken at once.
    public func gather(_ body: () -> Void) {
        let held = mailboxes.withLock(\.self)
        for mailbox in held { mailbox.hold() }
        body()
        for mailbox in held { mailbox.release() }
    }

    /// Adds the mailbox of an event loop.
    func add(_ mailbox: LoopMailbox<ServerConnection.Letter>) { mailboxes.withLock { $0.append(mailbox) } }
}
