import ConciergeKit
import Testing

@testable import ParcelReception

@Suite("The number on a parcel's label")
struct TrackingNumberTests {
    @Test(
        "A UPU S10 number with the right check digit is recognized",
        arguments: [
            "RB123456785GB", "EB000717618HK", "EE471108151FR",
        ])
    func validS10(text: String) throws {
        let number = try TrackingNumber(text)
        #expect(number.format == .upuS10)
        #expect(number.text == text)
    }

    @Test(
        "A GS1 container code is recognized with and without its application identifier",
        arguments: [
            "(00)106141412345678908", "00106141412345678908", "106141412345678908",
        ])
    func validSSCC(text: String) throws {
        let number = try TrackingNumber(text)
        #expect(number.format == .sscc)
        #expect(number.text == "106141412345678908")
    }

    @Test("A number typed with spaces and in small letters is the same number")
    func typedLoosely() throws {
        #expect(try TrackingNumber("rb 123 456 785 gb") == TrackingNumber("RB123456785GB"))
    }

    @Test(
        "A number is the same however it was typed, copied or scanned",
        arguments: [
            "\u{FEFF}RB123456785GB", "RB123\u{200B}456785GB", "RB123456785GB\u{0}", "RB1234\u{AD}56785GB",
            "ＲＢ１２３４５６７８５ＧＢ", "RB‑123‑456‑785‑GB", "RB–123—456−785GB", "]C1RB123456785GB", "\u{1D}RB123456785GB\u{1D}",
            "]C1RB123456785GB\r\n", "RB\u{A0}123\u{202F}456\u{2009}785 GB", "\u{202A}RB123456785GB\u{202C}",
            "RB١٢٣٤٥٦٧٨٥GB",
            "]d2rb123456785gb",
        ])
    func sameNumber(text: String) throws {
        #expect(try TrackingNumber(text) == TrackingNumber("RB123456785GB"))
    }

    @Test("A container code is the same with a scanner's marks and full-width brackets")
    func scannedSSCC() throws {
        for text in ["]C100106141412345678908\u{1D}", "（００）１０６１４１４１２３４５６７８９０８", "\u{1D}(00)106141412345678908"] {
            #expect(try TrackingNumber(text).text == "106141412345678908")
        }
    }

    @Test(
        "A wrong check digit is refused, and the refusal names the standard",
        arguments: [
            ("RB123456786US", "UPU S10"), ("106141412345678907", "GS1 SSCC"),
        ])
    func wrongDigit(text: String, standard: String) {
        let refusal = #expect(throws: Refusal.self) { try TrackingNumber(text) }
        #expect(refusal?.reason.en.contains("check digit") == true)
        #expect(refusal?.reason.en.contains(standard) == true)
    }

    @Test("A number with a right check digit and an unknown country is refused because of the country")
    func wrongCountry() {
        let refusal = #expect(throws: Refusal.self) { try TrackingNumber("RB123456785XX") }
        #expect(refusal?.reason.en.contains("\"XX\" is not a country") == true)
    }

    @Test(
        "A number in an unknown format is accepted as unverified",
        arguments: ["1Z999AA10123456784", "A1", "RB12345678GB"])
    func unverified(text: String) throws {
        #expect(try TrackingNumber(text).format == .unverified)
    }

    @Test(
        "An empty number, or one of more than 64 bytes, is refused",
        arguments: [
            " - ", "(00)", "]C1", "\u{1D}", String(repeating: "A", count: 65), String(repeating: "漢", count: 22),
        ])
    func outOfBounds(text: String) {
        #expect(throws: Refusal.self) { try TrackingNumber(text) }
    }

    @Test("The check digits 10 and 11 of S10 become 0 and 5")
    func foldedDigits() {
        // 8·1 + 6·6 = 44, a multiple of 11; 8·2 + 6·3 = 34, one more than a multiple.
        #expect(TrackingNumber.s10CheckDigit(of: "AA160000005FR") == 5)
        #expect(TrackingNumber.s10CheckDigit(of: "AA230000000FR") == 0)
    }
}
