import JSON
import Testing

@Suite("Reading JSON")
struct JSONParseTests {
    @Test(
        "Complete texts are parsed into values",
        arguments: [
            ("null", nil), ("true", true), (" false\n", false), ("\t\"\"\r", ""), ("[]", []), ("{}", [:]),
            ("{ \"a\" : [ 1 , { \"b\" : null } ] , \"c\" : -2.5 }", ["a": [1, ["b": nil]], "c": -2.5]),
        ] as [(String, JSON)]
    )
    func values(text: String, value: JSON) throws {
        #expect(try JSON.parse(text) == value)
    }

    @Test(
        "Integers that fit 64 bits stay integers, other numbers become doubles",
        arguments: [
            ("0", .int(0)), ("-0", .int(0)), ("9223372036854775807", .int(.max)),
            ("-9223372036854775808", .int(.min)), ("9223372036854775808", .double(9.223372036854775808e18)),
            ("-9223372036854775809", .double(-9.223372036854775808e18)),
            ("100000000000000000000000", .double(1e23)), ("18446744073709551617", .double(18446744073709551616)),
            ("1.0", .double(1)), ("1e2", .double(100)), ("1E+2", .double(100)), ("-1.5e-3", .double(-0.0015)),
            ("1e-400", .double(0)),
        ] as [(String, JSON)]
    )
    func numbers(text: String, value: JSON) throws {
        #expect(try JSON.parse(text) == value)
    }

    @Test("Escapes are resolved, surrogate pairs too")
    func escapes() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00 é€😀 \u0000""#
        #expect(try JSON.parse(text) == "\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{20ac}\u{1f600} é€😀 \u{0}")
    }

    @Test("A string is read whole wherever its quotes fall in a word of eight bytes", arguments: 0..<40)
    func lengths(length: Int) throws {
        let plain = String(repeating: "x", count: length)
        #expect(try JSON.parse("\"\(plain)\"") == .string(plain))
        #expect(try JSON.parse("\"\(plain)é\"") == .string(plain + "é"))
        #expect(try JSON.parse("\"\(plain)\\n!\"") == .string(plain + "\n!"))
        #expect(throws: JSONError(offset: length + 1, reason: .controlCharacter(1))) {
            try JSON.parse("\"\(plain)\u{1}\"")
        }
    }

    @Test(
        "Texts that break the grammar are refused with the offset and the reason",
        arguments: [
            ("", 0, .expected("a value", found: nil)),
            ("  ", 2, .expected("a value", found: nil)),
            ("nul", 3, .expected("null", found: nil)),
            ("nulL", 3, .expected("null", found: 76)),
            ("True", 0, .expected("a value", found: 84)),
            ("1 2", 2, .trailingBytes),
            ("{}\u{0}", 2, .trailingBytes),
            ("\u{feff}1", 0, .expected("a value", found: 0xef)),
            ("[1,]", 3, .expected("a value", found: 93)),
            ("[1 2]", 3, .expected("',' or ']'", found: 50)),
            ("[1", 2, .expected("',' or ']'", found: nil)),
            ("{\"a\"}", 4, .expected("':'", found: 125)),
            ("{\"a\":1,}", 7, .expected("a key in quotes", found: 125)),
            ("{a:1}", 1, .expected("a key in quotes", found: 97)),
            ("{\"a\":1 \"b\":2}", 7, .expected("',' or '}'", found: 34)),
            ("{\"a\":1,\"a\":1}", 7, .duplicateKey("a")),
            ("\"a", 2, .expected("the closing quote of a string", found: nil)),
            ("\"\\", 2, .expected("an escape", found: nil)),
            ("\"a\\x\"", 2, .invalidEscape),
            ("\"\\u12\"", 1, .invalidEscape),
            ("\"\\u12g4\"", 1, .invalidEscape),
            ("\"a\nb\"", 2, .controlCharacter(10)),
            ("\"\\ud800\"", 1, .loneSurrogate),
            ("\"\\udc00\"", 1, .loneSurrogate),
            ("\"\\ud800\\ud800\"", 1, .loneSurrogate),
            ("01", 0, .invalidNumber), ("-", 0, .invalidNumber), ("1.", 0, .invalidNumber),
            ("[1e]", 1, .invalidNumber), ("1e+", 0, .invalidNumber),
            ("+1", 0, .expected("a value", found: 43)),
            (".5", 0, .expected("a value", found: 46)),
            ("1e999", 0, .numberOutOfRange), ("[-1e999]", 1, .numberOutOfRange),
            ("NaN", 0, .expected("a value", found: 78)),
        ] as [(String, Int, JSONError.Reason)]
    )
    func refusals(text: String, offset: Int, reason: JSONError.Reason) {
        #expect(throws: JSONError(offset: offset, reason: reason)) { try JSON.parse(text) }
    }

    @Test(
        "Bytes that are not UTF-8 are refused with the offset",
        arguments: [
            ([0x22, 0xff, 0x22], 1), ([0x22, 0x61, 0xc3, 0x22], 2), ([0x22, 0xc0, 0x80, 0x22], 1),
            ([0x22, 0xc3, 0xa9, 0xed, 0xa0, 0x80, 0x22], 3), ([0x22, 0x5c, 0xff, 0x22], 2),
        ] as [([UInt8], Int)]
    )
    func encoding(bytes: [UInt8], offset: Int) {
        #expect(throws: JSONError(offset: offset, reason: .invalidUTF8)) { try JSON.parse(bytes) }
    }

    @Test("The depth of nesting is limited, for arrays and objects")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSON.parse(nested(64)) }
        #expect(throws: Never.self) { try JSON.parse("[\(nested(63)),\(nested(63))]") }
        #expect(throws: JSONError(offset: 64, reason: .tooDeep(limit: 64))) { try JSON.parse(nested(65)) }
        #expect(throws: JSONError(offset: 5, reason: .tooDeep(limit: 1))) {
            try JSON.parse("{\"a\":{}}", maximumDepth: 1)
        }
    }

    @Test("A duplicate name is found among many members too")
    func manyMembers() throws {
        let members = (0..<1000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(try JSON.parse("{\(members)}").objectValue?.count == 1000)
        #expect(throws: JSONError(offset: members.utf8.count + 2, reason: .duplicateKey("k17"))) {
            try JSON.parse("{\(members),\"k17\":0}")
        }
    }

    @Test("Every truncation of a text is refused, and none is read past its end")
    func cuts() throws {
        let text = Array(#"{"a":[1.5e3,"é\ud83d\ude00",true],"b":{"c":null}}"#.utf8)
        for count in 0..<text.count {
            #expect(throws: JSONError.self) { try JSON.parse(Array(text[..<count])) }
        }
    }

    @Test("An error gives the reason and the offset in one line")
    func errors() {
        let refusal = #expect(throws: JSONError.self) { try JSON.parse("{\"a\" 1}") }
        #expect(refusal?.description == "expected ':', found '1' at byte 5")
        let duplicate = #expect(throws: JSONError.self) { try JSON.parse("{\"a\":1,\"a\":1}") }
        #expect(duplicate?.description == "the key \"a\" is there twice at byte 7")
    }
}
