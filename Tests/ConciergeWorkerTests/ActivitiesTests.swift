import JSON
import Testing
import Wording

@testable import ConciergeWorker

@Suite("What a worker executes, over its connections")
struct ActivitiesTests {
    private let first = Activities.Key(run: "R1", attempt: 1)
    private let second = Activities.Key(run: "R1", attempt: 2)
    private let done = WorkOutcome.succeeded(answer: nil, words: Text(fr: "fait", en: "done"))

    private func begun(_ acceptance: Activities.Acceptance) throws -> Int {
        guard case .begin(let number) = acceptance else {
            Issue.record("\(acceptance)")
            return 0
        }
        return number
    }

    @Test("An outcome is reported for its attempt while the connection lasts")
    func reported() throws {
        var activities = Activities()
        let number = try begun(activities.accept(first, in: "a"))
        #expect(activities.key(of: number, in: "a") == first)
        #expect(activities.isBusy(in: "a"))
        #expect(activities.end(number, done, in: "a") == first)
        activities.forget(first)
        #expect(!activities.isBusy(in: "a"))
    }

    @Test("A run that comes back over another connection is not executed again while it is under way")
    func adopted() throws {
        var activities = Activities()
        let number = try begun(activities.accept(first, in: "a"))
        #expect(activities.key(of: number, in: "b") == nil)
        guard case .goesOn = activities.accept(second, in: "b") else {
            Issue.record("it is executed again")
            return
        }
        #expect(activities.key(of: number, in: "b") == second)
        #expect(activities.end(number, done, in: "b") == second)
    }

    @Test("An outcome that could not be reported is kept for when the run comes back")
    func kept() throws {
        var activities = Activities()
        let number = try begun(activities.accept(first, in: "a"))
        #expect(activities.end(number, done, in: nil) == nil)
        #expect(!activities.isBusy(in: "b"))
        guard case .wasDone(.succeeded) = activities.accept(second, in: "b") else {
            Issue.record("it is executed again")
            return
        }
    }

    @Test("A retry is executed, beside the attempt that was stopped and has not ended")
    func stopped() throws {
        var activities = Activities()
        let number = try begun(activities.accept(first, in: "a"))
        _ = activities.stop(first)
        let again = try begun(activities.accept(second, in: "a"))
        #expect(again != number)
        // Also over another connection, because the work that was stopped counts for nothing.
        _ = activities.stop(second)
        _ = try begun(activities.accept(.init(run: "R1", attempt: 3), in: "b"))
        #expect(activities.end(number, done, in: "b") == nil)
    }
}
