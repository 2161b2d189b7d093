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
