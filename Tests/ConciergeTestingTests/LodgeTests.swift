import ConciergeKit
import ConciergeTesting
import Testing

/// The hardships of the daemon, in a lodge.
@Suite("The lodge of tests")
struct LodgeTests {
    private let start = Instant("2026-11-23T08:00:00Z")!

    private func lodge() async throws -> Lodge {
        try await Lodge(Post.self, configuration: PostSettings(), at: start)
    }

    @Test("serves several providers")
    func several() async throws {
        let lodge = Lodge(at: start)
        try await lodge.serve(Post.self)
        try await lodge.serve(DoubleBooker.self)
        #expect(try await lodge.open("post.letter", ["thing": "a"]).state == "pending")
        #expect(try await lodge.open("booker.case", ["thing": "b"]).state == "pending")
        #expect(lodge.stateDirectory(of: "post") != lodge.stateDirectory(of: "booker"))
    }

    @Test("gives the record of a request in its own type")
    func record() async throws {
        let lodge = try await lodge()
        let letter = try await lodge.open("post.letter", ["thing": "a"])
        #expect(try lodge.record(of: letter.id, as: Post.Letter.self).thing == "a")
        #expect(throws: LodgeError.notFound(letter.id)) { try lodge.record(of: letter.id, as: DoubleBooker.Case.self) }
    }

    @Test("keeps what staff note of residents, for rules to see, and throws the words of a refusal")
    func dossiers() async throws {
        let lodge = Lodge(at: start)
        try await lodge.serve(Visitor.self)
        let today = try #require(LocalDate("2026-11-23"))
        let reason = Text(fr: "« \("1") » n'est pas dans l'annuaire", en: "\"\("1")\" is not in the directory")
        await #expect(throws: LodgeError.invalid(field: "resident", reason: reason)) {
            try await lodge.noteConsent(of: "1", to: "calls")
        }
        try lodge.fillDirectory(residents: "id;name;dwelling;email\n1;Zoé;A 1;z@example.org\n")
        func seen() async throws -> String? {
            try await lodge.open("visitor.visit", resident: "1", ["thing": "a"]).text("thing")
        }
        #expect(try await seen() == "email,letter,door false false -")
        try await lodge.noteChannels([.door, .email], of: "1")
        try await lodge.noteConsent(of: "1", to: "calls", until: today)
        try await lodge.noteAbsence(of: "1")
        try await lodge.noteMandate(of: "1", to: "Léo", phone: "06 01", services: ["visitor.visit"])
        try await lodge.restart(after: .hours(1))
        #expect(try await seen() == "door,email true true Léo")
        try await lodge.noteReturn(of: "1")
        try await lodge.endMandate(of: "1", to: "leo")
        try await lodge.withdrawConsent(of: "1", to: "Calls")
        #expect(try await seen() == "door,email false false -")
    }

    @Test("holds a task: its run is under way until it is let go")
    func held() async throws {
        let lodge = try await lodge()
        lodge.hold("post.send")
        let letter = try await lodge.open("post.letter", ["thing": "a"])
        #expect(lodge.runs(of: "post.send").map(\.state) == ["running"])
        #expect(lodge.stateDirectory.file("sent") == nil)
        try await lodge.letGo("post.send")
        #expect(lodge.runs(of: "post.send").map(\.state) == ["succeeded"])
        #expect(try lodge.record(of: letter.id, as: Post.Letter.self).number == 1)
    }

    @Test("ends the attempt of a task that is held when its time limit is over, and tries it again")
    func heldTooLong() async throws {
        let lodge = try await lodge()
        lodge.hold("post.send")
        try await lodge.open("post.letter", ["thing": "a"])
        try await lodge.advance(by: .seconds(29))
        #expect(lodge.runs(of: "post.send").map(\.state) == ["running"])
        try await lodge.advance(by: .seconds(1))
        let run = try #require(lodge.runs(of: "post.send").first)
        #expect(run.state == "queued")
        #expect(run.error == "timed out after 30s")
        try await lodge.advance(by: .seconds(10))
        #expect(lodge.runs(of: "post.send").map(\.attempt) == [2])
    }

    @Test("fails attempts with the reasons that a test gives, then runs the handler")
    func fails() async throws {
        let lodge = try await lodge()
        lodge.plan(.fails("no stamps"), .fails("no ink"), of: "post.send")
        try await lodge.open("post.letter", ["thing": "a"])
        #expect(lodge.runs(of: "post.send").map(\.error) == ["no stamps"])
        try await lodge.advance(by: .hours(1))
        let run = try #require(lodge.runs(of: "post.send").first)
        #expect(run.state == "succeeded")
        #expect(run.attempt == 3)
    }

    @Test("executes an attempt again whose end was lost, with the same run id")
    func lost() async throws {
        let lodge = try await lodge()
        lodge.plan(.isLost, of: "post.send")
        let letter = try await lodge.open("post.letter", ["thing": "a"])
        let run = try #require(lodge.runs(of: "post.send").first)
        #expect(run.state == "succeeded")
        #expect(run.attempt == 2)
        #expect(lodge.stateDirectory.file("begun") == "\(run.id) \(run.id) ")
        #expect(lodge.stateDirectory.file("sent") == "\(run.id) \(run.id) ")
        #expect(try lodge.record(of: letter.id, as: Post.Letter.self).number == 1)
    }

    @Test("kills a handler where it waits: what it did stays, and the rest is not executed")
    func killed() async throws {
        let lodge = try await lodge()
        lodge.plan(.isKilled(at: 1), of: "post.send")
        try await lodge.open("post.letter", ["thing": "a"])
        let run = try #require(lodge.runs(of: "post.send").first)
        #expect(run.attempt == 2)
        #expect(lodge.stateDirectory.file("begun") == "\(run.id) \(run.id) ")
        #expect(lodge.stateDirectory.file("sent") == "\(run.id) ")
    }

    @Test("cancels a handler whose time limit expires where it waits, and the attempt has failed")
    func timesOut() async throws {
        let lodge = try await lodge()
        lodge.plan(.timesOut(at: 1), of: "post.send")
        try await lodge.open("post.letter", ["thing": "a"])
        let run = try #require(lodge.runs(of: "post.send").first)
        #expect(run.error == "timed out after 30s")
        #expect(lodge.stateDirectory.file("sent") == nil)
        #expect(lodge.log.map(\.text) == ["cancelled"])
        #expect(lodge.log.first?.task == "post.send")
    }

    @Test("fires late, once, what became due while the daemon was down")
    func lateTimers() async throws {
        let lodge = try await lodge()
        let letter = try await lodge.open("post.letter", ["thing": "a"])
        try await lodge.restart(after: .days(2))
        #expect(lodge.now == start + .days(2))
        let fired = lodge.history(letter.id).filter { $0.event == "timer:later" }
        #expect(fired.count == 1)
        #expect(try lodge.record(of: letter.id, as: Post.Letter.self).due == start + .days(2))
    }

    @Test("continues with another configuration after a restart")
    func configured() async throws {
        let lodge = try await lodge()
        let before = try await lodge.open("post.letter", ["thing": "a"])
        try await lodge.restart(Post.self, configuration: PostSettings { $0.patience = .hours(3) })
        let after = try await lodge.open("post.letter", ["thing": "b"])
        #expect(before.timers["later"] == start + .days(1))
        #expect(after.timers["later"] == start + .hours(3))
        #expect(lodge.request(before.id)?.timers["later"] == start + .days(1))
    }

    @Test("fails with an error that names the rule if a rule does not return")
    func hungRule() async throws {
        let lodge = try await lodge()
        lodge.limit = .milliseconds(200)
        await #expect(
            throws: LodgeError.broken(reason: "the rule of \"open\" of post.letter has not returned within 200 ms")
        ) {
            try await lodge.open("post.letter", ["thing": "endless"])
        }
    }

    @Test("fails with an error that names the task if a handler waits for what never comes")
    func hungHandler() async throws {
        let lodge = try await lodge()
        lodge.limit = .milliseconds(200)
        let error = await #expect(throws: LodgeError.self) {
            try await lodge.open("post.letter", ["thing": "unanswered"])
        }
        guard case .broken(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("the handler of post.send has not returned within 200 ms"))
    }

    @Test("tells of a timer's mistake after all else that is due, and keeps it among the faults")
    func faults() async throws {
        let lodge = Lodge(at: start)
        try await lodge.serve(PunctualTimer.self)
        let punctual = try await lodge.open("punctual.case", ["thing": "a"])
        await #expect(throws: LodgeError.self) { try await lodge.restart(after: .days(1)) }
        #expect(lodge.faults.count == 1)
        #expect(lodge.faults.first?.hasPrefix("timer:later:") == true)
        #expect(lodge.request(punctual.id)?.state == "pending")
        #expect(try await lodge.act(punctual.id, "go").isOpen == false)
    }
}
