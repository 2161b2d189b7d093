import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import ParcelReception

@Suite("A parcel in the lodge")
struct ReceptionTests {
    private let start = Instant("2026-11-23T08:00:00Z")!

    private func lodge(_ configuration: String = "{}") async throws -> Lodge {
        try await Lodge(
            ParcelReception.self, configuration: try ParcelSettings(json: configuration), at: start,
            zone: try #require(Zone("Europe/Paris")))
    }

    @Test("An arrived parcel is held, and its resident receives the code")
    func arrival() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.open(
            "parcel.reception", resident: "apt-12", ["tracking": "RB123456785GB", "shelf": "A3"])
        #expect(parcel.state == "held")
        #expect(parcel["format"] == "upu-s10")
        #expect(parcel.actions == ["hand-over", "return"])
        #expect(parcel.timers == ["remind": start + .days(3), "retention": start + .days(14)])
        let code = try #require(parcel.text("code"))
        #expect(code.count == 6)
        #expect(lodge.notices(parcel.id).last?.en.contains(code) == true)
    }

    @Test("A resident of the directory is told which lodge has the parcel")
    func lodgeOfResidence() async throws {
        let lodge = try await lodge()
        try lodge.fillDirectory(
            residents: "id;name;dwelling;residence\n1;Zoé;B 204;Les Tilleuls\n2;Luc;A 1;Elsewhere\n",
            residences: "id;name;zone;phone\nT-1;Les Tilleuls;Europe/Paris;03 87 00 00 00\n")
        func told(_ resident: String, _ number: String) async throws -> String? {
            let parcel = try await lodge.open("parcel.reception", resident: resident, ["tracking": .string(number)])
            return lodge.notices(parcel.id).last?.en
        }
        #expect(try await told("1", "RB123456785GB")?.contains("the lodge (Les Tilleuls, 03 87 00 00 00).") == true)
        #expect(try await told("2", "EB000717618HK")?.contains("the lodge. ") == true)
    }

    @Test("The shelf place and the carrier are corrected, also when the parcel is gone; the number is not")
    func corrections() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.open("parcel.reception", ["tracking": "RB123456785GB", "shelf": "A3"])
        try await lodge.correct(parcel.id, ["shelf": "B2", "carrier": "Colissimo"])
        #expect(lodge.request(parcel.id)?.text("shelf") == "B2")
        try await lodge.act(parcel.id, "return")
        let gone = try await lodge.correct(parcel.id, ["shelf": nil])
        #expect(gone.state == "returned")
        #expect(gone["shelf"] == nil)
        await #expect(throws: LodgeError.self) { try await lodge.correct(parcel.id, ["tracking": "X1"]) }
        #expect(lodge.history(parcel.id).map(\.event).filter { $0 == "corrected" }.count == 2)
    }

    @Test("The parcel is handed over for its code")
    func handOver() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.open("parcel.reception", ["tracking": "RB123456785GB"])
        let after = try await lodge.act(parcel.id, "hand-over", ["code": .string(try #require(parcel.text("code")))])
        #expect(after.state == "collected")
        #expect(!after.isOpen)
        #expect(after.timers.isEmpty)
        #expect(after["override_reason"] == nil)
    }

    @Test("A wrong code is refused, even together with a reason; the parcel stays held and the try is counted")
    func wrongCode() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.open("parcel.reception", ["tracking": "RB123456785GB"])
        let wrong: Scalar = parcel["code"] == "000000" ? "000001" : "000000"
        for input: [String: Scalar] in [["code": wrong], ["code": wrong, "override_reason": "knows me"], [:]] {
            let error = await #expect(throws: LodgeError.self) {
                try await lodge.act(parcel.id, "hand-over", input)
            }
            guard case .refused = error else {
                Issue.record("not a refusal: \(String(describing: error))")
                continue
            }
        }
        let after = try #require(lodge.request(parcel.id))
        #expect(after.state == "held")
        #expect(after.timers == parcel.timers)
        #expect(after["code_tries"] == 2)
        let tries = lodge.history(parcel.id).filter { $0.event == "hand-over" }
        #expect(tries.map(\.to) == ["held", "held"])
        #expect(tries.last?.note?.en == "The code is not this parcel's.")
    }

    @Test("After five wrong codes no code is accepted for an hour, not even the right one, but a reason is")
    func guessed() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.open("parcel.reception", ["tracking": "RB123456785GB"])
        let code = try #require(parcel["code"])
        func give(_ code: Scalar) async throws -> LodgeRequest {
            try await lodge.act(parcel.id, "hand-over", ["code": code])
        }
        func give(wrong count: Int) async throws {
            let codes = (0..<count + 1).map { Scalar.string("00000\($0)") }.filter { $0 != code }.prefix(count)
            for wrong in codes { await #expect(throws: LodgeError.self) { try await give(wrong) } }
        }
        try await give(wrong: 5)
        #expect(lodge.notices(parcel.id).last?.en.contains("a reason is needed now") == true)
        let version = lodge.request(parcel.id)?.version
        let error = await #expect(throws: LodgeError.self) { try await give(code) }
        guard case .refused(let words) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(words.en.hasPrefix("Too many wrong codes"))
        // Further guesses are not written to the history.
        #expect(lodge.request(parcel.id)?.version == version)
        try await lodge.advance(by: .hours(1))
        try await give(wrong: 4)
        let after = try await give(code)
        #expect(after.state == "collected")

        let other = try await lodge.open("parcel.reception", ["tracking": "EE471108151FR"])
        for _ in 0..<5 {
            await #expect(throws: LodgeError.self) { try await lodge.act(other.id, "hand-over", ["code": "no"]) }
        }
        let handed = try await lodge.act(
            other.id, "hand-over", ["code": "no", "override_reason": "identity card shown"])
        #expect(handed.state == "collected")
        #expect(handed["override_reason"] == "identity card shown")
    }

    @Test("A code typed with spaces is accepted")
    func typedCode() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.open("parcel.reception", ["tracking": "RB123456785GB"])
        let code = try #require(parcel.text("code"))
        let typed = String(code.prefix(3) + " " + code.suffix(3))
        #expect(try await lodge.act(parcel.id, "hand-over", ["code": .string(typed)]).state == "collected")
    }

    @Test("The parcel is handed over without a code for a reason, which is recorded")
    func override() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.open("parcel.reception", ["tracking": "RB123456785GB"])
        let after = try await lodge.act(parcel.id, "hand-over", ["override_reason": "nominee with identity card"])
        #expect(after.state == "collected")
        #expect(after["override_reason"] == "nominee with identity card")
    }

    @Test("A number is accepted once while the parcel is held, and again after the parcel has left")
    func sameNumber() async throws {
        let lodge = try await lodge()
        let first = try await lodge.open("parcel.reception", ["tracking": "RB123456785GB"])
        let error = await #expect(throws: LodgeError.self) {
            try await lodge.open("parcel.reception", ["tracking": "rb 123456785 gb"])
        }
        #expect(
            error
                == .refused(
                    Text(
                        fr: "Le colis RB123456785GB est déjà en loge.",
                        en: "Parcel RB123456785GB is already held here.")))
        try await lodge.act(first.id, "return")
        let again = try await lodge.open("parcel.reception", ["tracking": "RB123456785GB"])
        #expect(again.state == "held")
    }

    @Test("A number written in another way is the same parcel")
    func sameNumberOtherwise() async throws {
        let lodge = try await lodge()
        try await lodge.open("parcel.reception", ["tracking": "6A1234567É"])
        for text in [
            "6a 123‑456‑7é", "6A1234567E\u{301}", "]C16A1234567E", "６Ａ１２３４５６７Ｅ\u{1D}", "6A1234\u{200B}567E\u{0}",
        ] {
            await #expect(throws: LodgeError.self) {
                try await lodge.open("parcel.reception", ["tracking": .string(text)])
            }
        }
    }

    @Test("A mistyped number is refused and no parcel is opened")
    func mistyped() async throws {
        let lodge = try await lodge()
        await #expect(throws: LodgeError.self) {
            try await lodge.open("parcel.reception", ["tracking": "RB123456786US"])
        }
        let audit = try await lodge.trigger("parcel.shelf-audit")
        #expect(audit.data?.contains(#""held":0"#) == true)
    }

    @Test("The resident is reminded repeatedly until the holding time ends and the parcel is returned")
    func remindersAndReturn() async throws {
        let lodge = try await lodge(#"{"holding": "7 days", "remind_every": "3 days"}"#)
        let parcel = try await lodge.open("parcel.reception", ["tracking": "RB123456785GB"])
        try await lodge.advance(by: .days(3) - .seconds(1))
        #expect(lodge.request(parcel.id)?["reminders_sent"] == 0)
        try await lodge.advance(by: .seconds(1))
        #expect(lodge.request(parcel.id)?["reminders_sent"] == 1)
        try await lodge.advance(by: .days(30))
        let after = try #require(lodge.request(parcel.id))
        #expect(after["reminders_sent"] == 2)
        #expect(after.state == "returned")
        #expect(after.timers.isEmpty)
        #expect(
            lodge.history(parcel.id).map(\.event).filter { !$0.hasPrefix("notice:") } == [
                "open", "timer:remind", "timer:remind", "timer:retention", "signal:parcel.uncollected",
            ])
    }

    @Test("The audit counts the parcels that should be on each shelf")
    func audit() async throws {
        let lodge = try await lodge()
        try await lodge.open("parcel.reception", ["tracking": "A1", "shelf": "B2"])
        try await lodge.open("parcel.reception", ["tracking": "A2", "shelf": "A1"])
        try await lodge.open("parcel.reception", ["tracking": "A3", "shelf": "B2"])
        try await lodge.open("parcel.reception", ["tracking": "A4"])
        let run = try await lodge.trigger("parcel.shelf-audit")
        #expect(run.state == "succeeded")
        #expect(
            run.outcome?.en == "4\u{A0}parcels held, 1 without a shelf place; the oldest since Monday 23 November 2026."
        )
        let shelves = #""shelves":[{"parcels":1,"shelf":"A1"},{"parcels":2,"shelf":"B2"}]"#
        #expect(try sorted(try #require(run.data)).contains(shelves))
    }

    @Test("The audit is made every day at the configured wall-clock time")
    func schedule() async throws {
        let lodge = try await lodge(#"{"audit_at": "06:30"}"#)
        // 06:30 in Paris is 05:30 in UTC in winter.
        try await lodge.advance(to: Instant("2026-11-24T05:29:59Z")!)
        #expect(lodge.runs(of: "parcel.shelf-audit").isEmpty)
        try await lodge.advance(by: .days(1) + .seconds(1))
        #expect(lodge.runs(of: "parcel.shelf-audit").map(\.state) == ["succeeded", "succeeded"])
    }

    @Test("A duration of zero is refused with its key", arguments: ["holding", "remind_every"])
    func badSettings(key: String) throws {
        let error = #expect(throws: Mismatch.self) { try ParcelSettings(json: #"{"\#(key)": "0s"}"#) }
        #expect(error?.key == key)
    }

    /// The JSON with its members sorted.
    private func sorted(_ json: String) throws -> String {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return String(decoding: try JSONSerialization.data(withJSONObject: value, options: .sortedKeys), as: UTF8.self)
    }
}
