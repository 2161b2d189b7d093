import ConciergeDaemon
import Testing

struct ConfigurationDecodeTests {
    private enum Size: String, CaseIterable, Decodable { case small, medium, large }

    private struct Residence: Decodable, Equatable {
        var name: String
        var floors: Int?
    }

    private struct Parcel: Decodable {
        var holding: Int
        var retries: UInt8?
        var factor: Double?
        var isOpen: Bool?
        var size: Size?
        var hours: Hour?
        var residences: [Residence]?
        var shelves: [String: Int]?
    }

    /// A value with a rule of its own.
    private struct Hour: Decodable {
        let hour: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            hour = try container.decode(Int.self)
            guard (0..<24).contains(hour) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "an hour is from 0 to 23")
            }
        }
    }

    @Test("Every kind of value is decoded")
    func kinds() throws {
        let parcel = try decoded(
            """
            holding: 0x0A
            retries: 0o17
            factor: 1.5e1
            isOpen: true
            size: medium
            hours: 8
            residences:
              - name: Les Tilleuls
                floors: 4
              - name: 1870
                floors: ~
            shelves: {A1: 3, 2: 4}
            """, as: Parcel.self)
        #expect(parcel.holding == 10)
        #expect(parcel.retries == 15)
        #expect(parcel.factor == 15)
        #expect(parcel.isOpen == true)
        #expect(parcel.size == .medium)
        #expect(parcel.hours?.hour == 8)
        #expect(parcel.residences == [.init(name: "Les Tilleuls", floors: 4), .init(name: "1870", floors: nil)])
        #expect(parcel.shelves == ["A1": 3, "2": 4])
    }

    @Test("A number is a text, a number without a fraction is a number, and extremes fit")
    func scalars() throws {
        #expect(
            try decoded("a: 0561\nb: 1.10\nc: \"null\"\nd: no", as: [String: String].self) == [
                "a": "0561", "b": "1.10", "c": "null", "d": "no",
            ])
        #expect(
            try decoded("a: 3\nb: -0.5\nc: .5\nd: .inf", as: [String: Double].self) == [
                "a": 3, "b": -0.5, "c": 0.5, "d": .infinity,
            ])
        #expect(try decoded("a: -9223372036854775808\nb: +7", as: [String: Int].self) == ["a": .min, "b": 7])
        #expect(try decoded("a: 18446744073709551615", as: [String: UInt64].self) == ["a": .max])
    }

    @Test("A section that is absent or blank is an empty mapping", arguments: ["", "parcel:\n", "parcel: {}\n"])
    func absent(text: String) throws {
        #expect(try decoded(text, as: [String: Int].self, at: ["parcel"]) == [:])
    }

    @Test(
        "A wrong value is refused with its line, its key, what is expected and what is found",
        arguments: [
            ("holding: many", "holding: expected a whole number, found the text \"many\""),
            ("holding: \"7\"", "holding: expected a whole number, found the text \"7\""),
            ("holding: 7.5", "holding: expected a whole number, found the number 7.5"),
            ("holding: true", "holding: expected a whole number, found true"),
            ("holding:", "holding: expected a whole number, found nothing"),
            ("holding: [7]", "holding: expected a whole number, found a list"),
            ("holding: {days: 7}", "holding: expected a whole number, found a mapping"),
            (
                "holding: 99999999999999999999",
                "holding: expected a whole number, found the number 99999999999999999999"
            ),
            (
                "holding: 0660",
                "holding: expected a whole number, found the number 0660; write 660, or 0o660 for an octal number"
            ),
            ("retries: 256", "retries: expected a whole number from 0 to 255, found the number 256"),
            ("factor: much", "factor: expected a number, found the text \"much\""),
            ("isOpen: yes", "isOpen: expected true or false, found the text \"yes\"; write true"),
            ("isOpen: Off", "isOpen: expected true or false, found the text \"Off\"; write false"),
            ("isOpen: 1", "isOpen: expected true or false, found the number 1"),
            (
                "size: smal",
                "size: expected one of small, medium, large, found the text \"smal\"; did you mean \"small\"?"
            ),
            ("size: 3", "size: expected one of small, medium, large, found the number 3"),
            ("hours: 25", "hours: an hour is from 0 to 23"),
            ("residences: Tilleuls", "residences: expected a list, found the text \"Tilleuls\""),
            ("residences: [{name: [a]}]", "residences[0].name: expected a text, found a list"),
            ("residences: [{name: }]", "residences[0].name: expected a text, found nothing"),
            ("residences: [{floors: 3}]", "residences[0].name: missing key"),
            ("residences: [{name: a, flors: 3}]", "residences[0].flors: unknown key; did you mean \"floors\"?"),
            ("shelves: {A1: full}", "shelves.A1: expected a whole number, found the text \"full\""),
            ("shelves: 3", "shelves: expected a mapping, found the number 3"),
            ("colour: red", "colour: unknown key"),
            ("Retries: 3", "Retries: unknown key; did you mean \"retries\"?"),
        ])
    func wrong(line: String, message: String) throws {
        let text = line.hasPrefix("holding") ? "parcel:\n\n  \(line)\n" : "parcel:\n  holding: 7\n  \(line)\n"
        #expect(try refusal(text, Parcel.self, at: ["parcel"]) == "concierged.yaml:3: parcel." + message)
    }

    @Test("A mistyped key that is required is named as it was written")
    func mistypedRequiredKey() throws {
        #expect(
            try refusal("parcel:\n  retries: 3\n  holdng: 7\n", Parcel.self, at: ["parcel"])
                == "concierged.yaml:3: parcel.holdng: unknown key; did you mean \"holding\"?")
    }

    @Test("A key that is missing is refused with the line of its section, if there is one")
    func missingKey() throws {
        #expect(
            try refusal("\nparcel:\n  retries: 3\n", Parcel.self, at: ["parcel"])
                == "concierged.yaml:2: parcel.holding: missing key")
        #expect(try refusal("", Parcel.self, at: ["parcel"]) == "concierged.yaml: parcel.holding: missing key")
    }

    @Test("A section that is no mapping is refused, at any depth")
    func noSection() throws {
        let text = "providers:\n  parcel: off\n"
        let message = "concierged.yaml:2: providers.parcel: expected a mapping, found the text \"off\""
        #expect(try refusal(text, Parcel.self, at: ["providers", "parcel"]) == message)
        #expect(try refusal(text, Parcel.self, at: ["providers", "parcel", "shelves"]) == message)
        #expect(try ConfigurationFiles(text).refusal { _ = try $0.keys(at: ["providers", "parcel"]) } == message)
    }

    @Test("An error that names no place has that of the value that threw it")
    func errorsOfTypes() throws {
        struct Broken: Decodable {
            struct Reason: Error, CustomStringConvertible { let description = "the moon is full" }
            init(from decoder: any Decoder) throws { throw Reason() }
        }
        struct Placeless: Decodable {
            init(from decoder: any Decoder) throws {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not on Sundays"))
            }
        }
        #expect(try refusal("a: 1\nb: 2", [String: Broken].self).hasSuffix(": the moon is full"))
        #expect(
            try refusal("x:\n  b: 2", [String: [String: Placeless]].self) == "concierged.yaml:2: x.b: not on Sundays")
    }

    @Test("An error for a key inside the value that threw it has that key's line")
    func errorForKey() throws {
        struct Window: Decodable {
            enum CodingKeys: String, CodingKey { case from, to }
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                guard try container.decode(Int.self, forKey: .from) < container.decode(Int.self, forKey: .to) else {
                    throw DecodingError.dataCorruptedError(
                        forKey: .to, in: container, debugDescription: "it ends before it begins")
                }
            }
        }
        #expect(
            try refusal("windows:\n- from: 9\n  to: 8\n", [String: [Window]].self)
                == "concierged.yaml:3: windows[0].to: it ends before it begins")
    }

    @Test("An error for an element of the list that threw it has that element's line")
    func errorForElement() throws {
        struct Odd: Decodable {
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                _ = try container.decode(Int.self)
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "is one too many")
            }
        }
        #expect(try refusal("a:\n- 1\n- 2\n", [String: Odd].self) == "concierged.yaml:3: a[1]: is one too many")
        #expect(try refusal("a:\n- 1\n", [String: Odd].self) == "concierged.yaml:1: a: is one too many")
    }

    @Test("A type without properties takes a mapping without keys, and nothing else")
    func noProperties() throws {
        struct Nothing: Decodable {}
        _ = try decoded("a:\nb: {}", as: [String: Nothing].self)
        _ = try decoded("", as: Nothing.self)
        #expect(try refusal("a: {b: 1}", Nothing.self, at: ["a"]) == "concierged.yaml:1: a.b: unknown key")
        #expect(try refusal("a: {b: {c: 1}}", [String: [String: Nothing]].self).hasSuffix("a.b.c: unknown key"))
        #expect(
            try refusal("a: 3", Nothing.self, at: ["a"])
                == "concierged.yaml:1: a: expected a mapping, found the number 3")
    }

    @Test("A type may try one form after the other, and share its mapping with another type")
    func alternatives() throws {
        struct Duration: Decodable {
            let days: Int
            enum CodingKeys: CodingKey { case days }
            init(from decoder: any Decoder) throws {
                do {
                    days = try decoder.singleValueContainer().decode(Int.self)
                } catch is DecodingError {
                    days = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .days)
                }
            }
        }
        struct Base: Decodable { var name: String }
        struct Whole: Decodable {
            var base: Base
            var stay: Duration
            enum CodingKeys: CodingKey { case stay }
            init(from decoder: any Decoder) throws {
                base = try Base(from: decoder)
                stay = try decoder.container(keyedBy: CodingKeys.self).decode(Duration.self, forKey: .stay)
            }
        }
        #expect(try decoded("name: a\nstay: 3", as: Whole.self).stay.days == 3)
        #expect(try decoded("name: a\nstay: {days: 4}", as: Whole.self).stay.days == 4)
        #expect(
            try refusal("name: a\nstay: {days: 4}\nnam: b", Whole.self).hasSuffix("unknown key; did you mean \"name\"?")
        )
    }
}
