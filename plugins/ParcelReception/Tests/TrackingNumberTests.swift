import ConciergeKit
import Foundation
import Testing

@testable import ParcelReception

@Suite("The number on a parcel's label")
struct TrackingNumberTests {
    @Test("Every known number is read and judged as the table of numbers says", arguments: try GivenNumber.all())
    func given(_ given: GivenNumber) throws {
        let number = try #require(TrackingNumber(given.number), "\(given.why)")
        #expect(number.text == given.canonical, "\(given.why)")
        let verdict = number.verdict()
        let isAllowed = given.allowed.contains(verdict.check.outcome)
        #expect(isAllowed, "\(given.number): \(verdict.check.outcome), not \(given.expect). \(given.why)")
        // The table has the operators' names of its own; what matters is the country, which the number says.
        guard given.country == nil, given.tolerates == nil else { return }
        let candidates = verdict.candidates.filter {
            given.number.first != "0" || $0 != "DPD" || given.candidates.contains($0)
        }
        #expect(candidates.sorted() == given.candidates.sorted(), "\(given.number): \(given.why)")
    }

    @Test(
        "A number is the same however it was typed, copied or scanned",
        arguments: [
            "rb 123 456 785 gb", "\u{FEFF}RB123456785GB", "RB123\u{200B}456785GB", "RB123456785GB\u{0}",
            "RB1234\u{AD}56785GB", "ＲＢ１２３４５６７８５ＧＢ", "RB‑123‑456‑785‑GB", "RB–123—456−785GB", "]C1RB123456785GB",
            "\u{1D}RB123456785GB\u{1D}", "]C1RB123456785GB\r\n", "RB\u{A0}123\u{202F}456\u{2009}785 GB",
            "\u{202A}RB123456785GB\u{202C}", "RB١٢٣٤٥٦٧٨٥GB", "]d2rb123456785gb",
        ])
    func sameNumber(text: String) throws {
        #expect(try #require(TrackingNumber(text)).text == "RB123456785GB")
    }

    @Test(
        "A container code is one number with every application identifier, scanner's mark and what follows it",
        arguments: [
            "106141412345678908", "(00)106141412345678908", "00106141412345678908", "]C100106141412345678908\u{1D}",
            "（００）１０６１４１４１２３４５６７８９０８", "\u{1D}(00)106141412345678908", "]C1\u{1D}00106141412345678908\r\n",
            "\u{1D}001061414123456789084202590012", "]d2001061414123456789084202590012",
            "(00)106141412345678908(420)25900",
        ])
    func sameContainer(text: String) throws {
        let number = try #require(TrackingNumber(text))
        #expect(number.text == "106141412345678908")
        #expect(number.verdict().check == .sscc)
    }

    @Test(
        "A wrong check is in doubt, and the doubt names the standard",
        arguments: [
            ("RB123456786US", "UPU S10"), ("106141412345678907", "GS1 SSCC"), ("1Z1111111111111111", "UPS 1Z"),
            ("K1506235622", "UPS Waybill"), ("09980000020033D", "DPD"), ("VR344217875YP", "UPU S10"),
            ("]C100345678900123456785", "GS1 SSCC"),
        ])
    func wrongCheck(text: String, standard: String) throws {
        let verdict = try #require(TrackingNumber(text)).verdict()
        #expect(verdict.check == .failed)
        #expect(verdict.carrier == nil)
        #expect(verdict.doubt?.en.contains("the check digit is wrong (\(standard))") == true)
    }

    @Test("A number of zeros alone is in doubt, although every check of zeros is right")
    func zeros() throws {
        #expect(try #require(TrackingNumber("0000000000")).verdict().doubt?.en.contains("zeros") == true)
    }

    @Test("Digits alone with a wrong check are doubted only if the person names the carrier whose check it is")
    func digitsAlone() throws {
        let number = try #require(TrackingNumber("141568332047"))
        #expect(number.verdict().check == .unverified)
        #expect(number.verdict(carrier: "GLS").check == .unverified)
        #expect(number.verdict(carrier: "fedex express").check == .failed)
        #expect(try #require(TrackingNumber("986578788855")).verdict(carrier: "FedEx").check == .fedEx)
    }

    @Test("S10 numbers with a private country code are not verified, and the words say why")
    func privateCountry() throws {
        for text in ["VR344217874YP", "AC550032883YN"] {
            let verdict = try #require(TrackingNumber(text)).verdict()
            #expect(verdict.check == .unknownCountry)
            #expect(verdict.check.words.fr.contains("pays inconnu"))
            #expect(verdict.doubt == nil)
        }
    }

    @Test(
        "A carrier is named only where the form of the number is that carrier's alone",
        arguments: [
            ("6A12345678901", "Colissimo"), ("8r42 1234 5678 9", "Colissimo"), ("1z 999 aa1 01 2345 6784", "UPS"),
            ("tba123456789000", "Amazon"), ("7112 3456 7891 2345 6787", nil), ("LK644100128FR", "La Poste"),
            ("3318810025", nil),
            ("986578788855", nil), ("A6332370871", nil), ("12345678", nil), ("ZAB12CDE", nil), ("XY481209336FR", nil),
        ] as [(String, String?)])
    func carrier(text: String, carrier: String?) throws {
        #expect(try #require(TrackingNumber(text)).verdict().carrier == carrier)
    }

    @Test("An express number of the group La Poste may be Chronopost's or La Poste's")
    func chronopost() throws {
        #expect(try #require(TrackingNumber("XY481209336FR")).verdict().candidates == ["Chronopost", "La Poste"])
    }

    @Test("A depot number of DPD may be DPD's or DHL's, because neither has published a check for it")
    func depotNumber() throws {
        #expect(Set(try #require(TrackingNumber("0998 1234 5678 90")).verdict().candidates) == ["DHL", "DPD"])
    }

    @Test(
        "An empty number, one of more than 64 bytes, and one that a spreadsheet has shortened are refused",
        arguments: [
            " - ", "(00)", "]C1", "\u{1D}", String(repeating: "A", count: 65), String(repeating: "漢", count: 22),
            "4,68769E+17", "4.68769e+17",
        ])
    func outOfBounds(text: String) {
        #expect(TrackingNumber(text) == nil)
    }

    @Test("The refusal of a shortened number says what has happened")
    func shortened() {
        #expect(TrackingNumber.mistake(in: "4,68769E+17")?.en.contains("its digits are lost") == true)
        #expect(TrackingNumber.mistake(in: "6A1234") == nil)
    }

    @Test("The check digits 10 and 11 of S10 become 0 and 5")
    func foldedDigits() {
        // 8·1 + 6·6 = 44, a multiple of 11; 8·2 + 6·3 = 34, one more than a multiple.
        #expect(CheckDigits.s10(Array("16000000".utf8)[...]) == 5)
        #expect(CheckDigits.s10(Array("23000000".utf8)[...]) == 0)
    }

    @Test("A number of the lodge is read as it is written, with or without its hyphen")
    func lodgeNumber() throws {
        #expect(try #require(TrackingNumber("loge 12345")).text == "LOGE-12345")
        #expect(try #require(TrackingNumber("LOGE-12345")).verdict().check == .lodge)
        #expect(try #require(TrackingNumber("LOGE1234")).verdict().check == .unverified)
    }
}

/// A number of the file Data/tracking-numbers.json, with what it is.
struct GivenNumber: Codable, Sendable, CustomTestStringConvertible {
    let number: String
    let canonical: String
    /// `valid`, `check-failed` or `unverified`.
    let expect: String
    let candidates: [String]
    let country: String?
    /// What else may be said of a carrier that does not deliver in France.
    let tolerates: [String]?
    let why: String

    var allowed: [String] { [expect] + (tolerates ?? []) }
    var testDescription: String { number }

    private struct File: Codable { let numbers: [GivenNumber] }

    static func all() throws -> [GivenNumber] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Data/tracking-numbers.json")
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).numbers
    }
}

extension NumberCheck {
    fileprivate var outcome: String {
        switch self {
        case .failed: "check-failed"
        case .unverified, .unknownCountry, .lodge: "unverified"
        case .upuS10, .sscc, .ups, .fedEx, .dpd, .dhl: "valid"
        }
    }
}
