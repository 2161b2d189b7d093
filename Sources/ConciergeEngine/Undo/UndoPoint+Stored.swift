package import ConciergeKit
package import JSON
package import WorkingCalendar

extension UndoPoint.Before: StoredByHand {
    /// The state as JSON, for a ledger.
    package var stored: [UInt8] {
        var writer = JSONWriter(capacity: record.count + 512)
        write(to: &writer)
        return writer.bytes
    }

    /// Reads what ``stored`` wrote. `request` is the request whose state it is.
    package init(stored bytes: [UInt8], of request: RequestID) throws {
        let read = try Self(stored: try JSON.parse(bytes))
        self = Self(
            state: read.state, closedAt: read.closedAt, record: read.record, recordVersion: read.recordVersion,
            timers: read.timers, claims: read.claims,
            ranges: read.ranges.mapValues { all in
                all.map { HeldRange(unit: $0.unit, time: $0.time, request: request) }
            },
            shares: read.shares.mapValues { all in
                all.map { HeldShare(place: $0.place, until: $0.until, request: request) }
            },
            commitments: read.commitments, notices: read.notices)
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("state", state)
        writer.stored("closed_at", closedAt)
        writer.stored("record", String(decoding: record, as: UTF8.self))
        writer.stored("record_version", recordVersion)
        writer.stored("timers", timers.map { StoredTimer(key: $0.key, due: $0.value) })
        writer.stored("claims", claims)
        writer.stored(
            "ranges", ranges.flatMap { key, all in all.map { StoredRange(key: key, unit: $0.unit, time: $0.time) } })
        writer.stored(
            "shares", shares.flatMap { key, all in all.map { StoredShare(key: key, place: $0.place, until: $0.until) } }
        )
        writer.stored("commitments", commitments)
        writer.stored("notices", notices)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        // A ledger says whose state it is; until then the held are nobody's.
        let nobody = RequestID(number: 0)
        let record: String = try json.stored("record")
        let timers: [StoredTimer] = try json.stored("timers")
        let ranges: [StoredRange] = try json.stored("ranges")
        let shares: [StoredShare] = try json.stored("shares")
        self.init(
            state: try json.stored("state"), closedAt: try json.storedIfAny("closed_at"), record: Array(record.utf8),
            recordVersion: try json.stored("record_version"),
            timers: Dictionary(timers.map { ($0.key, $0.due) }) { first, _ in first },
            claims: try json.stored("claims"),
            ranges: Dictionary(grouping: ranges, by: \.key).mapValues { all in
                all.map { HeldRange(unit: $0.unit, time: $0.time, request: nobody) }
            },
            shares: Dictionary(grouping: shares, by: \.key).mapValues { all in
                all.map { HeldShare(place: $0.place, until: $0.until, request: nobody) }
            },
            commitments: try json.stored("commitments"), notices: try json.stored("notices"))
    }
}

/// A timer but for those that deliver signals: by its name, by the run whose outcome waits, or by neither for a grant.
private struct StoredTimer: StoredByHand {
    let key: TimerKey
    let due: Instant

    init(key: TimerKey, due: Instant) { (self.key, self.due) = (key, due) }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch key {
        case .service(let name): writer.stored("name", name)
        case .outcome(let run): writer.stored("run", run.number)
        case .grant, .delivery: break
        }
        writer.stored("due", due)
        writer.endObject()
    }

    init(stored json: JSON) throws(UnreadableStored) {
        let (name, run): (String?, Int64?) = (try json.storedIfAny("name"), try json.storedIfAny("run"))
        key = name.map { .service($0) } ?? run.map { .outcome(of: RunID(number: $0)) } ?? .grant
        due = try json.stored("due")
    }
}

private struct StoredRange: StoredByHand {
    let key: String
    let unit: Int
    let time: Range<Instant>

    init(key: String, unit: Int, time: Range<Instant>) { (self.key, self.unit, self.time) = (key, unit, time) }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("key", key)
        writer.stored("unit", unit)
        writer.stored("from", time.lowerBound)
        writer.stored("until", time.upperBound)
        writer.endObject()
    }

    init(stored json: JSON) throws(UnreadableStored) {
        let (from, until): (Instant, Instant) = (try json.stored("from"), try json.stored("until"))
        guard from <= until else { throw UnreadableStored("until") }
        (key, unit, time) = (try json.stored("key"), try json.stored("unit"), from..<until)
    }
}

private struct StoredShare: StoredByHand {
    let key: String
    let place: Int
    let until: Instant

    init(key: String, place: Int, until: Instant) { (self.key, self.place, self.until) = (key, place, until) }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("key", key)
        writer.stored("place", place)
        writer.stored("until", until)
        writer.endObject()
    }

    init(stored json: JSON) throws(UnreadableStored) {
        (key, place, until) = (try json.stored("key"), try json.stored("place"), try json.stored("until"))
    }
}

extension StoredCommitment: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("number", number)
        writer.stored("name", name)
        writer.stored("kind", kind.rawValue)
        writer.stored("content", content)
        writer.stored("kept_at", keptAt)
        writer.stored("missed_at", missedAt)
        writer.stored("ended_at", endedAt)
        writer.stored("reopened", reopened)
        writer.stored("score", score)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        guard let kind = CommitmentKind(rawValue: try json.stored("kind")) else { throw UnreadableStored("kind") }
        self.init(
            number: try json.stored("number"), name: try json.stored("name"), kind: kind,
            content: try json.stored("content"), keptAt: try json.storedIfAny("kept_at"),
            missedAt: try json.storedIfAny("missed_at"), endedAt: try json.storedIfAny("ended_at"),
            reopened: try json.stored("reopened"), score: try json.storedIfAny("score"))
    }
}
