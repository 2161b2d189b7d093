import ConciergeEngine
import JSON
import Synchronization

/// Somebody who watches history lines as they are committed.
final class Watcher: Sendable {
    private enum State {
        /// Reads what came before; what is committed meanwhile waits.
        case catchingUp([NumberedEntry])
        /// Gets what is committed, after the line that was read last: a line is read as soon as it is on disk, and
        /// published a moment later.
        case live(after: Int64)
    }

    let service: String?
    let after: Int64?
    private let state: Mutex<State>
    private let send: @Sendable ([UInt8]) -> Bool
    /// What of a line the watcher may see; nil for all of it.
    private let shown: (@Sendable (NumberedEntry) -> NumberedEntry)?
    /// Ends the stream from this side.
    let end: @Sendable () -> Void

    /// A watcher. `send` takes an entry as JSON, and says whether more can be sent.
    init(
        service: String?, after: Int64?, shown: (@Sendable (NumberedEntry) -> NumberedEntry)? = nil,
        send: @escaping @Sendable ([UInt8]) -> Bool,
        end: @escaping @Sendable () -> Void
    ) {
        self.end = end
        self.service = service
        self.after = after
        self.send = send
        self.shown = shown
        state = Mutex(after == nil ? .live(after: 0) : .catchingUp([]))
    }

    /// Sends a line of the past; false once the watcher is gone.
    func catchUp(_ entry: NumberedEntry) -> Bool {
        send(json(of: entry))
    }

    private func json(of entry: NumberedEntry) -> [UInt8] { (shown?(entry) ?? entry).json }

    /// Sends what was committed while the past was read and was not part of it; from now on lines go out at once.
    func goLive(after last: Int64) {
        state.withLock { state in
            if case .catchingUp(let waiting) = state {
                for entry in waiting where entry.seq > last { _ = send(json(of: entry)) }
            }
            state = .live(after: last)
        }
    }

    /// Takes a line that was just committed, given with its JSON; false once the watcher is gone.
    fileprivate func take(_ entry: NumberedEntry, json: [UInt8]) -> Bool {
        guard service == nil || service == entry.entry.service else { return true }
        return state.withLock { state in
            switch state {
            case .live(let last): return entry.seq > last ? send(shown == nil ? json : self.json(of: entry)) : true
            case .catchingUp(let waiting):
                state = .catchingUp(waiting + [entry])
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

    /// Ends all streams: the daemon stops.
    func endAll() {
        let all = watchers.withLock { watchers in
            defer { watchers = [:] }
            return Array(watchers.values)
        }
        for watcher in all { watcher.end() }
    }

    /// Sends committed lines to all who watch their service. A watcher that does not keep up is dropped by the socket,
    /// and nobody waits for it.
    func publish(_ entries: [NumberedEntry]) {
        let all = watchers.withLock { Array($0.values) }
        guard !all.isEmpty else { return }
        for entry in entries {
            let json = entry.json
            for watcher in all where !watcher.take(entry, json: json) { remove(watcher) }
        }
    }
}

extension NumberedEntry {
    fileprivate var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}
