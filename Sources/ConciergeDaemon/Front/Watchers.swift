import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import Synchronization

/// A caller that watches history lines as they are committed.
final class Watcher: Sendable {
    private enum State {
        /// The watcher reads earlier lines. It also reads the lines committed during that time, the last of which is
        /// `last`.
        case catchingUp(last: Int64)
        /// The watcher gets lines as they are committed, except those up to `after`, which it has read: a line can be
        /// read as soon as it is on disk, and is published a moment later.
        case live(after: Int64)
    }

    let service: ServiceID?
    private let state = Mutex(State.catchingUp(last: 0))
    private let send: @Sendable ([UInt8]) -> Bool
    /// The version of a line without the parts that the watcher may not see; nil if it may see all of it.
    private let shown: @Sendable (NumberedEntry) -> NumberedEntry?

    /// A watcher of one service or of all. `send` takes a reply as JSON, and returns whether more can be sent.
    init(
        service: ServiceID?, shown: @escaping @Sendable (NumberedEntry) -> NumberedEntry? = { _ in nil },
        send: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        self.service = service
        self.send = send
        self.shown = shown
    }

    /// Sends an earlier line; false once the watcher is gone.
    func catchUp(_ entry: NumberedEntry) -> Bool { send((shown(entry) ?? entry).reply) }

    /// While the watcher catches up, the last line known to exist; then the line after which it went live.
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

    /// Sends lines as they are committed from now on. Returns false, and changes nothing, if there are lines after
    /// `place` to read first.
    func goLive(after place: Int64) -> Bool {
        state.withLock { state in
            if case .catchingUp(let last) = state, last > place { return false }
            state = .live(after: place)
            return true
        }
    }

    /// Sends a line that was just committed, given with its reply, or notes it while the watcher catches up; false once
    /// the watcher is gone.
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

/// All watchers.
final class Watchers: Sendable {
    private let watchers = Mutex<[ObjectIdentifier: Watcher]>([:])

    func add(_ watcher: Watcher) {
        watchers.withLock { $0[ObjectIdentifier(watcher)] = watcher }
    }

    func remove(_ watcher: Watcher) {
        watchers.withLock { $0[ObjectIdentifier(watcher)] = nil }
    }

    /// Sends committed lines to all watchers of their service. The socket drops a watcher that does not keep up, so
    /// that no watcher delays the others.
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
