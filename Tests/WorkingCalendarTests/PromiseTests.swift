import Civil
import Testing
import Wording
import WorkingCalendar

@Suite("Promises")
struct PromiseTests {
    private let start = "2027-01-11T09:00:00Z"

    private func due(
        _ term: Term, pauses: [Promise.Pause] = [], isPausable: Bool = true, changes: [Promise.Change] = []
    ) throws
        -> Deadline
    {
        let promise = try Promise(
            term, from: try instant(start), pauses: pauses, isPausable: isPausable, changes: changes)
        return try WorkingCalendar.office().deadline(of: promise)
    }

    @Test("A pause that ends before it begins is refused, and an empty one has no effect")
    func badPause() throws {
        let (early, late) = (try instant("2027-01-12T09:00:00Z"), try instant("2027-01-12T10:00:00Z"))
        #expect(Promise.Pause(from: late, to: early) == nil)
        let empty = try #require(Promise.Pause(from: early, to: early))
        #expect(try due(.hours(48), pauses: [empty]) == due(.hours(48)))
    }

    @Test("A pause that reaches more than 100 years is refused")
    func longPause() throws {
        let pause = try pause("2027-01-12T09:00:00Z", "2200-01-01T00:00:00Z")
        #expect(throws: Promise.Mistake.pauseTooLong(pause)) { try due(.hours(1), pauses: [pause]) }
    }

    @Test("Pauses that touch or overlap are one, so that a day on which they follow one another does not count")
    func oneAfterTheOther() throws {
        let morning = try pause("2027-01-12T06:00:00Z", "2027-01-12T09:00:00Z")
        let touching = try pause("2027-01-12T09:00:00Z", "2027-01-12T16:30:00Z")
        let overlapping = try pause("2027-01-12T08:00:00Z", "2027-01-12T16:30:00Z")
        for second in [touching, overlapping] {
            #expect(try due(.workingDays(2), pauses: [second, morning]) == .due(try instant("2027-01-14T16:30:00Z")))
        }
        let late = try pause("2027-01-12T09:01:00Z", "2027-01-12T16:30:00Z")
        #expect(try due(.workingDays(2), pauses: [morning, late]) == .due(try instant("2027-01-13T16:30:00Z")))
    }

    @Test("A promise that may not be paused runs on")
    func notPausable() throws {
        let pause = try pause("2027-01-11T10:00:00Z", nil)
        #expect(try due(.hours(4), pauses: [pause], isPausable: false) == .due(try instant("2027-01-11T13:00:00Z")))
        #expect(try due(.hours(4), pauses: [pause]) == .paused(since: try instant("2027-01-11T10:00:00Z")))
    }

    @Test("A promise that is over when the last pause begins is not paused")
    func overBefore() throws {
        let pause = try pause("2027-01-11T13:00:00Z", nil)
        #expect(try due(.hours(4), pauses: [pause]) == .due(try instant("2027-01-11T13:00:00Z")))
    }

    @Test("A due moment in a pause moves to the next close that is not paused")
    func pausedAtClose() throws {
        let first = try pause("2027-01-13T15:00:00Z", "2027-01-13T16:30:00Z")
        #expect(try due(.workingDays(2), pauses: [first]) == .due(try instant("2027-01-14T16:30:00Z")))
        let justBefore = try pause("2027-01-13T15:00:00Z", "2027-01-13T16:29:00Z")
        #expect(try due(.workingDays(2), pauses: [justBefore]) == .due(try instant("2027-01-13T16:30:00Z")))
        let after = try pause("2027-01-13T16:30:00Z", "2027-01-14T16:30:00Z")
        #expect(try due(.workingDays(2), pauses: [after]) == .due(try instant("2027-01-13T16:30:00Z")))
        let open = try pause("2027-01-13T16:30:00Z", nil)
        #expect(try due(.workingDays(2), pauses: [open]) == .due(try instant("2027-01-13T16:30:00Z")))
    }

    @Test("A change of the urgency wins time only where it is lowered with a reason")
    func urgency() throws {
        let moment = try instant("2027-01-11T10:00:00Z")
        let later = Promise.Change(at: moment, to: .workingDays(5))
        let lowered = Promise.Change(
            at: moment, to: .workingDays(5), reasonToLower: Text(fr: "accord du locataire", en: "the tenant agrees"))
        #expect(try due(.hours(4), changes: [later]) == .due(try instant("2027-01-11T13:00:00Z")))
        #expect(try due(.hours(4), changes: [lowered]) == .due(try instant("2027-01-18T16:30:00Z")))
        let sooner = Promise.Change(at: moment, to: .hours(24))
        #expect(try due(.workingDays(5), changes: [sooner]) == .due(try instant("2027-01-12T09:00:00Z")))
    }

    @Test("A change of the urgency after the promise was due changes nothing, whatever its reason")
    func urgencyTooLate() throws {
        let reason = Text(fr: "accord du locataire", en: "the tenant agrees")
        func lowered(_ moment: String) throws -> Promise.Change {
            Promise.Change(at: try instant(moment), to: .workingDays(5), reasonToLower: reason)
        }
        let late = try lowered("2027-01-11T13:00:00.001Z")
        #expect(try due(.hours(4), changes: [late]) == .due(try instant("2027-01-11T13:00:00Z")))
        let inTime = try lowered("2027-01-11T13:00:00Z")
        #expect(try due(.hours(4), changes: [inTime]) == .due(try instant("2027-01-18T16:30:00Z")))
        let promise = try Promise(.hours(4), from: try instant(start), changes: [late])
        let sentences = try WorkingCalendar.office().explain(promise).sentences.map(\.en)
        #expect(sentences.contains("That comes after the promise was due: nothing changes."))
    }

    @Test("A change of the urgency keeps the pauses")
    func urgencyKeepsPauses() throws {
        let pause = try pause("2027-01-11T10:00:00Z", "2027-01-11T12:00:00Z")
        let change = Promise.Change(at: try instant("2027-01-11T11:00:00Z"), to: .hours(4))
        #expect(
            try due(.workingDays(5), pauses: [pause], changes: [change]) == .due(try instant("2027-01-11T15:00:00Z")))
    }

    @Test("Time in which the work was thought done counts for the promise and not for the obligation")
    func thoughtDone() throws {
        let promise = try Promise(.hours(4), from: try instant(start), isPausable: false)
        let obligation = promise.obligation(
            thoughtDone: [(try instant("2027-01-11T10:00:00Z"), try instant("2027-01-11T18:00:00Z"))])
        let office = try WorkingCalendar.office()
        #expect(office.deadline(of: promise) == .due(try instant("2027-01-11T13:00:00Z")))
        #expect(office.deadline(of: obligation) == .due(try instant("2027-01-11T21:00:00Z")))
    }

    @Test("What stands still is later than every date, and never is later than that")
    func order() throws {
        let deadlines = [Deadline.due(.earliest), .due(.latest), .paused(since: .earliest), .never]
        #expect(deadlines.reversed().sorted() == deadlines)
    }
}
