import Civil
import Foundation
import Testing
import Wording
import WorkingCalendar

/// A promise with its right date, made by an implementation that walks instant by instant.
struct Vector: Decodable, Sendable, CustomTestStringConvertible {
    struct Calendar: Decodable {
        let hours: [String: [String]]
        let region: String
        let closures: [String]
        let works_on_holidays: Bool
    }

    struct GivenPause: Decodable {
        let from: String
        let to: String?
        let reason: String?
    }

    struct Change: Decodable {
        let at: String
        let promise: String
        let lowered: Bool
        let reason: String?
    }

    struct Skipped: Decodable {
        let date: String
        let because: String
    }

    let why: String
    let zone: String
    let calendar: Calendar
    let from: String
    let promise: String
    let pauses: [GivenPause]
    let pausable: Bool?
    let changes: [Change]?
    let party: String?
    let thought_done: [[String?]]?
    let outcome: String
    let due: String?
    let skipped: [Skipped]

    var testDescription: String { "\(why): \(promise) from \(from)" }

    private struct File: Decodable { let vectors: [Vector] }

    static let all: [Vector] = {
        (try? TestData.bytes("promises.json")).flatMap { try? JSONDecoder().decode(File.self, from: $0) }?.vectors ?? []
    }()

    func workingCalendar() throws -> WorkingCalendar {
        // The region of the vectors is that of a commune with Good Friday.
        try WorkingCalendar(
            try Dictionary(
                uniqueKeysWithValues: calendar.hours.map { (try #require(Weekday(rawValue: $0)), $1) }),
            zone: zone, region: calendar.region, goodFriday: calendar.region != "FR",
            worksOnHolidays: calendar.works_on_holidays, closures: calendar.closures)
    }

    func madePromise() throws -> Promise {
        let promise = try Promise(
            try Term(promise), from: try instant(from),
            pauses: try pauses.map { try pause($0.from, $0.to, $0.reason.map { Text(verbatim: $0) }) },
            isPausable: pausable ?? true,
            changes: try (changes ?? []).map { change in
                Promise.Change(
                    at: try instant(change.at), to: try Term(change.promise),
                    reasonToLower: change.lowered ? change.reason.map { Text(verbatim: $0) } : nil)
            })
        guard party == "obligation" else { return promise }
        return promise.obligation(
            thoughtDone: try (thought_done ?? []).map { times in
                (try instant(try #require(times[0])), try times[1].map(instant))
            })
    }
}

@Suite("Promises with right values")
struct VectorTests {
    @Test("Every promise of the right values is read")
    func read() {
        #expect(Vector.all.count == 120)
    }

    @Test("A promise is due when the definitions say", arguments: Vector.all)
    func due(_ vector: Vector) throws {
        let deadline = try vector.workingCalendar().deadline(of: try vector.madePromise())
        switch vector.outcome {
        case "due": #expect(deadline == .due(try instant(try #require(vector.due))))
        case "never": #expect(deadline == .never)
        case "paused":
            guard case .paused = deadline else {
                Issue.record("\(deadline)")
                return
            }
        default: Issue.record("unknown outcome \(vector.outcome)")
        }
    }

    @Test("An explanation names the holidays, closures and paused days that were skipped", arguments: Vector.all)
    func skipped(_ vector: Vector) throws {
        let explanation = try vector.workingCalendar().explain(try vector.madePromise())
        var holidays: [String] = []
        var closures = 0
        // A day that two pauses take together is named with both.
        var paused: Set<Explanation.Effect> = []
        for step in explanation.steps {
            switch step {
            case .holiday(let date, _): holidays.append(date.description)
            case .closure(_, _, let days): closures += days
            case .pause(_, _, _, let effect): paused.insert(effect)
            default: break
            }
        }
        #expect(holidays == vector.skipped.filter { $0.because == "holiday" }.map(\.date))
        #expect(closures == vector.skipped.filter { $0.because == "closure" }.count)
        let days = paused.reduce(0) { if case .days(_, _, let count) = $1 { $0 + count } else { $0 } }
        #expect(days == vector.skipped.filter { $0.because == "paused" }.count)
    }
}
