import ConciergeEngine
import ConciergeKit
import Glibc
import Testing

@testable import ConciergeDaemon

@Suite("Who is to blame for a crash")
struct AutopsyTests {
    private let now = Instant("2026-11-23T08:00:00Z")!
    private let boot: Int64 = 1_700_000_000
    private let rule = Remains.Mark(
        slot: Remains.engine,
        place: CodeLocation(.rule, provider: "toy", owner: "toy.loan", subject: "88JND-KZZ01", event: "lend"), since: 0)
    private let first = Remains.Mark(
        slot: 4, place: CodeLocation(.handler, provider: "toy", owner: "toy.clean", subject: "A", event: "attempt 1"),
        since: 0
    )
    private let second = Remains.Mark(
        slot: 9, place: CodeLocation(.handler, provider: "toy", owner: "toy.clean", subject: "B", event: "attempt 1"),
        since: 0
    )
    private let other = Remains.Mark(
        slot: 12, place: CodeLocation(.handler, provider: "bus", owner: "bus.wash", subject: "C", event: "attempt 2"),
        since: 0
    )

    private func remains(_ marks: [Remains.Mark], _ death: Remains.Death? = nil) -> Remains {
        Remains(life: 0xAB, boot: boot, isRunning: true, unmarked: 0, death: death, marks: marks)
    }

    private func death(
        _ thread: Remains.Thread, _ signal: Int32 = SIGILL, isFromOutside: Bool = false
    ) -> Remains.Death {
        .init(
            signal: signal, isFromOutside: isFromOutside, thread: thread, wall: now.milliseconds - 2000, monotonic: 0)
    }

    private func autopsy(_ remains: Remains) -> Autopsy { Autopsy(remains, now: now, boot: boot) }

    @Test("The slot that the crashing thread worked in is alone to blame, at the moment of the crash")
    func thread() throws {
        let crashes = autopsy(remains([rule, first, second], death(.slot(9)))).crashes
        let crash = try #require(crashes.first)
        #expect(crashes.count == 1)
        #expect(crash.place == second.place)
        #expect(crash.cause == .signal("SIGILL"))
        #expect(crash.at == now - .seconds(2))
        #expect(crash.id == "ab-9")
        #expect(crash.countsAgainstProvider)
    }

    @Test("A thread of the daemon's own outside provider code blames nobody")
    func own() {
        let autopsy = autopsy(remains([first], death(.own)))
        #expect(autopsy.crashes.isEmpty)
        #expect(autopsy.words != nil)
    }

    @Test("A thread that nobody knows makes suspects of all handlers, never of the rule, once for their provider")
    func unknown() {
        let crashes = autopsy(remains([rule, first, second], death(.unknown, SIGSEGV))).crashes
        #expect(crashes.map(\.place) == [first.place, second.place])
        #expect(crashes.map(\.suspects) == [2, 2])
        #expect(crashes.map(\.countsAgainstProvider) == [true, false])
    }

    @Test("Suspects of two providers count against neither of these")
    func unknownProvider() {
        let crashes = autopsy(remains([first, other], death(.unknown))).crashes
        #expect(crashes.map(\.countsAgainstProvider) == [false, false])
    }

    @Test("Where a handler had found no slot, nobody is suspected")
    func unmarked() {
        var remains = remains([first], death(.unknown))
        remains.unmarked = 1
        #expect(autopsy(remains).crashes.isEmpty)
    }

    @Test("A signal from outside blames the rule that was inside, whatever thread it interrupted, and no handler")
    func outside() {
        for thread in [Remains.Thread.unknown, .own, .slot(4)] {
            let crashes = autopsy(remains([rule, first], death(thread, SIGABRT, isFromOutside: true))).crashes
            #expect(crashes.map(\.place) == [rule.place])
            #expect(crashes.first?.cause == .aborted)
        }
        #expect(autopsy(remains([first], death(.unknown, SIGABRT, isFromOutside: true))).crashes.isEmpty)
    }

    @Test("How long a rule had been inside when the watchdog ended it is told")
    func howLong() {
        let death = Remains.Death(
            signal: SIGABRT, isFromOutside: true, thread: .unknown, wall: now.milliseconds, monotonic: 31_000_000_000)
        #expect(autopsy(remains([rule], death)).words?.contains("31 s after a rule had begun") == true)
        #expect(autopsy(remains([], death)).words?.contains("rule") == false)
    }

    @Test("A kill counts against the request whose rule was inside, never against a provider or a handler")
    func killed() throws {
        let crashes = autopsy(remains([rule, first])).crashes
        #expect(crashes.map(\.place) == [rule.place])
        #expect(crashes.first?.cause == .killed)
        #expect(crashes.first?.countsAgainstProvider == false)
    }

    @Test("What was not ended by a signal in another boot is not believed")
    func otherBoot() {
        #expect(Autopsy(remains([rule]), now: now, boot: boot + 3600).crashes.isEmpty)
        #expect(Autopsy(remains([rule], death(.slot(0))), now: now, boot: boot + 3600).crashes.count == 1)
        #expect(Autopsy(remains([rule]), now: now, boot: boot + 1).crashes.count == 1)
    }

    @Test("A life that stopped in order counts nothing, whoever was still inside")
    func stopped() {
        var remains = remains([rule, first], death(.slot(0)))
        remains.isRunning = false
        #expect(autopsy(remains).crashes.isEmpty)
        #expect(autopsy(remains).words == nil)
    }

    @Test("A moment that cannot be is taken for now")
    func badClock() {
        for wall in [Int64.min, -1, now.milliseconds + 1, .max] {
            let death = Remains.Death(
                signal: SIGILL, isFromOutside: false, thread: .slot(0), wall: wall, monotonic: 0)
            #expect(autopsy(remains([rule], death)).crashes.map(\.at) == [now])
        }
    }
}
