import ConciergeKit
import Synchronization

/// A rule counts in memory.
struct StateKeeper: ToyProvider {
    static let manifest = ProviderManifest(toy: "state")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case(counter: Counter())] }

    final class Counter: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock {
                $0 += 1; return $0
            }
        }
    }

    struct Case: ToyService {
        static let id = "state.case"
        typealias Record = Thing
        let counter: Counter
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in Draft(Thing(number: counter.next()), at: moment) }
            on(Go.self, from: .pending, to: .done)
        }
    }
}
