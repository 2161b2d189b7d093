import Foundation
import Testing
import Wording

@Suite("Money")
struct MoneyTests {
    @Test(
        "An amount is read as people type it in either language",
        arguments: [
            ("50", 5000), ("0", 0), ("12,50", 1250), ("12.50", 1250), ("12,5", 1250), ("12,50 €", 1250),
            ("12,50\u{202F}€", 1250), ("€12.50", 1250), ("€ 12.50", 1250), ("12.50€", 1250), ("50 euros", 5000),
            ("EUR 50", 5000), ("50 eur", 5000), (" 50 ", 5000), ("-3", -300), ("-€12.50", -1250), ("€-12.50", -1250),
            ("\u{2212}3 €", -300), ("+3", 300), ("1 234", 123_400), ("12\u{202F}345,60 €", 1_234_560),
            ("1,234.50", 123_450), ("€1,234,567.89", 123_456_789), ("999999999999.99", 99_999_999_999_999),
        ] as [(String, Int64)])
    func typed(_ text: String, _ cents: Int64) {
        #expect(Money(text)?.cents == cents)
    }

    @Test(
        "What could mean two amounts, and what is no amount, is refused",
        arguments: [
            "1.234", "1,234", "12,345", "1.234,50", "1,23.50", "1,2345.50", "12 34", "1 2345", "12.", ",50", ".5",
            "12.505", "", " ", "€", "-", "1e3", "0x10", "12,50 $", "€12€", "--3", "-€-3", "1000000000000", "١٢",
            "12 . 50",
            "NaN", "fifty",
        ])
    func refused(_ text: String) {
        #expect(Money(text) == nil)
    }

    @Test("A number of euros is read exactly, and refused with parts of a cent")
    func numbers() {
        for cents in (0..<2000 as Range<Int64>) { #expect(Money(euros: Double(cents) / 100)?.cents == cents) }
        for euros in [12.505, 0.001, .nan, .infinity, 1e12, -1e300] { #expect(Money(euros: euros) == nil) }
    }

    @Test("What is written is read as the same amount")
    func written() throws {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let cents = Int64.random(in: -99_999_999_999_999...99_999_999_999_999, using: &numbers)
            let amount = Money(cents: cents)
            #expect(Money(amount.description) == amount)
            // A whole amount in English has no cents, so that its comma would not be read.
            #expect(Money(Text(fr: "\(amount)", en: "").fr) == amount)
            if cents % 100 != 0 { #expect(Money(Text(fr: "", en: "\(amount)").en) == amount) }
        }
        let record = try JSONEncoder().encode([Money(cents: -5)])
        #expect(String(decoding: record, as: UTF8.self) == #"["-0.05"]"#)
        #expect(try JSONDecoder().decode([Money].self, from: record) == [Money(cents: -5)])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Money].self, from: Data(#"["1.234"]"#.utf8)) }
    }

    @Test(
        "An amount is said as each language prints it",
        arguments: [
            (1250, "12,50\u{202F}€", "€12.50"), (5000, "50\u{202F}€", "€50"), (5, "0,05\u{202F}€", "€0.05"),
            (-1250, "-12,50\u{202F}€", "-€12.50"), (123_450, "1234,50\u{202F}€", "€1234.50"),
            (1_234_567_00, "1\u{202F}234\u{202F}567\u{202F}€", "€1,234,567"),
        ] as [(Int64, String, String)])
    func said(_ cents: Int64, _ french: String, _ english: String) {
        let text = Text(fr: "\(Money(cents: cents))", en: "\(Money(cents: cents))")
        #expect(text.fr == french)
        #expect(text.en == english)
    }

    @Test("Sums and products that do not fit are the greatest or the least amount")
    func arithmetic() {
        let (most, least) = (Money(cents: .max), Money(cents: .min))
        #expect(most + 1 == most)
        #expect(least - 1 == least)
        #expect(-least == most)
        #expect(0 - most == Money(cents: -.max))
        #expect(most * -2 == least)
        #expect(least * UInt64.max == least)
        #expect(Money(cents: 1250) * 3 == Money(cents: 3750))
        var total: Money = 50
        total += 1
        total -= Money(cents: 1)
        #expect(total == Money(cents: 5099))
        #expect(Money(integerLiteral: .max) == most)
        #expect(total < 51 && total > 50)
        #expect(most.description == "92233720368547758.07" && least.description == "-92233720368547758.08")
    }
}
