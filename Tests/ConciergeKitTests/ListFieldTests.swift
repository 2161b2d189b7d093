import ConciergeKit
import JSON
import Testing

@Suite("Lists as fields")
struct ListFieldTests {
    private struct Inspection: Input {
        static let name = Text(fr: "Visite", en: "Inspection")
        @Field(fr: "Constats", en: "Findings", in: 1...10) var found: [String] = ["none"]
        @Field(fr: "Étages", en: "Floors") var floors: [Int] = []
        @Field(fr: "Au moins", en: "At least", in: 2...) var least: [Int] = [1, 2]
        @Field(fr: "Peut-être", en: "Maybe") var maybe: [Int]?
    }

    private let schema = InputSchema(of: Inspection.self)

    private func reason(_ object: JSONObject) -> String? {
        #expect(throws: InvalidField.self) { try Inspection(object, schema: schema) }?.reason.en
    }

    private func numbers(_ count: Int) -> JSON { .array((0..<count).map { .int(Int64($0)) }) }

    @Test("A list without a limit takes 100 values, and says so in the form")
    func standard() throws {
        #expect(try Inspection(["floors": numbers(100), "maybe": numbers(100)], schema: schema).floors.count == 100)
        #expect(reason(["floors": numbers(101)]) == "expected at most 100 elements")
        #expect(reason(["maybe": numbers(101)]) == "expected at most 100 elements")
        #expect(reason(["least": numbers(101)]) == "expected 2 to 100 elements")
        #expect(reason(["least": numbers(1)]) == "expected 2 to 100 elements")
        #expect(
            schema.fields.map(\.limits?.phrase) == [
                "1 to 10 elements", "at most 100 elements", "2 to 100 elements", "at most 100 elements",
            ])
    }

    @Test("A list that is too long is refused before its values are read")
    func long() {
        let many = JSON.array(Array(repeating: "crack", count: 9_999) + [7])
        #expect(reason(["found": many]) == "expected 1 to 10 elements")
    }

    @Test("The mistake of an element is named by its place")
    func place() {
        #expect(reason(["found": ["crack", "damp", " "]]) == "element 3: the text is empty")
        #expect(reason(["floors": [1, "two"]]) == "element 2: a whole number is expected")
    }
}
