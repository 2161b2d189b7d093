import ConciergeKit
import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("A parcel that arrives")
struct ArrivalTests {
    @Test("It is held, and its resident receives the code, the parcel, the last day and who may come")
    func arrival() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn("6a1234 5678901", ["shelf": "A3"])
        #expect(parcel.state == "held")
        #expect(parcel["tracking"] == "6A12345678901")
        #expect(parcel["carrier"] == "Colissimo")
        let code = try #require(parcel.text("code"))
        #expect(code.count == 6)
        #expect(
            lodge.told(parcel).en
                == """
                A parcel is waiting for you at the lodge: Colissimo, no. 6A12345678901. Collection code: \(code). \
                The last day to collect it is Monday 7 December. Somebody else may come in your place with this code.
                """)
        #expect(lodge.told(parcel).fr.contains("Dernier jour pour le retirer\u{A0}: le lundi 7 décembre."))
    }

    @Test("A resident of the directory reads their name, which lodge has the parcel, and its number")
    func lodgeOfResidence() async throws {
        let lodge = try await lodge()
        try lodge.fillResidents()
        let parcel = try await lodge.takeIn()
        let words = lodge.told(parcel).en
        #expect(words.contains("at the lodge (Les Tilleuls): Colissimo, no. 6A12345678901."))
        #expect(words.contains("Any questions? Call 03 87 00 00 00."))
    }

    @Test("A parcel is for somebody")
    func withoutResident() async throws {
        let lodge = try await lodge()
        await #expect(throws: LodgeError.self) {
            try await lodge.open("parcel.reception", ["tracking": "6A12345678901"])
        }
        await #expect(throws: LodgeError.self) { try await lodge.takeIn("6A12345678901", for: "   ") }
    }

    @Test("A number with a wrong check is asked for again, and taken in with a reason")
    func wrongCheck() async throws {
        let lodge = try await lodge()
        let words = await refusal { try await lodge.takeIn("RB123456786US") }
        #expect(
            words
                == "RB123456786US: the check digit is wrong (UPU S10). Read the label again; if that is what it says, add a reason (reason=…)."
        )
        let parcel = try await lodge.takeIn("RB123456786US", ["reason": "étiquette froissée"])
        #expect(parcel.state == "held")
        #expect(parcel["format"] == "check-failed")
        #expect(parcel["number_reason"] == "étiquette froissée")
    }

    @Test("A reason that nobody needs is not kept")
    func needlessReason() async throws {
        let parcel = try await lodge().takeIn("RB123456785GB", ["reason": "on ne sait jamais"])
        #expect(parcel["number_reason"] == nil)
        #expect(parcel["format"] == "upu-s10")
    }

    @Test("What has no number gets one of the lodge, each its own")
    func withoutNumber() async throws {
        let lodge = try await lodge()
        var numbers: Set<String> = []
        for _ in 0..<30 {
            let flowers = try await lodge.takeIn(nil, ["carrier": "coursier", "sender": "Fleurs Martin"])
            let number = try #require(flowers.text("tracking"))
            #expect(number.hasPrefix("LOGE-"))
            numbers.insert(number)
            #expect(lodge.told(flowers).en.contains("coursier, Fleurs Martin, no. \(number)"))
        }
        #expect(numbers.count == 30)
    }

    @Test("One carton is one parcel, however it is typed or scanned, and the refusal names the request that has it")
    func sameNumber() async throws {
        let lodge = try await lodge()
        try lodge.fillResidents()
        let first = try await lodge.takeIn("(00)106141412345678908", ["shelf": "A3"])
        for text in ["106141412345678908", "]C100106141412345678908\u{1D}\r\n", "00 1 0614141 2345678908"] {
            let words = await refusal { try await lodge.takeIn(text, for: "luc") }
            #expect(
                words
                    == "Parcel 106141412345678908 is already held here: for Zoé Martin, shelf A3 (request \(first.id))."
            )
        }
        try await lodge.act(first.id, "return", ["reason": "damaged"])
        #expect(try await lodge.takeIn("106141412345678908").state == "held")
    }

    @Test("The carrier is what staff say; else candidates are shown as a question")
    func carriers() async throws {
        let lodge = try await lodge()
        let typed = try await lodge.takeIn("3318810025", ["carrier": "dhl express"])
        #expect(typed["carrier"] == "DHL")
        let open = try await lodge.takeIn("0998 1234 5678 90")
        #expect(open["carrier"] == nil)
        let reception = Reception(settings: ParcelSettings(), zone: .utc)
        let record = try lodge.record(of: open.id, as: Reception.self)
        #expect(reception.headline(record).fr == "09981234567890 · DPD ou DHL\u{202F}?")
    }

    @Test("The shelf, the carrier, the sender and the number are corrected")
    func corrections() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn("A1", ["shelf": "A3"])
        let corrected = try await lodge.correct(
            parcel.id, ["shelf": "B2", "carrier": "colissimo", "sender": "Maman", "tracking": "6A12345678901"])
        #expect(corrected["shelf"] == "B2")
        #expect(corrected["carrier"] == "Colissimo")
        #expect(corrected["tracking"] == "6A12345678901")
        #expect(try await lodge.takeIn("A1").state == "held")
        #expect(await refusal { try await lodge.takeIn("6A12345678901") }.contains(parcel.id))
        #expect(await refusal { try await lodge.correct(parcel.id, ["tracking": "A1"]) }.contains("already held here"))
        #expect(
            await refusal { try await lodge.correct(parcel.id, ["tracking": "RB123456786US"]) }
                .contains("the check digit is wrong"))
    }

    @Test("A parcel that has gone can be corrected, and holds nothing for that")
    func correctedWhenGone() async throws {
        let lodge = try await lodge(#"{"shelves": {"A3": 1}}"#)
        let parcel = try await lodge.takeIn("A1", ["shelf": "A3"])
        try await lodge.act(parcel.id, "return", ["reason": "unknown"])
        #expect(try await lodge.correct(parcel.id, ["tracking": "A2"])["tracking"] == "A2")
        #expect(try await lodge.takeIn("A2", ["shelf": "A3"]).state == "held")
    }
}
