import Civil
import ConciergeKit
import Testing
import WorkingCalendar

/// The slow calculation: it looks at every instant of a grid of five minutes, by the wall clock alone, and knows the
/// holidays from the right values. Cases have all their times on the grid.
struct Reference {
    struct Case: Sendable, CustomStringConvertible {
        var zone = "Europe/Paris"
        var hours: [Weekday: [(start: Int, end: Int)]] = [:]
        var closures: Set<String> = []
        var worksOnHolidays = false
        var isAlsace = false
        var start = Instant(milliseconds: 0)
        var term = Term.hours(1)
        var pauses: [(from: Instant, to: Instant?)] = []

        var description: String {
            "\(zone) \(hours) \(closures.sorted()) \(worksOnHolidays) \(isAlsace) \(start) \(term) \(pauses)"
        }
    }

    enum Answer: Equatable {
        case deadline(Deadline)
        /// The days that were looked at are over.
        case later
    }

    private static let grid: Int64 = 300_000
    private static let days = 45

    let given: Case
    let zone: Zone
    let holidays: Set<String>

    private struct Point {
        let instant: Instant
        let date: LocalDate
        let isOpen: Bool
        let isPaused: Bool
    }

    private func isPaused(_ instant: Instant) -> Bool {
        given.pauses.contains { $0.from <= instant && ($0.to.map { instant < $0 } ?? true) }
    }

    /// Whether a moment is the end of something that was paused just before it.
    private func isPausedAtClose(_ close: Instant) -> Bool {
        given.pauses.contains { max($0.from, given.start) < close && ($0.to.map { close <= $0 } ?? true) }
    }

    private func point(_ instant: Instant) -> Point {
        let (date, time) = zone.local(instant)
        let isWithin = (given.hours[date.weekday] ?? []).contains { $0.start <= time.minutes && time.minutes < $0.end }
        let isHoliday = !given.worksOnHolidays && holidays.contains(date.description)
        return Point(
            instant: instant, date: date,
            isOpen: isWithin && !isHoliday && !given.closures.contains(date.description), isPaused: isPaused(instant))
    }

    func answer() -> Answer {
        let count = Int64(Self.days) * 288
        let points = (0..<count).map { point(given.start + .milliseconds($0 * Self.grid)) }
        let lastPause = given.pauses.filter { $0.to == nil }.map { max($0.from, given.start) }.min()
        let due: Instant? =
            switch given.term {
            case .hours(let count): end(of: points.filter { !$0.isPaused }, hours: count)
            case .workingHours(let count): end(of: points.filter { $0.isOpen && !$0.isPaused }, hours: count)
            case .workingDays(let count): close(of: points, days: count)
            }
        if let due, lastPause.map({ due <= $0 }) ?? true { return .deadline(.due(due)) }
        guard lastPause != nil else { return .later }
        return .deadline(.paused(since: stillPausedSince()))
    }

    /// The beginning of the pause that is not over, together with those that lead up to it without a gap.
    private func stillPausedSince() -> Instant {
        var since = given.pauses.filter { $0.to == nil }.map(\.from).min() ?? given.start
        while let earlier = given.pauses.first(where: { $0.from < since && ($0.to.map { $0 >= since } ?? true) }) {
            since = earlier.from
        }
        return max(since, given.start)
    }

    private func end(of counted: [Point], hours: Int) -> Instant? {
        let need = hours * 12
        return counted.count >= need ? counted[need - 1].instant + .milliseconds(Self.grid) : nil
    }

    private func close(of points: [Point], days: Int) -> Instant? {
        var counted = 0
        var dates: [LocalDate] = []
        var open: [LocalDate: [Point]] = [:]
        for point in points where point.isOpen && point.date > zone.local(given.start).date {
            if open[point.date] == nil { dates.append(point.date) }
            open[point.date, default: []].append(point)
        }
        // The last day may be cut off.
        for date in dates.dropLast() {
            let day = open[date] ?? []
            guard let last = day.last else { continue }
            let close = last.instant + .milliseconds(Self.grid)
            if counted < days, day.contains(where: { !$0.isPaused }) { counted += 1 }
            if counted == days, !isPausedAtClose(close) { return close }
        }
        return nil
    }
}

/// Makes cases, the same ones from the same seed.
struct CaseGenerator {
    private var numbers: SplitMix64

    init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(numbers.next() % UInt64(range.count))
    }

    private mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }
    private mutating func pick<T>(_ choices: [T]) -> T { choices[number(0...choices.count - 1)] }

    /// Around a change of the clocks, a holiday or any day of the years of the right values.
    private mutating func start() -> Instant {
        let days = [
            "2027-03-28", "2027-10-31", "2028-03-26", "2028-10-29", "2027-03-26", "2027-05-01", "2027-12-23",
            "2028-02-28", "2028-04-12", "2028-12-24", "2027-04-03", "2027-11-06", "2027-03-13",
        ]
        let day = LocalDate(pick(days)).map { chance(75) ? $0 : LocalDate(daysSinceEpoch: 20_820 + number(0...700)) }
        let noon = Instant(milliseconds: Int64(day?.daysSinceEpoch ?? 20_820) * 86_400_000)
        return noon - .days(number(0...6)) + .minutes(5 * number(0...287))
    }

    private mutating func openings() -> [(start: Int, end: Int)] {
        let shapes: [[(start: Int, end: Int)]] = [
            [(480, 720), (810, 1050)], [(540, 720)], [(0, 1440)], [(1320, 1440)], [(0, 360), (1320, 1440)],
            [(60, 150)], [(150, 240)], [(125, 130), (135, 175)], [(0, 5)], [(780, 1440)], [(600, 605)],
            [(0, 30), (45, 75), (120, 180)],
        ]
        return pick(shapes)
    }

    mutating func next() -> Reference.Case {
        var made = Reference.Case()
        made.zone = pick([
            "Europe/Paris", "Europe/Paris", "Europe/Paris", "America/Miquelon", "Australia/Lord_Howe", "America/Havana",
            "Indian/Reunion", "Africa/Casablanca", "Asia/Beirut",
        ])
        let usual = openings()
        for weekday in Weekday.allCases where chance(70) { made.hours[weekday] = chance(80) ? usual : openings() }
        made.start = start()
        made.worksOnHolidays = chance(20)
        made.isAlsace = chance(30)
        let day = LocalDate(daysSinceEpoch: Int(made.start.milliseconds / 86_400_000))
        for _ in 0..<pick([0, 0, 1, 3, 6]) { made.closures.insert(day.adding(days: number(-1...14)).description) }
        made.term = pick([
            .hours(number(1...72)), .workingHours(number(1...30)), .workingDays(number(1...8)),
            .workingDays(number(1...3)),
        ])
        for _ in 0..<pick([0, 1, 1, 2, 3, 5]) {
            let from = made.start + .minutes(5 * number(-300...2500))
            let length = pick([number(0...12), number(1...300), number(288...1500)])
            made.pauses.append((from, chance(6) ? nil : from + .minutes(5 * length)))
        }
        return made
    }
}
