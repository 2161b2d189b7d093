import ConciergeKit
import JSON
import Testing

@Suite("Settings")
struct SettingsTests {
    struct Section: Settings {
        @Setting("A limit.", in: 1...10) var limit: Int? = 5
        @Setting("A list.") var list: [String]?
        @Setting("By name.") var byName: [String: Int?] = ["a": nil, "b": 2]
        @Setting("A span.") var span: Duration = .days(14)
        @Setting("Another section.") var inner: Inner?

        struct Inner: Settings {
            @Setting("A zone.") var zone: Zone
        }
    }

    private func mistake(_ json: JSON) -> String? {
        do {
            _ = try Section(json)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("An optional setting with a default has it if the value is missing or null")
    func optionals() throws {
        for json in [[:], ["limit": .null, "list": .null, "inner": .null]] as [JSON] {
            let section = try Section(json)
            #expect(section.limit == 5)
            #expect(section.list == nil)
            #expect(section.inner == nil)
        }
        let given = try Section(["limit": 7, "list": ["x"], "inner": ["zone": "Europe/Paris"]])
        #expect(given.limit == 7)
        #expect(given.list == ["x"])
        #expect(given.inner?.zone.description == "Europe/Paris")
        #expect(mistake(["limit": 11]) == "limit: expected 1 to 10")
    }

    @Test("A dictionary of optionals keeps its defaults and accepts null for a key")
    func dictionaryOfOptionals() throws {
        let untouched = try Section([:])
        #expect(untouched.byName == ["a": nil, "b": 2])
        let given = try Section(["by_name": ["b": .null, "c": 3]])
        #expect(given.byName == ["a": nil, "b": nil, "c": 3])
        #expect(mistake(["by_name": ["b": "2"]]) == "by_name.b: a whole number is expected")
    }

    @Test("A wrong value is reported with its key")
    func mistakes() {
        #expect(mistake(["inner": [:]]) == "inner.zone: this field is required")
        #expect(
            mistake(["inner": ["zone": "Europe/Pariss"]]) == "inner.zone: expected a time zone like Europe/Paris")
        #expect(mistake(["list": ["a", 1]]) == "list[1]: a text is expected")
        #expect(mistake(["limits": 3]) == "limits: there is no such field here")
        #expect(mistake([1]) == ": an object is expected")
    }

    @Test("Settings can be made in code, and are written as they are read")
    func written() throws {
        let section = Section {
            $0.span = .hours(36)
            $0.list = ["a", "b"]
        }
        let json = try #require(section.written?.json)
        #expect(json == ["limit": 5, "list": ["a", "b"], "by_name": ["b": 2], "span": "36h"])
        #expect(try Section(json).span == .hours(36))
    }

    @Test(
        "A span is written as people write it, and reads back as the same span",
        arguments: [
            (.zero, "0"), (.seconds(20), "20s"), (.minutes(90), "90min"), (.hours(1), "1h"), (.days(1), "24h"),
            (.hours(36), "36h"), (.days(14), "14 days"), (.seconds(3661), "1h 1min 1s"),
        ] as [(Duration, String)])
    func spans(span: Duration, text: String) {
        #expect(span.writtenText == text)
        #expect(Duration(written: text) == span)
    }

    @Test("Hours end after they begin, on the same day")
    func hours() {
        #expect(Hours("09:00-12:00")?.minutes == 180)
        for text in ["12:00-09:00", "09:00-09:00", "9-12", "09:00", "09:00-12:00-13:00", "-", ""] {
            #expect(Hours(text) == nil)
        }
    }
}
