// What a rule claims. Claims answer at once, are decided in the order of the calls, and are committed with the
// transition. The rules of timers, of the end of runs and of grants cannot refuse: they use `tryClaim`.

// MARK: Keys

extension DraftOf {
    /// Takes a key that at most one open request of the provider holds. Throws a refusal with this reason if another
    /// request holds it. A claim ends when it is released or the request is closed.
    public mutating func claim(_ key: String, otherwise reason: @autoclosure () -> Text) throws(Refusal) {
        guard tryClaim(key) else { throw Refusal(reason()) }
    }

    /// Takes a key that at most one open request of the provider holds. Returns whether the request holds it now.
    public mutating func tryClaim(_ key: String) -> Bool {
        claimBook.take(key)
    }

    /// Takes a key, or gets in line for it: the request goes to the state `waiting`, whose `granted` line runs once the
    /// key is given back. Returns whether the request holds the key now.
    public mutating func claim(_ key: String, orWait waiting: StateOf<S>) -> Bool {
        note(waiting)
        if tryClaim(key) { return true }
        wait(for: .oneOf([key]), in: waiting)
        return false
    }

    /// Takes the first of these keys that is free, in their order. Throws a refusal with this reason if none is.
    public mutating func claim(
        oneOf keys: some Sequence<String>, otherwise reason: @autoclosure () -> Text
    ) throws(Refusal) -> String {
        guard let key = tryClaim(oneOf: keys) else { throw Refusal(reason()) }
        return key
    }

    /// Takes the first of these keys that is free, in their order; nil if none is.
    public mutating func tryClaim(oneOf keys: some Sequence<String>) -> String? {
        claimBook.take(oneOf: Array(keys))
    }

    /// Takes the first of these keys that is free, or gets in line for all of them: the request goes to the state
    /// `waiting`, whose `granted` line runs with the first key that is given back. Nil if the request is in line.
    public mutating func claim(oneOf keys: some Sequence<String>, orWait waiting: StateOf<S>) -> String? {
        note(waiting)
        let keys = Array(keys)
        if let key = tryClaim(oneOf: keys) { return key }
        wait(for: .oneOf(keys), in: waiting)
        return nil
    }

    /// The request that holds a key; nil if the key is free.
    public func holder(of key: String) -> String? {
        claimBook.holder(of: key)
    }

    /// What is stored of the request that holds a key, so that a refusal can say what it is. Nil if the key is free, or if
    /// a request of another service holds it, or one whose record an older version of the service has stored.
    public func request(holding key: String) -> HoldingRequest<S>? {
        guard let holder = claimBook.holder(of: key), holder != id else { return nil }
        return request(storedAs: holder)
    }

    /// What is stored of another request that has a unit for a range of time that overlaps this one, as for a key.
    public func request(holding time: Range<Instant>, of key: String) -> HoldingRequest<S>? {
        claimBook.holder(of: key, during: time).flatMap { request(storedAs: $0) }
    }

    private func request(storedAs holder: String) -> HoldingRequest<S>? {
        guard let stored = moment.answers?.stored(holder, of: S.id) else { return nil }
        return HoldingRequest(stored, known: stored.resident.flatMap { moment.answers?.known($0) })
    }

    /// Whether no other request holds a key.
    public func isFree(_ key: String) -> Bool {
        holder(of: key).map { $0 == id } ?? true
    }

    /// The keys among these that no other request holds, in order, at most `limit`.
    public func free(among keys: some Sequence<String>, limit: Int = .max) -> [String] {
        claimBook.free(among: Array(keys), limit: limit)
    }

    /// Releases all that the request holds of a key: the key itself, its shares and its ranges. Nothing happens if it
    /// holds none.
    public mutating func release(_ key: String) {
        if holder(of: key) == id { claimBook.release(key) } else { claimBook.releaseAll(of: key) }
    }
}

// MARK: Ranges of time

extension DraftOf {
    /// Takes a unit for a range of time, the first that is free for all of it. There is no grid: ranges may begin and
    /// end at any millisecond, and a range may begin at the instant at which another ends.
    ///
    /// Throws a refusal if no unit is free. Its reason may name the next ranges of the same length that are free, at
    /// most three. An empty range is refused.
    ///
    /// The claim ends when it is released or the request is closed, and not by the clock. If a reload makes the number of
    /// units smaller, what is booked stays booked, and counts until then.
    ///
    /// - Parameters:
    ///   - time: From when to when, to the millisecond; an empty range is refused.
    ///   - key: What the units are of, such as `laundry`.
    ///   - units: How many can be used at once; see ``ServiceProvider/capacities``.
    ///   - reason: Makes the words of the refusal from ranges of the same length that are free.
    /// - Returns: The unit, from 1.
    @discardableResult
    public mutating func claim(
        _ time: Range<Instant>, of key: String, units: Int = 1, otherwise reason: ([Range<Instant>]) -> Text
    ) throws(Refusal) -> Int {
        guard !time.isEmpty else {
            throw Refusal(fr: "La fin doit être après le début.", en: "The end must be after the beginning.")
        }
        guard let unit = tryClaim(time, of: key, units: units) else {
            throw Refusal(reason(free(like: time, of: key, units: units, limit: 3)))
        }
        return unit
    }

    /// Takes a unit for a range of time; nil if none is free, or if the range is empty.
    public mutating func tryClaim(_ time: Range<Instant>, of key: String, units: Int = 1) -> Int? {
        claimBook.take(time, of: key, units: units)
    }

    /// Takes a unit for a range of time, or gets in line for one: the request goes to the state `waiting`, whose
    /// `granted` line runs once a unit is given back for the whole range. Nil if the request is in line.
    public mutating func claim(
        _ time: Range<Instant>, of key: String, units: Int = 1, orWait waiting: StateOf<S>
    ) -> Int? {
        note(waiting)
        if let unit = tryClaim(time, of: key, units: units) { return unit }
        wait(for: .range(time, of: key, units: units), in: waiting)
        return nil
    }

    /// Whether a unit is free for a range of time.
    public func isFree(_ time: Range<Instant>, of key: String, units: Int = 1) -> Bool {
        claimBook.isFree(time, of: key, units: units)
    }

    /// The next ranges of the same length that are free, from the beginning of this one, in order. It looks at a limited
    /// number of bookings.
    public func free(
        like time: Range<Instant>, of key: String, units: Int = 1, limit: Int = 3
    ) -> [Range<Instant>] {
        claimBook.free(like: time, of: key, units: units, limit: limit)
    }

    /// The ranges among these for which a unit is free, in order, at most `limit`.
    public func free(
        among times: some Sequence<Range<Instant>>, of key: String, units: Int = 1, limit: Int = .max
    ) -> [Range<Instant>] {
        Array(times.lazy.filter { isFree($0, of: key, units: units) }.prefix(limit))
    }

    /// Releases the unit that the request holds for exactly this range. Nothing happens if it holds none.
    public mutating func release(_ time: Range<Instant>, of key: String) {
        claimBook.release(time, of: key)
    }
}

// MARK: Shares

extension DraftOf {
    /// Takes a share of what only so many may have until an instant. Throws a refusal with this reason if `atMost` shares
    /// count already.
    ///
    /// A share counts until its instant, also after its request is closed, unless it is released. A request holds at most
    /// one share of a key.
    public mutating func claim(
        _ key: String, atMost: Int, until: Instant, otherwise reason: @autoclosure () -> Text
    ) throws(Refusal) {
        guard tryClaim(key, atMost: atMost, until: until) else { throw Refusal(reason()) }
    }

    /// Takes a share of what only so many may have until an instant. Returns whether the request holds a share now.
    public mutating func tryClaim(_ key: String, atMost: Int, until: Instant) -> Bool {
        claimBook.take(share: key, atMost: atMost, until: until)
    }
}

// MARK: All

extension DraftOf {
    /// All that the request holds, with what the rule has taken and released, in the order of the keys.
    public var claims: [Claim] { claimBook.held }

    /// The position that the request has in line, from 1, if the rule has put it there; nil otherwise.
    public var place: Int? { claimBook.place }

    /// Takes what the request has waited for in line; nil if it is not free.
    package mutating func take(_ want: Want) -> Claim? { claimBook.take(want) }

    /// A state in which a request cannot wait is found by the first run of the rule, not by the first that has to wait.
    private mutating func note(_ waiting: StateOf<S>) {
        if !waitingStates.contains(waiting.id) { waitingStates.append(waiting.id) }
    }

    private mutating func wait(for want: Want, in waiting: StateOf<S>) {
        claimBook.wait(for: want)
        destination = waiting.id
    }
}
