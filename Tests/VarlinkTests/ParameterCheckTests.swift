import JSON
import Testing
import Varlink

@Suite("Checking parameters")
struct ParameterCheckTests {
    static let definition = Result { try InterfaceDefinition(TestService.definition) }
    static let good: JSONObject = ["place": ["shelf": "A"], "others": [], "named": [:]]

    private func check(_ changes: JSONObject) throws -> JSONObject {
        let definition = try Self.definition.get()
        var parameters = Self.good
        for (key, value) in changes { parameters[key] = value }
        return try definition.checkInput(parameters, of: try #require(definition.method("Put")))
    }

    @Test(
        "Values of the declared types are accepted",
        arguments: [
            [:],
            ["place": ["shelf": "A", "level": 3, "colour": "green"]],
            ["others": [["shelf": "A"], ["shelf": "B", "level": -1]]],
            ["named": ["any name": ["shelf": "A"]]],
            ["extra": ["what": [1, nil, "x"]]],
            ["weight": 1], ["weight": 1.5],
        ] as [JSONObject]
    )
    func good(changes: JSONObject) throws {
        var expected = Self.good
        for (key, value) in changes { expected[key] = value }
        #expect(try check(changes) == expected)
    }

    @Test("A null for a nullable field is removed, at any depth")
    func nulls() throws {
        let parameters = try check([
            "extra": nil, "weight": nil, "place": ["shelf": "A", "level": nil],
            "others": [["level": nil, "shelf": "B", "colour": nil], ["shelf": "C"]],
            "named": ["n": ["shelf": "D", "level": nil]],
        ])
        #expect(
            parameters == [
                "place": ["shelf": "A"], "others": [["shelf": "B"], ["shelf": "C"]], "named": ["n": ["shelf": "D"]],
            ]
        )
    }

    @Test(
        "An error names the innermost field that is wrong",
        arguments: [
            (["unknown": 1], "unknown"),
            (["place": "A"], "place"),
            (["place": nil], "place"),
            (["place": [:]], "shelf"),
            (["place": ["shelf": 1]], "shelf"),
            (["place": ["shelf": nil]], "shelf"),
            (["place": ["shelf": "A", "more": 1]], "more"),
            (["place": ["shelf": "A", "level": 1.0]], "level"),
            (["place": ["shelf": "A", "level": true]], "level"),
            (["place": ["shelf": "A", "colour": "blue"]], "colour"),
            (["others": [:]], "others"),
            (["others": ["A"]], "others"),
            (["others": [["shelf": "A"], ["level": 1]]], "shelf"),
            (["named": []], "named"),
            (["named": ["a": 1]], "named"),
            (["extra": []], "extra"),
            (["weight": "heavy"], "weight"),
        ] as [(JSONObject, String)]
    )
    func faults(changes: JSONObject, name: String) throws {
        #expect(throws: VarlinkError.invalidParameter(name)) { try check(changes) }
    }

    @Test("A parameter that is not nullable is required")
    func missing() throws {
        let definition = try Self.definition.get()
        let method = try #require(definition.method("Put"))
        #expect(throws: VarlinkError.invalidParameter("named")) {
            try definition.checkInput(["place": ["shelf": "A"], "others": []], of: method)
        }
    }

    @Test("Replies are checked in the same way")
    func output() throws {
        let definition = try Self.definition.get()
        let method = try #require(definition.method("Echo"))
        #expect(try definition.checkOutput(["text": "x"], of: method) == ["text": "x"])
        #expect(throws: VarlinkError.invalidParameter("text")) { try definition.checkOutput([:], of: method) }
    }

    @Test("A map with very many names is checked in linear time", .timeLimit(.minutes(20)))
    func manyNames() throws {
        let named = JSONObject((0..<60_000).map { ("k\($0)", ["shelf": "A", "level": nil]) })
        #expect(try check(["named": .object(named)])["named"]?["k59999"] == ["shelf": "A"])
    }
}
