import Foundation
import Testing

@testable import Civil

/// Compares with `systemd-analyze calendar` of the machine: the normalised form and the next five elapses.
@Suite("Calendar expressions have the same meaning as in systemd") struct ReferenceTests {
    @Test("Twenty-one thousand expressions are parsed, normalised and searched as systemd does", arguments: 0..<7)
    func generated(_ part: Int) throws {
        var generator = Generator(seed: 4_711 + UInt64(part))
        let zones = ["UTC", "utc", "Asia/Kolkata", "America/Phoenix", "Etc/GMT+5", "Mars/Olympus", "Asia/Tokyo"]
        let expressions = (0..<3_000).map { _ in generator.expression(zones: zones) }
        // These zones have no clock changes in the years that are compared; clock changes have rules of their own.
        let zone = ["UTC", "Asia/Kolkata", "Pacific/Kiritimati"][part % 3]
        let base = Int64(generator.number(1_100_000_000...2_700_000_000))
        let comparison = try Comparison(of: expressions, base: base, zone: zone)
        #expect(comparison.differing.isEmpty, "\(comparison.differing.joined(separator: "\n"))")
        // Nearly all expressions are compared completely, and most can be read.
        #expect(comparison.read > 2_100)
        #expect(comparison.refused > 300)
        #expect(comparison.excused < 120, "\(comparison.excused)")
    }

    /// systemd skips a time that falls into a gap, and does not find the second occurrence of an hour that comes twice.
    /// The comparison therefore leaves out the changes themselves; `ClockChangeTests` covers them.
    @Test(
        "In zones whose clocks change, all elapses except those at the changes are the same as systemd's",
        arguments: ["Europe/Paris", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia"])
    func changing(_ zone: String) throws {
        var generator = Generator(seed: 1_847)
        let expressions = (0..<800).map { _ in generator.expression() }
        let change = zone == "Pacific/Apia" ? 1_325_239_200 : 1_774_746_000 as Int64
        for base in [change - 40_000, change + 15_000_000] {
            let comparison = try Comparison(of: expressions, base: base, zone: zone, atChanges: false)
            #expect(comparison.differing.isEmpty, "\(comparison.differing.joined(separator: "\n"))")
            #expect(comparison.read > 560)
            #expect(comparison.excused < 40)
        }
    }

    @Test(
        "Expressions at the limits of the syntax are parsed, refused, normalised and searched as systemd does",
        arguments: ["1970-01-01", "2026-11-23", "2099-12-31", "2199-06-01"])
    func hard(_ day: String) throws {
        let date = day.split(separator: "-").compactMap { Int($0) }
        let base = Int64(LocalDate.days(year: date[0], month: date[1], day: date[2])) * 86_400 + 30_000
        let comparison = try Comparison(of: HardExpressions.all, base: base, zone: "UTC")
        #expect(comparison.differing.isEmpty, "\(comparison.differing.joined(separator: "\n"))")
        #expect(comparison.excused == 0)
    }
}

/// The comparison of two answers for each of many expressions.
struct Comparison {
    private(set) var differing: [String] = []
    private(set) var read = 0
    private(set) var refused = 0
    /// The number of expressions for which the reference is known to be wrong, and was.
    private(set) var excused = 0

    /// - Parameter atChanges: Whether elapses at a change of the zone's clocks are compared.
    init(of expressions: [String], base: Int64, zone: String, atChanges: Bool = true) throws {
        let home = try #require(Zone(zone))
        let answers = try Reference.answers(for: expressions, base: base, zone: zone)
        for (text, expected) in zip(expressions, answers) {
            let expression = try? CalendarExpression(text)
            let ours = expression.map { expression in
                let elapses = expression.elapses(after: base * 1_000_000, in: home, limit: Reference.elapses)
                return Reference.Answer.read(expression.description, elapses.map { $0 / 1_000_000 })
            }
            if (ours ?? .refused).agrees(with: expected, but: atChanges ? nil : home) {
                if ours == nil { refused += 1 } else { read += 1 }
            } else if let expression, expression.isMistakenByReference(expected, base: base, zone: home) {
                excused += 1
            } else {
                differing.append("\"\(text)\" after @\(base) in \(zone): \(ours ?? .refused), and not \(expected)")
            }
        }
    }
}

extension Reference.Answer {
    /// Whether both answers are the same, except for elapses at changes of the zone.
    fileprivate func agrees(with other: Reference.Answer, but zone: Zone?) -> Bool {
        if self == other { return true }
        guard let zone, case .read(let form, let ours) = self, case .read(form, let theirs) = other else {
            return false
        }
        // Compares up to the end of the shorter list; a list that is not full has no end.
        let ends = [ours, theirs].map { $0.count < Reference.elapses ? .max : $0[Reference.elapses - 1] }
        let end = min(ends[0], ends[1])
        let lists = [ours, theirs].map { $0.filter { $0 <= end && !zone.changes(near: $0) } }
        return lists[0] == lists[1]
    }
}

extension Zone {
    /// Whether a moment is the first instant after a gap, or in one of the two occurrences of a time that comes twice.
    fileprivate func changes(near moment: Int64) -> Bool {
        let moment = moment * 1_000_000
        let index = periods.index(at: moment)
        let period = periods[index]
        if index > 0 {
            let gap = period.start + period.offset - period.shown
            // systemd applies the times of a skipped day to the next day.
            if moment == period.start || gap >= WallTime.dayLength && moment < period.start + gap { return true }
            if moment + period.offset < period.shown { return true }
        }
        return index + 1 < periods.count
            && moment + period.offset >= periods[index + 1].start + periods[index + 1].offset
    }
}

extension CalendarExpression {
    /// Whether systemd 252 is wrong here, in one of two ways:
    ///
    /// - In a list of days that are counted from the end of the month, systemd accepts 28 for the first, but only 25
    ///   for the second, 22 for the third and so on, and refuses larger values.
    /// - Where a step leads past the end of its unit, systemd continues from the equivalent place in the next unit and
    ///   skips what comes before: of `02/19:00` it omits 02:00 after 21:00. Where clocks change there, it gives up;
    ///   later versions do not. The elapses that it returns must still be elapses here.
    fileprivate func isMistakenByReference(_ answer: Reference.Answer, base: Int64, zone: Zone) -> Bool {
        switch answer {
        case .refused:
            return countsFromEnd
                && (days.spans ?? []).enumerated().contains { index, span in
                    max(span.start, span.stop ?? 0) > 28 - 3 * index
                }
        case .givenUp:
            return hasStepPastEnd
        case .read(let form, let theirs):
            guard form == description, hasStepPastEnd else { return false }
            return theirs.allSatisfy { moment in
                next(after: moment * 1_000_000 - 1, in: zone).map { $0 / 1_000_000 } == moment
            }
        }
    }

    private var hasStepPastEnd: Bool {
        let units: [(Values, Int)] = [
            (months, 12), (days, 28), (hours, 23), (minutes, 59), (seconds, 59_999_999),
        ]
        return units.contains { values, end in
            (values.spans ?? []).contains { $0.step > 0 && ($0.stop ?? end) + $0.step > end + 1 }
        }
    }
}
