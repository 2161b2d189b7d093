import ConciergeKit
import JSON
import Testing

@Suite("Money as a field and as a setting")
struct MoneyFieldTests {
    private struct Deposit: Input {
        static let name = Text(fr: "Caution", en: "Deposit")
        @Field(fr: "Caution", en: "Deposit", example: 50, in: 0...500) var deposit: Money = 20
        @Field(fr: "Remise", en: "Refund") var refund: Money?
        @Field(fr: "Frais", en: "Costs") var costs: [Money] = []
    }

    private struct Prices: Settings {
        @Setting("Of a wash.", in: 0...10) var wash = Money(cents: 250)
        @Setting("Of a key that is lost.") var key: Money = 30
    }

    private let schema = InputSchema(of: Deposit.self)

    @Test("An amount is read from a text as people type it, and from a number")
    func read() throws {
        for (json, cents) in [("12,50", 1250), ("€12.50", 1250), (12.5, 1250), (12, 1200)] as [(JSON, Int64)] {
            #expect(try Deposit(["deposit": json], schema: schema).deposit.cents == cents)
        }
        let input = try Deposit(["costs": ["1", 2]], schema: schema)
        #expect(input.deposit == 20)
        #expect(input.refund == nil)
        #expect(input.object == ["deposit": "20.00", "costs": ["1.00", "2.00"]])
    }

    @Test(
        "A value that is no amount, or is outside the limits, is refused in the words of each language",
        arguments: [
            (["deposit": "1.234"], "deposit", "an amount in euros like 50 or 12.50 is expected"),
            (["deposit": 12.505], "deposit", "an amount in euros like 50 or 12.50 is expected"),
            (["deposit": true], "deposit", "an amount in euros like 50 or 12.50 is expected"),
            (["deposit": "500,01"], "deposit", "expected €0 to €500"),
            (["deposit": -1], "deposit", "expected €0 to €500"),
            (["costs": ["1", "x"]], "costs", "element 2: an amount in euros like 50 or 12.50 is expected"),
        ] as [(JSONObject, String, String)])
    func refused(_ object: JSONObject, _ name: String, _ reason: String) {
        let error = #expect(throws: InvalidField.self) { try Deposit(object, schema: schema) }
        #expect(error?.name == name)
        #expect(error?.reason.en == reason)
        #expect(error?.reason.fr != reason)
    }

    @Test("A form has the kind, the example, the default and the limits")
    func form() {
        let field = schema.fields[0]
        #expect(field.kind.word == "money")
        #expect(field.example == "50.00")
        #expect(field.initial == "20.00")
        #expect(field.limits?.phrase == "€0 to €500")
        #expect(schema.fields[2].kind.word == "[]money")
    }

    @Test("An amount is a setting")
    func setting() throws {
        #expect(try Prices(["wash": "3,20"]).wash == Money(cents: 320))
        #expect(try Prices(["key": 12.5]).key == Money(cents: 1250))
        #expect(throws: Mismatch.self) { try Prices(["wash": "11"]) }
    }
}
