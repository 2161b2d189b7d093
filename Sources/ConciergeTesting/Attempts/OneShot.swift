import ConciergeKit
import Synchronization

/// A value that another thread gives, once. Later values are dropped.
final class OneShot<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    /// The value; nil until it is given.
    var given: Value? { value.withLock(\.self) }

    func give(_ value: Value) { self.value.withLock { $0 = $0 ?? value } }
}

extension Duration {
    /// `200 ms`, `5s`.
    var inWords: String { milliseconds < 1000 ? "\(milliseconds) ms" : "\(TimeSpan(self))" }
}
