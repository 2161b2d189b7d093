// Unavailable claims and grants, so that the compiler reports what to write instead. None of these can be called; see
// Refused.swift.

extension DraftOf {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "write claim(oneOf: keys, …) for the first of several keys that is free")
    public mutating func claim(_ keys: [String], otherwise reason: @autoclosure () -> Text) throws(Refusal) -> String {
        fatalError()
    }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "write claim(key, otherwise: …) for one key; oneOf: takes a list")
    public mutating func claim(
        oneOf key: String, otherwise reason: @autoclosure () -> Text
    ) throws(Refusal) -> String { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a time is start..<end: it ends when the next one may begin")
    @discardableResult
    public mutating func claim(
        _ time: ClosedRange<Instant>, of key: String, units: Int = 1, otherwise reason: ([Range<Instant>]) -> Text
    ) throws(Refusal) -> Int { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a time is start..<end: it ends when the next one may begin")
    public mutating func tryClaim(_ time: ClosedRange<Instant>, of key: String, units: Int = 1) -> Int? {
        fatalError()
    }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a time is start..<end: it ends when the next one may begin")
    public mutating func claim(
        _ time: ClosedRange<Instant>, of key: String, units: Int = 1, orWait waiting: StateOf<S>
    ) -> Int? { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "what is said of a time is written with what is free: claim(time, of: …, units: …) { free in Text(…) }"
    )
    @discardableResult
    public mutating func claim(
        _ time: Range<Instant>, of key: String, units: Int = 1, otherwise reason: @autoclosure () -> Text
    ) throws(Refusal) -> Int { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a share counts until an instant: until: draft.now + .days(7)")
    public mutating func claim(
        _ key: String, atMost: Int, until span: Duration, otherwise reason: @autoclosure () -> Text
    ) throws(Refusal) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "nobody waits in line for a share: write otherwise:, or tryClaim")
    public mutating func claim(
        _ key: String, atMost: Int, until: Instant, orWait waiting: StateOf<S>
    ) -> Bool { fatalError() }
}

extension Service {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what a grant does cannot be refused: use tryClaim, or a guard")
    public func granted(
        from: State..., to state: State, _ others: State..., rule: (Claim, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func granted(
        from: State..., to state: State, _ others: State..., rule: (Claim, inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "a request that is granted what it waits for leaves the line: say from: and to:"
    )
    public func granted(
        in states: State..., or others: State..., rule: (Claim, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "a request that is granted what it waits for leaves the line: say from: and to:"
    )
    public func granted(
        from state: State, _ others: State..., rule: (Claim, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }
}
