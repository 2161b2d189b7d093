/// The claims of a request while a rule runs: what the rule takes and releases, over what is known from before.
package struct ClaimBook {
    /// What a rule takes and releases.
    package struct Changes: Sendable {
        /// Keys that the request takes.
        package fileprivate(set) var takenKeys: [String] = []
        /// Keys that the request holds and the rule releases.
        package fileprivate(set) var releasedKeys: [String] = []
        package fileprivate(set) var ranges = HeldChanges<HeldRange>()
        package fileprivate(set) var shares = HeldChanges<HeldShare>()
        /// What the request waits for in line from now on.
        package fileprivate(set) var want: Want?
        /// Why what the rule asked for cannot be right: a mistake of the provider's author.
        package fileprivate(set) var mistake: String?
    }

    package private(set) var changes = Changes()
    private let moment: Moment
    private var answers: (any RuleAnswers)? { moment.answers }
    private var request: String { moment.request }
    /// The request's id. A test that creates its moment itself may use a text that is no id: nothing of that is stored.
    private var id: RequestID { RequestID(request) ?? RequestID(number: 0) }

    init(_ moment: Moment) {
        self.moment = moment
    }

    // MARK: Keys

    mutating func take(_ key: String) -> Bool {
        if changes.takenKeys.contains(key) { return true }
        if let index = changes.releasedKeys.firstIndex(of: key) {
            changes.releasedKeys.remove(at: index)
            return true
        }
        guard let holder = answers?.holder(of: key) else {
            changes.takenKeys.append(key)
            return true
        }
        return holder == request
    }

    mutating func take(oneOf keys: [String]) -> String? {
        guard let key = free(among: keys, limit: 1).first, take(key) else { return nil }
        return key
    }

    func holder(of key: String) -> String? {
        if changes.takenKeys.contains(key) { return request }
        return changes.releasedKeys.contains(key) ? nil : answers?.holder(of: key)
    }

    func free(among keys: [String], limit: Int) -> [String] {
        var rest = keys[...]
        var free: [String] = []
        // A ledger on a network answers all keys of a portion at once; a ledger that looks each key up should not look
        // up all of them if the first ones are free.
        var portion = limit < rest.count ? 2 * limit : rest.count
        while free.count < limit, !rest.isEmpty {
            let asked = rest.prefix(portion)
            rest = rest.dropFirst(portion)
            portion *= 4
            let unknown = asked.filter { !changes.takenKeys.contains($0) && !changes.releasedKeys.contains($0) }
            let holders = answers?.holders(of: Array(unknown))
            free += asked.filter { key in holders?[key].map { $0 == request } ?? true }
        }
        return Array(free.prefix(limit))
    }

    mutating func release(_ key: String) {
        if let index = changes.takenKeys.firstIndex(of: key) {
            changes.takenKeys.remove(at: index)
        } else if !changes.releasedKeys.contains(key), answers?.holder(of: key) == request {
            changes.releasedKeys.append(key)
        }
    }

    // MARK: Ranges

    /// Takes the first unit that is free for the whole range. A request that already holds a unit for exactly this range
    /// keeps it.
    mutating func take(_ time: Range<Instant>, of key: String, units: Int) -> Int? {
        if units < 1 { answers?.noUnits(of: key, units) }
        guard !time.isEmpty else { return nil }
        let state = state(of: time, key, units)
        if let own = state.own { return own }
        guard let unit = state.free else { return nil }
        changes.ranges.take(HeldRange(unit: unit, time: time, request: id), of: key)
        return unit
    }

    /// Another request that holds a unit for a range that overlaps this one; nil if none does.
    func holder(of key: String, during time: Range<Instant>) -> String? {
        let greatest = max(answers?.greatestUnit(of: key) ?? 0, changes.ranges.greatestUnit(of: key))
        guard greatest > 0, !time.isEmpty else { return nil }
        let last = lastRanges(of: key, units: 1...greatest, before: time.upperBound)
        return last.sorted { $0.key < $1.key }.map(\.value)
            .first { $0.time.upperBound > time.lowerBound && $0.request.description != request }?.request.description
    }

    func isFree(_ time: Range<Instant>, of key: String, units: Int) -> Bool {
        !time.isEmpty && state(of: time, key, units).free != nil
    }

    /// The first free unit, and the unit that the request holds for exactly this range.
    ///
    /// Units beyond `units` may be booked, because there were more before: each booking of theirs that overlaps takes a
    /// unit's place, so that no more are in use at once than there are.
    private func state(of time: Range<Instant>, _ key: String, _ units: Int) -> (free: Int?, own: Int?) {
        let count = max(0, units)
        let greatest = max(
            count, answers?.greatestUnit(of: key) ?? 0, changes.ranges.greatestUnit(of: key))
        guard greatest > 0 else { return (nil, nil) }
        let last = lastRanges(of: key, units: 1...greatest, before: time.upperBound)
        var free: [Int] = []
        var beyond = 0
        for unit in 1...greatest {
            if let held = last[unit], held.time.upperBound > time.lowerBound {
                if held.time == time, held.request.description == request { return (nil, unit) }
                if unit > count { beyond += 1 }
            } else if unit <= count {
                free.append(unit)
            }
        }
        return (free.count > beyond ? free.first : nil, nil)
    }

    /// The next ranges of the same length that are free, in order, at most `limit`. It looks at a limited number of
    /// bookings after the range, so it does not take long however much is booked.
    func free(like time: Range<Instant>, of key: String, units: Int, limit: Int) -> [Range<Instant>] {
        guard !time.isEmpty, units > 0, limit > 0 else { return [] }
        let portion = max(8, 256 / units)
        var starts: Set<Instant> = []
        for unit in 1...units {
            let before = lastRanges(of: key, units: unit...unit, before: time.lowerBound)[unit]
            var end = max(time.lowerBound, before?.time.upperBound ?? time.lowerBound)
            let below = answers?.ranges(of: key, unit: unit, from: time.lowerBound, limit: portion) ?? []
            var found = 0
            for range in changes.ranges.all(of: key, unit: unit, from: time.lowerBound, below) where found < limit {
                if range.time.lowerBound - end >= time.length {
                    starts.insert(end)
                    found += 1
                }
                end = max(end, range.time.upperBound)
            }
            if found < limit, below.count < portion { starts.insert(end) }
        }
        return Array(
            starts.sorted().lazy.map { $0..<($0 + time.length) }
                .filter { isFree($0, of: key, units: units) }.prefix(limit))
    }

    mutating func release(_ time: Range<Instant>, of key: String) {
        for claim in held where claim.key == key && claim.time == time { release(claim) }
    }

    private func lastRanges(of key: String, units: ClosedRange<Int>, before: Instant) -> [Int: HeldRange] {
        changes.ranges.last(of: key, units: units, before: before) { units, before in
            answers?.lastRanges(of: key, units: units, before: before) ?? [:]
        }
    }

    // MARK: Shares

    /// Takes a share, if fewer than `atMost` count at the moment. A request holds at most one share of a key.
    mutating func take(share key: String, atMost: Int, until: Instant) -> Bool {
        let all = changes.shares.all(of: key, answers?.shares(of: key) ?? [])
        let counting = all.filter { $0.until > moment.now }
        if counting.contains(where: { $0.request.description == request }) { return true }
        guard until > moment.now else { return true }
        guard counting.count < atMost else { return false }
        let taken = Set(counting.map(\.place))
        let place = (1...).first { !taken.contains($0) } ?? 1
        // A share that counts no longer gives its place away.
        for share in all where share.place == place { changes.shares.release(share, of: key) }
        changes.shares.take(HeldShare(place: place, until: until, request: id), of: key)
        return true
    }

    // MARK: All

    /// What the request holds now.
    var held: [Claim] {
        var claims = (answers?.claims(of: request) ?? []).filter { claim in
            if let time = claim.time {
                return !(changes.ranges.released[claim.key] ?? []).contains { $0.unit == claim.unit && $0.time == time }
            }
            if let until = claim.until {
                return until > moment.now
                    && !(changes.shares.released[claim.key] ?? []).contains { $0.place == claim.unit }
            }
            return !changes.releasedKeys.contains(claim.key)
        }
        claims += changes.takenKeys.map { Claim(key: $0) }
        for (key, all) in changes.ranges.taken { claims += all.map { Claim(key: key, unit: $0.unit, time: $0.time) } }
        for (key, all) in changes.shares.taken {
            claims += all.map { Claim(key: key, unit: $0.place, until: $0.until) }
        }
        return claims.sorted {
            ($0.key, $0.time?.lowerBound ?? $0.until ?? moment.now, $0.unit)
                < ($1.key, $1.time?.lowerBound ?? $1.until ?? moment.now, $1.unit)
        }
    }

    /// Releases everything of this key that the request holds.
    mutating func releaseAll(of key: String) {
        for claim in held where claim.key == key { release(claim) }
    }

    private mutating func release(_ claim: Claim) {
        if let time = claim.time {
            changes.ranges.release(HeldRange(unit: claim.unit, time: time, request: id), of: claim.key)
        } else if let until = claim.until {
            changes.shares.release(HeldShare(place: claim.unit, until: until, request: id), of: claim.key)
        } else {
            release(claim.key)
        }
    }

    // MARK: Waiting

    /// What a request could take at a moment of what it wants; nil if it is not free.
    package static func claim(_ want: Want, at moment: Moment) -> Claim? {
        var book = ClaimBook(moment)
        return book.take(want)
    }

    /// Takes what is wanted; nil if it is not free.
    package mutating func take(_ want: Want) -> Claim? {
        switch want {
        case .oneOf(let keys): take(oneOf: keys).map { Claim(key: $0) }
        case .range(let time, let key, let units):
            take(time, of: key, units: units).map { Claim(key: key, unit: $0, time: time) }
        }
    }

    mutating func wait(for want: Want) {
        if case .range(let time, let key, _) = want, time.isEmpty {
            changes.mistake =
                "it waits for \"\(key)\" for a range of time that does not end after it begins: "
                + "write start..<end, and refuse before what cannot be"
        }
        changes.want = want
    }

    /// The position that the request has in the line that it gets into; nil if it does not.
    var place: Int? { changes.want.map { (answers?.waiting(for: $0) ?? 0) + 1 } }
}
