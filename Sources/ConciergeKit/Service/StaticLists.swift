/// Names that a service lists: a set or an array of texts.
public protocol SecretList {
    /// The members of the record that only staff see, each once.
    var secretNames: Set<String> { get }
}

extension Set: SecretList where Element == String {
    /// The names.
    public var secretNames: Set<String> { self }
}

extension Array: SecretList where Element == String {
    /// The names.
    public var secretNames: Set<String> { Set(self) }
}

/// Types of signals that a service lists. The array may have the type that Swift infers for `[Uncollected.self]`.
public protocol SignalList {
    /// The types; nil for an element that is not the type of a signal, which is a mistake that is found at start.
    var signalTypes: [(any Signal.Type)?] { get }
}

extension Array: SignalList {
    /// The types.
    public var signalTypes: [(any Signal.Type)?] { map { $0 as? any Signal.Type } }
}

extension Service {
    /// The mistakes of the author in what is declared beside the table. A member that is not static is not the
    /// protocol's: it would be ignored.
    package var staticMistakes: [String] {
        let unheeded = Mirror(reflecting: self).children.compactMap(\.label).filter {
            ["resident", "place", "movingOut", "secrets", "signals", "notices"].contains($0)
        }
        return unheeded.map { "\"\($0)\" is not static, so that it is ignored: write static let \($0)" }
            + Self.signals.signalTypes.filter { $0 == nil }.prefix(1).map { _ in
                "signals has an element that is not the type of a signal: write [Uncollected.self]"
            }
            + Self.notices.noticeTypes.filter { $0 == nil }.prefix(1).map { _ in
                "notices has an element that is not the type of a notice: write [Arrived.self]"
            } + noticeMistakes
    }

    private var noticeMistakes: [String] {
        let names = Self.notices.noticeTypes.compactMap { $0?.name }
        return Set(names).sorted().filter { name in names.count { $0 == name } > 1 }.map {
            "two notices are called \"\($0)\": give one of them another name, static let name = …"
        }
    }
}
