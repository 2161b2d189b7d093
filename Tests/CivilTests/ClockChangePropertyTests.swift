import Testing

@testable import Civil

/// Compares the search with a check of each minute around a clock change.
@Suite("Calendar expressions around any clock change") struct ClockChangePropertyTests {
    static let zones = [
        "Europe/Paris", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/St_Johns", "Europe/Dublin",
        "Antarctica/Troll", "America/Nuuk", "Asia/Gaza", "America/Caracas",
    ]

    /// The minutes from `start` to `end` at which an expression elapses, by a literal application of the rule.
    private func minutes(
        _ expression: CalendarExpression, in zone: Zone, from start: Int64, to end: Int64
    ) -> [Int64] {
        let plan = CalendarPlan(expression)
        let matches = { (local: Int64) in plan.first(from: local) == local }
        var shown: Set<Int64> = []
        var previous: Int64?
        var elapses: [Int64] = []
        for moment in stride(from: start, to: end, by: 60_000_000) {
            let local = moment + Int64(zone.offset(at: Instant(milliseconds: moment / 1000))) * 1_000_000
            if plan.isEveryHour {
                if matches(local) { elapses.append(moment) }
            } else {
                let skipped = stride(from: (previous ?? local) + 60_000_000, to: local, by: 60_000_000)
                    .contains { matches($0) && !shown.contains($0) }
                if skipped || matches(local) && !shown.contains(local) { elapses.append(moment) }
            }
            shown.insert(local)
            previous = local
        }
        return elapses
    }

    @Test("The elapses are those found minute by minute, in strictly ascending order", arguments: zones)
    func minuteByMinute(_ name: String) throws {
        let zone = try #require(Zone(name))
        var generator = Generator(seed: 66)
        // The changes of the years 2000 to 2100; they include the day that Samoa skipped.
        let changes = (1..<zone.periods.count).map { zone.periods[$0].start }
            .filter { (946_684_800_000_000..<4_102_444_800_000_000).contains($0) }
        try #require(!changes.isEmpty)
        let day = WallTime.dayLength
        for _ in 0..<60 {
            let expression = try CalendarExpression(generator.minutes())
            let change = changes[generator.number(0...changes.count - 1)]
            // Two days before and after, so that a skipped or a repeated day lies within.
            let expected = minutes(expression, in: zone, from: change - 2 * day, to: change + 2 * day)
                .filter { $0 >= change - day }
            let found = expression.elapses(after: change - day - 1, in: zone, limit: expected.count)
            #expect(found == expected, "\(expression) in \(name) around @\(change / 1_000_000)")
            #expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 })
            if let last = expected.last, let next = expression.next(after: last, in: zone) {
                #expect(next >= change + 2 * day)
            }
        }
    }
}
