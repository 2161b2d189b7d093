import ConciergeKit
import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("A carrier's list of parcels to come")
struct AnnouncementListTests {
    @Test("Columns are found by their names in both languages, in any order, with any separator")
    func columns() throws {
        for text in [
            "numéro;locataire;transporteur\n6a 12345678901;apt-12;Colissimo\n",
            "carrier,resident,number\r\nColissimo,apt-12,6A12345678901\r\n",
            "\u{FEFF}Transporteur\tNuméro\tLocataire\nColissimo\t6A12345678901\tapt-12",
        ] {
            let list = try #require(AnnouncedParcels(written: text))
            #expect(list.lines.map(\.number.text) == ["6A12345678901"])
            #expect(list.lines.map(\.resident) == ["apt-12"])
            #expect(list.lines.map(\.carrier) == ["Colissimo"])
        }
    }

    @Test("The carrier may be missing, and columns that are not known are ignored")
    func otherColumns() throws {
        let list = try #require(AnnouncedParcels(written: "poids;number;resident\n3;A1;zoe\n4;A2;\"luc\"\n"))
        #expect(list.lines.map(\.resident) == ["zoe", "luc"])
        #expect(list.lines.allSatisfy { $0.carrier == nil })
    }

    @Test(
        "A mistake refuses the whole list, and names its line",
        arguments: [
            ("numéro;transporteur\nA1;DPD\n", "line 1: the column \"resident\" is missing"),
            ("number;resident\n", "line 1: no parcel follows"),
            ("number;resident\nA1;zoe\n;luc\n", "line 3: \"number\" is empty"),
            ("number;resident\nA1;\n", "line 2: \"resident\" is empty"),
            ("number;resident\nA1;zoe\n\nA 1;luc\n", "line 4: A1 is on line 2 already"),
            (
                "number;resident\n4,68769E+17;zoe\n",
                "line 2: Excel has shortened this number (4,68769E+17), and its digits are lost"
            ),
            ("number;resident\n\"A1;zoe\n", "line 2: a cell cannot be read"),
        ])
    func mistakes(text: String, words: String) {
        #expect(AnnouncedParcels(written: text) == nil)
        #expect(AnnouncedParcels.mistake(in: text)?.en == words)
    }

    @Test("Of many mistakes the first ones are listed and the others counted")
    func manyMistakes() {
        let text = "number;resident\n" + String(repeating: "A1;\n", count: 8)
        #expect(AnnouncedParcels.mistake(in: text)?.en.hasSuffix("; and 3\u{A0}more mistakes") == true)
    }
}

@Suite("An announced parcel")
struct AnnouncementTests {
    private let list: Scalar = "numéro;locataire;transporteur\nA1;zoe;DPD\nRB123456786US;luc;\n"

    @Test("A carrier's list opens a request for each parcel; giving it again opens none")
    func announced() async throws {
        let lodge = try await lodge()
        let held = try await lodge.takeIn("A1")
        let run = try await lodge.trigger("parcel.announce", ["parcels": list])
        #expect(run.state == "succeeded")
        #expect(run.outcome?.en == "1\u{A0}parcel announced and 1 registered already.")
        let again = try await lodge.trigger("parcel.announce", ["parcels": list])
        #expect(again.outcome?.en == "0\u{A0}parcels announced and 2 registered already.")
        try await lodge.act(held.id, "return", ["reason": "unknown"])
        let late = try await lodge.trigger("parcel.announce", ["parcels": list])
        #expect(late.outcome?.en == "0\u{A0}parcels announced and 2 registered already.")
    }

    @Test("A list with a mistake opens nothing, and the refusal names the line")
    func mistake() async throws {
        let lodge = try await lodge()
        let error = await #expect(throws: LodgeError.self) {
            try await lodge.trigger("parcel.announce", ["parcels": "number;resident\nA1;zoe\nA2;\n"])
        }
        guard case .invalid("parcels", let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.en.contains("line 3: \"resident\" is empty"))
        #expect(try await lodge.takeIn("A1").state == "held")
    }

    @Test("Its resident is told when it has arrived; taking its number in names the announcement")
    func arrived() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.announce("6A12345678901")
        #expect(parcel.state == "announced")
        #expect(lodge.said(parcel).isEmpty)
        let words = await refusal { try await lodge.takeIn("6A12345678901", for: "luc") }
        #expect(words.contains("is announced for zoe: take it in by the action \"arrive\" of \(parcel.id)"))
        let there = try await lodge.act(parcel.id, "arrive", ["shelf": "A3"])
        #expect(there.state == "held")
        #expect(there.timers["expected"] == nil)
        #expect(lodge.told(parcel).en.contains("Collection code: "))
    }

    @Test("A parcel that never comes is not expected for ever; nobody is told")
    func neverCame() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.announce("A1")
        try await lodge.advance(by: .days(16))
        #expect(lodge.request(parcel.id)?.state == "not-delivered")
        #expect(lodge.said(parcel).isEmpty)
        #expect(try await lodge.takeIn("A1").state == "held")
    }

    @Test("An announcement is cancelled, and a parcel refused at the door is not taken in")
    func cancelled() async throws {
        let lodge = try await lodge()
        let first = try await lodge.announce("A1")
        #expect(try await lodge.act(first.id, "cancel-announcement").state == "not-delivered")
        let second = try await lodge.announce("A1")
        #expect(try await lodge.act(second.id, "refuse", ["note": "colis éventré"]).state == "refused")
    }
}

extension Lodge {
    /// Announces a parcel for Zoé by a carrier's list.
    fileprivate func announce(_ number: String) async throws -> LodgeRequest {
        let run = try await trigger("parcel.announce", ["parcels": .string("number;resident\n\(number);zoe\n")])
        let id = try #require(run.data?.split(separator: "\"").first { RequestID(String($0)) != nil })
        return try #require(request(String(id)))
    }
}
