/// The limits of a ``Field`` or ``Setting``.
@usableFromInline
struct Limits<Value: FieldValue>: Sendable {
    let least: Value.Bound?
    let greatest: Value.Bound?

    @usableFromInline
    init(_ range: some ValueRange<Value.Bound>) {
        least = range.least
        greatest = range.greatest
    }

    func check(_ value: Value, _ given: Given) throws(Mismatch) {
        guard allow(value) else { throw given.mismatch(.limits(words)) }
    }

    func allow(_ value: Value) -> Bool {
        guard let measure = value.measure else { return true }
        if let least, measure < least { return false }
        if let greatest, measure > greatest { return false }
        return true
    }

    var words: FieldLimits {
        func said(_ bound: Value.Bound?) -> FieldLimits.Limit? {
            bound.map { bound in
                let typed = Self.typed(bound)
                let words = (bound as? Money).map { Text(fr: "\($0)", en: "\($0)") } ?? Text(verbatim: typed)
                return FieldLimits.Limit(typed: typed, words: words)
            }
        }
        let unit: FieldLimits.Unit =
            switch Value.kind {
            case .string: .characters
            case .list, .map: .elements
            default: .value
            }
        return FieldLimits(least: said(least), greatest: said(greatest), unit: unit)
    }

    /// What is wrong with the limits of a declaration, and what to write; nil if nothing is.
    func mistake(default initial: Value?, example: Value?, recommended: Value? = nil) -> String? {
        if let least, let greatest, least > greatest {
            return "has its limits backwards: write in: \(Self.typed(greatest))...\(Self.typed(least))"
        }
        let given = [("a default", initial), ("an example", example), ("a recommended value", recommended)]
        return given.first { _, value in value.map(allow) == false }.map { name, _ in
            "has \(name) outside of its limits, \(words.phrase): change the one or the others"
        }
    }

    private static func typed(_ bound: Value.Bound) -> String { (bound as? any FieldValue)?.raw?.text ?? "\(bound)" }
}

/// `1...500`, `1...` or `...500`.
public protocol ValueRange<Bound> {
    /// What is compared: the type of a field, or `Int` for lengths and counts.
    associatedtype Bound: Comparable
    /// The least value; nil for no limit.
    var least: Bound? { get }
    /// The greatest value; nil for no limit.
    var greatest: Bound? { get }
}

/// `1...500` as limits. Unlike a `ClosedRange` it does not stop the program where the greatest value is below the least:
/// that is a mistake of the author, which is found at start.
@frozen
public struct Between<Bound: Comparable & Sendable>: ValueRange, Sendable {
    /// The least value.
    public let least: Bound?
    /// The greatest value.
    public let greatest: Bound?

    /// Holds the least and the greatest value that a field takes; they may be backwards.
    @inlinable public init(_ least: Bound, _ greatest: Bound) { (self.least, self.greatest) = (least, greatest) }
}

/// Limits, where limits are expected; everywhere else `...` makes a `ClosedRange`.
@_disfavoredOverload
@inlinable public func ... <Bound>(least: Bound, greatest: Bound) -> Between<Bound> { Between(least, greatest) }

extension PartialRangeFrom: ValueRange {
    /// The lower bound.
    public var least: Bound? { lowerBound }
    /// There is no upper limit.
    public var greatest: Bound? { nil }
}

extension PartialRangeThrough: ValueRange {
    /// There is no lower limit.
    public var least: Bound? { nil }
    /// The upper bound.
    public var greatest: Bound? { upperBound }
}
