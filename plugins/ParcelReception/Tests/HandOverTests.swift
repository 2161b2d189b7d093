import ConciergeKit
import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("A parcel that somebody takes")
struct HandOverTests {
    @Test("It is handed over for its code, typed with or without spaces")
    func code() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        let code = try #require(parcel.text("code"))
        let typed = String(code.prefix(3) + " " + code.suffix(3))
        let after = try await lodge.act(parcel.id, "hand-over", ["code": .string(typed)])
        #expect(after.state == "collected")
        #expect(!after.isOpen)
        #expect(after.timers.isEmpty)
        #expect(after["collector"] == "resident")
        #expect(lodge.said(after) == ["notice:arrival"])
    }

    @Test("Who took it with the code is kept and shown, and the resident is told who and when")
    func codeAndName() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        let after = try await lodge.act(
            parcel.id, "hand-over",
            ["code": try #require(parcel["code"]), "collected_by": "M. Bernard", "proof": "carte d’identité"])
        #expect(after["collected_by"] == "M. Bernard")
        #expect(after["collector"] == "other")
        #expect(after["proof"] == "identity-card")
        #expect(
            lodge.told(after).said(in: .fr, zone: Zone("Europe/Paris"))
                .hasPrefix(
                    "Votre colis (Colissimo, n° 6A12345678901) a été remis à M. Bernard le lundi 23 novembre à 9\u{A0}h."
                ))
    }

    @Test("Without the code a proof and a real reason are needed, and the refusal says both")
    func withoutCode() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        let inputs: [[String: Scalar]] = [
            [:], ["reason": "voisin de palier, à sa demande"], ["proof": "passport"],
            ["proof": "passport", "reason": "x"], ["proof": "passport", "reason": ".........................."],
        ]
        for input in inputs {
            let words = await refusal { try await lodge.act(parcel.id, "hand-over", input) }
            #expect(words.contains("the proof seen (proof) and a reason of at least 10 letters (reason) are needed"))
        }
        #expect(lodge.request(parcel.id)?.version == parcel.version)
        let after = try await lodge.act(
            parcel.id, "hand-over",
            ["proof": "known-to-staff", "reason": "voisin de palier, à sa demande", "collected_by": "M. Bernard"])
        #expect(after.state == "collected")
        #expect(after["hand_over_reason"] == "voisin de palier, à sa demande")
        #expect(lodge.said(after).last == "notice:handed-over")
    }

    @Test("A resident who has lost the code takes the parcel with a proof, and is told so in case it was not they")
    func lostCode() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        let after = try await lodge.act(
            parcel.id, "hand-over", ["proof": "passport", "reason": "a perdu son téléphone"])
        #expect(after["collector"] == "resident")
        #expect(lodge.told(after).en.contains("was handed over to you without its code"))
    }

    @Test("A delegate by mandate needs a proof and no reason; when the mandate is over, a reason")
    func delegate() async throws {
        let lodge = try await lodge()
        try lodge.fillResidents()
        try await lodge.noteMandate(
            of: "zoe", to: "Nadia Bel", services: ["parcel.reception"], until: LocalDate("2026-11-25"))
        let first = try await lodge.takeIn("A1")
        let second = try await lodge.takeIn("A2")
        let input: [String: Scalar] = ["collected_by": "nadia bel", "proof": "identity-card"]
        #expect(try await lodge.act(first.id, "hand-over", input)["collector"] == "delegate")
        #expect(lodge.told(first).en.contains("was handed over to nadia bel"))
        try await lodge.advance(by: .days(3))
        _ = await refusal { try await lodge.act(second.id, "hand-over", input) }
        #expect(lodge.request(second.id)?.state == "held")
    }

    @Test("A wrong code is refused, even together with a proof and a reason, and the try is counted")
    func wrongCode() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        let wrong: Scalar = parcel["code"] == "000000" ? "000001" : "000000"
        for more: [String: Scalar] in [[:], ["proof": "passport", "reason": "a perdu son téléphone"]] {
            let words = await refusal {
                try await lodge.act(parcel.id, "hand-over", more.merging(["code": wrong]) { $1 })
            }
            #expect(words == "The code is not this parcel's.")
        }
        let after = try #require(lodge.request(parcel.id))
        #expect(after.state == "held")
        #expect(after.timers == parcel.timers)
        #expect(after["code_tries"] == 2)
    }

    @Test(
        "After five wrong codes no code is accepted for an hour, not even the right one, but a proof and a reason are")
    func guessed() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        let code = try #require(parcel["code"])
        for wrong in (0..<6).map({ Scalar.string("00000\($0)") }).filter({ $0 != code }).prefix(5) {
            _ = await refusal { try await lodge.act(parcel.id, "hand-over", ["code": wrong]) }
        }
        #expect(lodge.said(parcel).last == "notice:code-locked")
        let version = lodge.request(parcel.id)?.version
        let words = await refusal { try await lodge.act(parcel.id, "hand-over", ["code": code]) }
        #expect(words.hasPrefix("Too many wrong codes"))
        // Further guesses are not written to the history.
        #expect(lodge.request(parcel.id)?.version == version)
        try await lodge.advance(by: .hours(1))
        #expect(try await lodge.act(parcel.id, "hand-over", ["code": code]).state == "collected")

        let other = try await lodge.takeIn("A1")
        for _ in 0..<5 {
            _ = await refusal { try await lodge.act(other.id, "hand-over", ["code": "no"]) }
        }
        let handed = try await lodge.act(
            other.id, "hand-over", ["code": "no", "proof": "passport", "reason": "a perdu son téléphone"])
        #expect(handed.state == "collected")
    }

    @Test("The code is sent again on request, and stays the same")
    func again() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        let code = try #require(parcel.text("code"))
        let after = try await lodge.act(parcel.id, "send-code-again")
        #expect(after.text("code") == code)
        #expect(lodge.told(parcel).en.contains("again (Colissimo, no. 6A12345678901): \(code)."))
    }
}

@Suite("A parcel that was handed over by mistake")
struct UndoneTests {
    @Test("Taken back, it is held on its shelf again, with its code and its timers")
    func handOver() async throws {
        let lodge = try await lodge(#"{"shelves": {"A3": 1}}"#)
        let parcel = try await lodge.takeIn("A1", ["shelf": "A3"])
        let code = try #require(parcel["code"])
        try await lodge.act(parcel.id, "hand-over", ["code": code, "collected_by": "M. Bernard"])
        let undone = try await lodge.undo(parcel.id)
        #expect(undone.state == "held")
        #expect(undone["shelf"] == "A3")
        #expect(undone["collected_by"] == nil)
        #expect(undone.timers == parcel.timers)
        _ = await refusal { try await lodge.takeIn("A2", ["shelf": "A3"]) }
        #expect(try await lodge.act(parcel.id, "hand-over", ["code": code]).state == "collected")
    }
}
