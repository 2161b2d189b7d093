import ConciergeEngine
import ConciergeKit
import Glibc
import Testing

@testable import CrashGuard

@Suite("The attribution of a crash")
struct CrashAnalysisTests {
    private let now = Instant("2026-11-23T08:00:00Z")!
    private let boot: Int64 = 1_700_000_000
    private let rule = CrashReport.Mark(
        slot: CrashReport.engine,
        location: CodeLocation(.rule, provider: "toy", owner: "toy.loan", subject: "88JND-KZZ01", event: "lend"),
        since: 0)
    private let first = CrashReport.Mark(
        slot: 4,
        location: CodeLocation(.handler, provider: "toy", owner: "toy.clean", subject: "A", event: "attempt 1"),
        since: 0
    )
    private let second = CrashReport.Mark(
        slot: 9,
        location: CodeLocation(.handler, provider: "toy", owner: "toy.clean", subject: "B", event: "attempt 1"),
        since: 0
    )
    private let other = CrashReport.Mark(
        slot: 12,
        location: CodeLocation(.handler, provider: "bus", owner: "bus.wash", subject: "C", event: "attempt 2"),
        since: 0
    )

    private func report(_ marks: [CrashReport.Mark], _ death: CrashReport.Death? = nil) -> CrashReport {
        CrashReport(life: 0xAB, boot: boot, isRunning: true, unmarked: 0, death: death, marks: marks)
    }

    private func death(
        _ thread: CrashReport.Thread, _ signal: Int32 = SIGILL, isFromOutside: Bool = false
    ) -> CrashReport.Death {
        .init(
            signal: signal, isFromOutside: isFromOutside, thread: thread, wall: now.milliseconds - 2000, monotonic: 0)
    }

    private func analysis(_ report: CrashReport) -> CrashAnalysis { CrashAnalysis(report, now: now, boot: boot) }

    @Test("Only the slot that the crashing thread worked in is blamed, with the time of the crash")
    func thread() throws {
        let crashes = analysis(report([rule, first, second], death(.slot(9)))).crashes
        let crash = try #require(crashes.first)
        #expect(crashes.count == 1)
        #expect(crash.place == second.location)
        #expect(crash.cause == .signal("SIGILL"))
        #expect(crash.at == now - .seconds(2))
        #expect(crash.id == "ab-9")
        #expect(crash.countsAgainstProvider)
    }

    @Test("A crash of the daemon's own thread outside provider code is attributed to no provider")
    func own() {
        let analysis = analysis(report([first], death(.own)))
        #expect(analysis.crashes.isEmpty)
        #expect(analysis.words != nil)
    }

    @Test("An unknown thread makes all handlers suspects, never the rule, and counts once against their provider")
    func unknown() {
        let crashes = analysis(report([rule, first, second], death(.unknown, SIGSEGV))).crashes
        #expect(crashes.map(\.place) == [first.location, second.location])
        #expect(crashes.map(\.suspects) == [2, 2])
        #expect(crashes.map(\.countsAgainstProvider) == [true, false])
    }

    @Test("Suspects of two providers count against neither provider")
    func unknownProvider() {
        let crashes = analysis(report([first, other], death(.unknown))).crashes
        #expect(crashes.map(\.countsAgainstProvider) == [false, false])
    }

    @Test("If a handler ran without a slot, nothing is suspected")
    func unmarked() {
        var report = report([first], death(.unknown))
        report.unmarked = 1
        #expect(analysis(report).crashes.isEmpty)
    }

    @Test("A signal from outside blames the rule that was running, whatever thread it interrupted, and no handler")
    func outside() {
        for thread in [CrashReport.Thread.unknown, .own, .slot(4)] {
            let crashes = analysis(report([rule, first], death(thread, SIGABRT, isFromOutside: true))).crashes
            #expect(crashes.map(\.place) == [rule.location])
            #expect(crashes.first?.cause == .aborted)
        }
        #expect(analysis(report([first], death(.unknown, SIGABRT, isFromOutside: true))).crashes.isEmpty)
    }

    @Test("The analysis reports how long a rule had run when the watchdog ended it")
    func howLong() {
        let death = CrashReport.Death(
            signal: SIGABRT, isFromOutside: true, thread: .unknown, wall: now.milliseconds, monotonic: 31_000_000_000)
        #expect(analysis(report([rule], death)).words?.contains("31 s after a rule had begun") == true)
        #expect(analysis(report([], death)).words?.contains("rule") == false)
    }

    @Test("A kill counts against the request whose rule was running, never against a provider or a handler")
    func killed() throws {
        let crashes = analysis(report([rule, first])).crashes
        #expect(crashes.map(\.place) == [rule.location])
        #expect(crashes.first?.cause == .killed)
        #expect(crashes.first?.countsAgainstProvider == false)
    }

    @Test("A report from another boot is ignored unless it records a signal")
    func otherBoot() {
        #expect(CrashAnalysis(report([rule]), now: now, boot: boot + 3600).crashes.isEmpty)
        #expect(CrashAnalysis(report([rule], death(.slot(0))), now: now, boot: boot + 3600).crashes.count == 1)
        #expect(CrashAnalysis(report([rule]), now: now, boot: boot + 1).crashes.count == 1)
    }

    @Test("A life that stopped in order counts no crash, whatever was still marked")
    func stopped() {
        var report = report([rule, first], death(.slot(0)))
        report.isRunning = false
        #expect(analysis(report).crashes.isEmpty)
        #expect(analysis(report).words == nil)
    }

    @Test("An impossible crash time is replaced by the current time")
    func badClock() {
        for wall in [Int64.min, -1, now.milliseconds + 1, .max] {
            let death = CrashReport.Death(
                signal: SIGILL, isFromOutside: false, thread: .slot(0), wall: wall, monotonic: 0)
            #expect(analysis(report([rule], death)).crashes.map(\.at) == [now])
        }
    }
}
