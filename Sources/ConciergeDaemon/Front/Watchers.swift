import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import Synchronization

/// Somebody who watches history lines as they are committed.
final class Watcher: Sendable {
    private enum State {
        /// Reads what came before. What is committed meanwhile is read too; the last of it has this place.
        case catchingUp(last: Int64)
        /// Gets what is committed, after the line that was read last: a line is read as soon as it is on disk, and
        /// published a moment later.
        case live(after: Int64)
    }

    let service: ServiceID?
    private let state = Mutex(State.catchingUp(last: 0))
    private let send: @Sendable ([UInt8]) -> Bool
    /// What the watcher may see of a line; nil for all of it.
    private let shown: @Sendable (NumberedEntry) -> NumberedEntry?

    /// A watcher, of one service or of all. `send` takes a reply as JSON, and says whether more can be sent.
    init(
        service: ServiceID?, shown: @escaping @Sendable (NumberedEntry) -> NumberedEntry? = { _ in nil },
        send: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        self.service = service
        self.send = send
        self.shown = shown
    }

    /// Sends a line of the past; false once the watcher is gone.
    func catchUp(_ entry: NumberedEntry) -> Bool { send((shown(entry) ?? entry).reply) }

    /// The last line that there is for it to read, as far as is known.
    var last: Int64 {
        get {
            state.withLock { state in
                switch state {
                case .catchingUp(let last), .live(let last): last
                }
            }
        }
        set {
            state.withLock { state in
                if case .catchingUp(let last) = state { state = .catchingUp(last: max(last, newValue)) }
            }
        }
    }

    /// From now on lines go out as they are committed; false where there is more to read before.
    func goLive(after place: Int64) -> Bool {
        state.withLock { state in
            if case .catchingUp(let last) = state, last > place { return false }
            state = .live(after: place)
            return true
        }
    }

    /// Takes a line that was just committed, given with its reply; false once the watcher is gone.
    fileprivate func take(_ entry: NumberedEntry, _ reply: [UInt8]) -> Bool {
        guard service == nil || service == entry.entry.service else { return true }
        return state.withLock { state in
            switch state {
            case .live(let last): return entry.seq > last ? send(shown(entry)?.reply ?? reply) : true
            case .catchingUp(let last):
                state = .catchingUp(last: max(last, entry.seq))
                return true
            }
        }
    }
}

/// All who watch.
final class Watchers: Sendable {
    private let watchers = Mutex<[ObjectIdentifier: Watcher]>([:])

    func add(_ watcher: Watcher) {
        watchers.withLock { $0[ObjectIdentifier(watcher)] = watcher }
    }

    func remove(_ watcher: Watcher) {
        watchers.withLock { $0[ObjectIdentifier(watcher)] = nil }
    }

    /// Sends committed lines to all who watch their service. A watcher that does not keep up is dropped by the socket,
    /// and nobody waits for it.
    func publish(_ entries: [NumberedEntry]) {
        let all = watchers.withLock { Array($0.values) }
        guard !all.isEmpty else { return }
        for entry in entries {
            let reply = entry.reply
            for watcher in all where !watcher.take(entry, reply) { remove(watcher) }
        }
    }
}

extension NumberedEntry {
    /// The line as a reply to `Watch`.
    fileprivate var reply: [UInt8] { RequestMethods.Watch.Reply(Wire.Entry(self)).encoded() }
}
