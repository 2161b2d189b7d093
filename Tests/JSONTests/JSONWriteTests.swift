import JSON
import Testing

@Suite("Writing JSON")
struct JSONWriteTests {
    static let sample: JSON = [
        "text": "é \"quoted\" \\ \u{0}\u{1f}\n€😀\u{7f}", "least": .int(.min), "most": .int(.max), "small": -7,
        "half": 0.5, "list": [1, [], [:], nil, true], "nested": ["a": ["b": "c"]],
    ]

    @Test("Written JSON reads back as the same value, compact or pretty")
    func roundTrip() throws {
        #expect(try JSON.parse(Self.sample.text) == Self.sample)
        #expect(try JSON.parse(Self.sample.prettyText) == Self.sample)
    }

    @Test(
        "Doubles read back exactly",
        arguments: [0.1, 1e300, .leastNonzeroMagnitude, -0.0, .greatestFiniteMagnitude, 123456789.125, 1e16]
    )
    func doubles(value: Double) throws {
        let read = try JSON.parse(JSON.double(value).text).doubleValue
        #expect(read?.bitPattern == value.bitPattern)
    }

    @Test("A double that is not finite is written as null")
    func notFinite() {
        #expect(JSON.array([.double(.nan), .double(.infinity), .double(-.infinity)]).text == "[null,null,null]")
    }

    @Test("Control characters and NUL are escaped, other characters are written as they are")
    func escapes() {
        #expect(JSON.string("\u{0}\u{8}\t\n\u{c}\r\u{1f}\"\\/é").text == #""\u0000\b\t\n\f\r\u001f\"\\/é""#)
        #expect(!JSON.string("a\u{0}b").text.utf8.contains(0))
    }

    @Test("Compact text keeps the order of the members and has no white space")
    func compact() {
        let value: JSON = ["b": 1, "a": [1.5, "x"], "c": [:]]
        #expect(value.text == #"{"b":1,"a":[1.5,"x"],"c":{}}"#)
        #expect(value.description == value.text)
    }

    @Test("Pretty text has a line for each member and element")
    func pretty() {
        let value: JSON = ["b": 1, "a": [1, "x"], "c": [:], "d": []]
        #expect(
            value.prettyText == """
                {
                  "b": 1,
                  "a": [
                    1,
                    "x"
                  ],
                  "c": {},
                  "d": []
                }
                """
        )
    }

    @Test("The writer puts commas where they belong")
    func writer() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.int(1)
        writer.double(2.5)
        writer.beginObject()
        writer.endObject()
        writer.string("x\u{0}")
        writer.bool(false)
        writer.null()
        writer.endArray()
        writer.key("b")
        writer.value(["c": [1, 2]])
        writer.key("d")
        writer.raw(#"{"ready":true}"#.utf8)
        writer.key("e")
        writer.raw(Array("7".utf8))
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":[1,2.5,{},"x\u0000",false,null],"b":{"c":[1,2]},"d":{"ready":true},"e":7}"#
        )
    }
}
