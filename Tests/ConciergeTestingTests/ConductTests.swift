import ConciergeKit
import ConciergeTesting
import Testing

/// Each naughty provider breaks one rule, and the walk names the rule and the line that breaks it.
@Suite("The check of conduct")
struct ConductTests {
    private func findings<P: ToyProvider>(
        of provider: P.Type, inputs: [String: [[String: Scalar]]] = [:], stored: [String: [StoredSample]] = [:],
        exclusive: [Exclusive] = []
    ) async throws -> [String] {
        do {
            try await checkConduct(
                of: provider, seeds: 1...2, steps: 60, inputs: { _ in inputs }, stored: stored, exclusive: exclusive)
            return []
        } catch let error as ConductFindings {
            return error.findings
        }
    }

    @Test("finds a rule that reads a clock")
    func clock() async throws {
        let found = try await findings(of: ClockReader.self)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("clock.case: open: the rule gives another result") == true)
        #expect(found.first?.contains("its record differs in \"number\"") == true)
    }

    @Test("finds a rule that draws chance")
    func chance() async throws {
        let found = try await findings(of: ChanceDrawer.self)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("chance.case: go from pending: the rule gives another result") == true)
    }

    @Test("finds a rule that keeps state")
    func state() async throws {
        let found = try await findings(of: StateKeeper.self)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("state.case: open: the rule gives another result") == true)
    }

    @Test("finds a rule that takes more than 10 ms")
    func slow() async throws {
        #expect(
            try await findings(of: SlowRule.self) == [
                "slow.case: the rule of \"go\" takes more than 10 ms: all callers wait for it; compute less, or have a "
                    + "task do it"
            ])
    }

    @Test("finds a timer that breaks when it is a day late")
    func late() async throws {
        let found = try await findings(of: PunctualTimer.self)
        #expect(
            found.contains { $0.hasPrefix("punctual.case: timer:later from pending") && $0.hasSuffix("(a day late)") })
    }

    @Test("finds a handler that does its work once more in a second attempt")
    func appends() async throws {
        let found = try await findings(of: Appender.self)
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("appender.write: a second attempt of the same run leaves another \"log\"") == true)
    }

    @Test("finds a handler that leaves half a file when it is cut off")
    func half() async throws {
        let found = try await findings(of: HalfWriter.self)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.hasPrefix("half.write: an attempt after one that was cut off leaves another") })
    }

    @Test("finds a handler whose second attempt fails")
    func once() async throws {
        let found = try await findings(of: OnceOnly.self)
        #expect(
            found.first?.hasPrefix("once.make: a second attempt of the same run fails: it is there already") == true)
    }

    @Test("finds a handler that submits its action once more in a second attempt")
    func resubmits() async throws {
        let found = try await findings(of: Resubmitter.self)
        #expect(
            found.first?.hasPrefix("again.note: a second attempt of the same run leads to other requests") == true,
            "\(found)")
    }

    @Test("finds a grade that the provider names and does not hold, with what is missing")
    func grade() async throws {
        let found = try await findings(of: Boaster.self)
        #expect(
            found == [
                "the manifest names the grade gold, and gold demands: staff can correct something that they type at the "
                    + "opening of a request. boaster.case: no line is correctable(…)",
                "the manifest names the grade gold, and gold demands: a list shows something of each request, in both "
                    + "languages, that is not the service's name. boaster.case: the headline of a request is \"toy\"",
                "the manifest names the grade gold, and gold demands: every member of a record has a title, that of a field "
                    + "or its own, or is declared hidden. boaster.case: \"due\" has no title: write shown(…) or hidden(…) "
                    + "in members",
                "the manifest names the grade gold, and gold demands: every member of a record has a title, that of a field "
                    + "or its own, or is declared hidden. boaster.case: \"number\" is not stored as a text: its title is "
                    + "that of another value",
            ])
    }

    @Test("opens requests on the signals that a service listens to, and says which grade a provider holds")
    func signals() async throws {
        let report = try await checkConduct(of: Listener.self)
        #expect((report.taken["listener.case: open:elsewhere.late"] ?? 0) > 10, "\(report.taken)")
        #expect(report.grade == .gold)
        #expect(report.missing.first?.hasPrefix("platinum demands: the walks have 1000 steps in all. There") == true)
        let longer = try await checkConduct(of: Listener.self, steps: 400)
        #expect(longer.grade == .platinum, "\(longer.missing)")
    }

    @Test("finds a rule that goes on although its claim is taken")
    func deaf() async throws {
        let found = try await findings(of: DeafRule.self)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("deaf.case: open: the rule does the same whether or not it gets") == true)
    }

    @Test("finds a timer that is started over and over")
    func storm() async throws {
        let found = try await findings(of: TimerStorm.self)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("storm.case: a storm:") == true)
    }

    @Test("finds a run that its own end begins again, over and over")
    func runStorm() async throws {
        let found = try await findings(of: RunStorm.self)
        #expect(
            found == [
                "spin.spin: a storm: the end of a run begins the task again, 100 times without the clock moving on"
            ])
    }

    @Test("finds a request to which nothing can happen any more")
    func stuck() async throws {
        let found = try await findings(of: Forgetful.self)
        #expect(found.first?.hasPrefix("forgetful.case: a request in the state \"limbo\" is stuck") == true)
    }

    @Test("finds the resident's name in a notice's name, a log line and a failure")
    func gossip() async throws {
        let found = try await findings(of: Gossip.self)
        #expect(found.count == 3)
        for what in [
            "gossip.case: the name of a notice", "gossip.tell: a log line", "gossip.tell: the reason of a failure",
        ] {
            #expect(found.contains { $0.hasPrefix("\(what) has the resident's name") })
        }
    }

    @Test("finds an upgrade that fails for one state")
    func upgrade() async throws {
        let samples = [
            StoredSample(version: 1, state: "pending", record: #"{"thing":"saw"}"#),
            StoredSample(
                version: 2, state: "pending", record: #"{"thing":"saw","number":0,"due":"2026-11-23T08:00:00Z"}"#),
        ]
        let found = try await findings(of: BadUpgrade.self, stored: ["upgrade.case": samples])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("upgrade.case: version 1 in the state \"lost\" cannot be read") == true)
    }

    @Test("finds two requests that have what is exclusive")
    func doubleBooking() async throws {
        let found = try await findings(
            of: DoubleBooker.self, exclusive: [Exclusive(DoubleBooker.Case.self) { $0.thing }])
        #expect(found.first == "booker.case: two open requests both have \"saw\", which is exclusive: claim it")
    }

    @Test("names a line that was never taken, why, and what to do; an input of the author's takes it")
    func neverTaken() async throws {
        let found = try await findings(of: Refuser.self)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("refuser.case: check from pending: the line was never taken") == true)
        #expect(found.first?.contains("That number is wrong.") == true)
        try await checkConduct(of: Refuser.self, inputs: { _ in ["refuser.case check": [["number": "4711"]]] })
        try await checkConduct(of: Refuser.self, except: ["refuser.case: check from pending"])
    }

    @Test("refuses names that mean nothing, and says what there is")
    func names() async throws {
        let found = try await findings(of: Refuser.self, inputs: ["refuser.case chekc": []])
        #expect(
            found == [
                "inputs: \"refuser.case chekc\" is not known; there are: refuser.case; refuser.case ask; "
                    + "refuser.case check; refuser.case go"
            ])
    }

    @Test("walks the same way for the same seeds")
    func deterministic() async throws {
        let reports = [
            try await checkConduct(of: DoubleBooker.self, seeds: 5...6),
            try await checkConduct(of: DoubleBooker.self, seeds: 5...6),
        ]
        #expect(reports[0] == reports[1])
        #expect(reports[0].steps > 150)
    }
}
