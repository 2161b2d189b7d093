import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

@Suite("The crash policy")
struct CrashPolicyTests {
    private let policy = CrashPolicy()
    private let now = Bench.start

    private func crash(_ place: CodeLocation, countsAgainstProvider: Bool = true) -> Crash {
        Crash(
            id: "1", at: now, cause: .signal("SIGILL"), place: place, countsAgainstProvider: countsAgainstProvider)
    }

    private let rule = CodeLocation(
        .rule, provider: "toy", owner: "toy.loan", subject: ("R" as RequestID).description, event: "lend")

    @Test("A request or a run is quarantined at its third crash")
    func subjects() {
        let run = CodeLocation(
            .handler, provider: "toy", owner: "toy.clean", subject: ("U" as RunID).description, event: "attempt 3")
        for (place, subject) in [(rule, Quarantine.Subject.request("R")), (run, .run("U"))] {
            #expect(policy.quarantines(after: crash(place), count: 2, providerCrashes: [now]).isEmpty)
            let quarantines = policy.quarantines(after: crash(place), count: 3, providerCrashes: [now])
            #expect(
                quarantines == [
                    Quarantine(of: subject, since: now, crashes: 3, event: place.event, cause: "SIGILL")
                ])
        }
    }

    @Test("A provider is quarantined at its fifth crash within ten minutes, and not if the first of the five is older")
    func provider() {
        let opening = CodeLocation(.opening, provider: "toy", owner: "toy.loan", event: "open")
        let edge = [now, now, now, now, now - .minutes(10)]
        #expect(
            policy.quarantines(after: crash(opening), count: 0, providerCrashes: edge) == [
                Quarantine(of: .provider("toy"), since: now, crashes: 5, event: "open", cause: "SIGILL")
            ])
        let beyond = [now, now, now, now, now - .minutes(10) - .milliseconds(1)]
        #expect(policy.quarantines(after: crash(opening), count: 0, providerCrashes: beyond).isEmpty)
        #expect(policy.quarantines(after: crash(opening), count: 0, providerCrashes: Array(edge.dropLast())).isEmpty)
    }

    @Test("A crash that does not count against the provider does not quarantine it")
    func uncertain() {
        let crashes = Array(repeating: now, count: 9)
        #expect(
            policy.quarantines(
                after: crash(rule, countsAgainstProvider: false), count: 1, providerCrashes: crashes
            ).isEmpty)
    }
}
