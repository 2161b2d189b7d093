// Unavailable signals and corrections, so that the compiler reports what to write instead. None of these can be called;
// see Refused.swift.

extension DraftOf {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a signal is a struct: struct Uncollected: Signal { let days: Int }")
    public mutating func raise(_ signal: String) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "say what the signal says: raise(Uncollected(days: 14))")
    public mutating func raise(_ signal: any Signal.Type) { fatalError() }
}

extension Service {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "write the signal's id, so that no provider imports another: opening(on: \"parcel.uncollected\", …)"
    )
    public func opening<I: Input>(
        on signal: any Signal.Type, as input: I.Type, to state: State, _ others: State...,
        rule: (I, Moment) throws -> Draft
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "a correction is read by the field itself, with a dollar: as: \\Arrival.$shelf"
    )
    public func correctable<I: Input, Value, Given>(
        _ member: KeyPath<Record, Value>, as field: KeyPath<I, Given>, rule: (inout Draft) throws -> Void = { _ in }
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "what is corrected is a var of the record, and has the type of the field"
    )
    public func correctable<I: Input, Value, Given>(
        _ member: KeyPath<Record, Value>, as field: KeyPath<I, Field<Given>>,
        rule: (inout Draft) throws -> Void = { _ in }
    ) -> Transition<Self> { fatalError() }
}
