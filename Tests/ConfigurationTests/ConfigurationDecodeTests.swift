import ConciergeKit
import Testing

@testable import ConciergeDaemon

struct ConfigurationDecodeTests {
    private enum Size: String, SettingWord { case small, medium, large }

    private struct Residence: Settings {
        @Setting("What people call it.") var name: String
        @Setting("How many.") var floors: Int?
    }

    private struct Stay: Settings {
        @Setting("How long.", in: .minutes(1)...) var length: Duration = .hours(4)
        @Setting("How long before its end.") var warning: Duration? = nil

        func check() throws(Mismatch) {
            if let warning, warning >= length { throw $warning.wrong("must be less than length") }
        }
    }

    private struct Parcel: Settings {
        @Setting("Days.") var holding: Int
        @Setting("How often.", in: 0...255) var retries: Int?
        @Setting("By how much.") var factor: Double?
        @Setting("Whether it is.") var isOpen = true
        @Setting("How large.") var size: Size?
        @Setting("The time.") var at = TimeOfDay(minutes: 420)
        @Setting("Where.", in: 1...2) var residences: [Residence] = []
        @Setting("How many on each.") var shelves: [String: Int] = [:]
        @Setting("By day.") var hours: [Weekday: [Hours]]?
        @Setting("One of two.") var stays: [String: Stay] = ["short": Stay(length: .hours(1))]
        @Setting("Its name.", in: 2...5) var name: String?
    }

    @Test("Every kind of value is decoded")
    func kinds() throws {
        let parcel = try decoded(
            """
            holding: 0x0A
            retries: 0o17
            factor: 1.5e1
            is_open: false
            size: medium
            at: 06:30
            residences:
              - name: Les Tilleuls
                floors: 4
              - name: 1870
                floors: ~
            shelves: {A1: 3, 2: 4}
            hours: {monday: ["09:00-12:00", 14:00-17:00]}
            stays: {long: {length: 3 days, warning: 3600}}
            """, as: Parcel.self)
        #expect(parcel.holding == 10)
        #expect(parcel.retries == 15)
        #expect(parcel.factor == 15)
        #expect(!parcel.isOpen)
        #expect(parcel.size == .medium)
        #expect(parcel.at == TimeOfDay(minutes: 390))
        #expect(parcel.residences.map(\.name) == ["Les Tilleuls", "1870"])
        #expect(parcel.residences.map(\.floors) == [4, nil])
        #expect(parcel.shelves == ["A1": 3, "2": 4])
        #expect(parcel.hours?[.monday]?.map(\.minutes) == [180, 180])
        #expect(parcel.stays["long"]?.length == .days(3))
        #expect(parcel.stays["long"]?.warning == .hours(1))
    }

    @Test("A number is accepted as a text, a number without a fraction as a number, and extreme values fit")
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
    }

    @Test("An absent or blank section is an empty mapping", arguments: ["", "parcel:\n", "parcel: {}\n"])
    func absent(text: String) throws {
        #expect(try decoded(text, as: [String: Int].self, at: ["parcel"]) == [:])
    }

    @Test("A dictionary keeps its defaults for the keys that are not given, and for what a given section omits")
    func overDefaults() throws {
        struct Defaults: Settings {
            @Setting("By size.")
            var stays: [Size: Stay] = [.small: Stay(length: .hours(2), warning: .hours(1)), .large: Stay()]
            @Setting("A section.") var stay = Stay(length: .hours(9))
        }
        let untouched = try decoded("{}", as: Defaults.self)
        #expect(untouched.stays[.small]?.length == .hours(2))
        let given = try decoded("stays: {small: {length: 3h}, medium: {}}\nstay: {warning: 2h}", as: Defaults.self)
        #expect(given.stays[.small]?.length == .hours(3))
        #expect(given.stays[.small]?.warning == .hours(1))
        #expect(given.stays[.medium]?.length == .hours(4))
        #expect(given.stays[.large]?.length == .hours(4))
        #expect(given.stay.length == .hours(9))
        #expect(given.stay.warning == .hours(2))
        #expect(
            try refusal("stays:\n  small:\n    warning: 2h\n", Defaults.self)
                == "concierged.yaml:3: stays.small.warning: must be less than length")
    }

    @Test(
        "A wrong value is refused with its line, its key, the expected value and the value found",
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
            ("retries: 256", "retries: expected 0 to 255, found the number 256"),
            ("factor: much", "factor: expected a number, found the text \"much\""),
            ("is_open: yes", "is_open: expected true or false, found the text \"yes\"; write true"),
            ("is_open: Off", "is_open: expected true or false, found the text \"Off\"; write false"),
            ("is_open: 1", "is_open: expected true or false, found the number 1"),
            (
                "size: smal",
                "size: expected one of small, medium, large, found the text \"smal\"; did you mean \"small\"?"
            ),
            ("size: 3", "size: expected one of small, medium, large, found the number 3"),
            ("at: 25:00", "at: expected a time of day like 07:30, found the text \"25:00\""),
            ("residences: Tilleuls", "residences: expected a list, found the text \"Tilleuls\""),
            ("residences: [{name: [a]}]", "residences[0].name: expected a text, found a list"),
            ("residences: [{name: }]", "residences[0].name: expected a text, found nothing"),
            ("residences: [{name: \" \"}]", "residences[0].name: the text is empty"),
            ("residences: [{floors: 3}]", "residences[0].name: missing key"),
            ("residences: [{name: a, flors: 3}]", "residences[0].flors: unknown key; did you mean \"floors\"?"),
            ("residences: []", "residences: expected 1 to 2 elements, found a list"),
            ("name: a", "name: expected 2 to 5 characters, found the text \"a\""),
            ("name: éééééé", "name: expected 2 to 5 characters, found the text \"éééééé\""),
            ("shelves: {A1: full}", "shelves.A1: expected a whole number, found the text \"full\""),
            ("shelves: {A1: }", "shelves.A1: expected a whole number, found nothing"),
            ("shelves: 3", "shelves: expected a mapping, found the number 3"),
            ("hours: {mondey: []}", "hours.mondey: unknown key; did you mean \"monday\"?"),
            (
                "hours: {monday: [9 to 5]}",
                "hours.monday[0]: expected hours like 09:00-12:00, found the text \"9 to 5\""
            ),
            ("stays: {short: {warning: 1h}}", "stays.short.warning: must be less than length"),
            ("stays: {short: {length: 1s}}", "stays.short.length: expected at least 1min, found the text \"1s\""),
            ("colour: red", "colour: unknown key"),
            ("Retries: 3", "Retries: unknown key; did you mean \"retries\"?"),
        ])
    func wrong(line: String, message: String) throws {
        let text = line.hasPrefix("holding") ? "parcel:\n\n  \(line)\n" : "parcel:\n  holding: 7\n  \(line)\n"
        #expect(try refusal(text, Parcel.self, at: ["parcel"]) == "concierged.yaml:3: parcel." + message)
    }

    @Test("A mistyped required key is reported as it was written")
    func mistypedRequiredKey() throws {
        #expect(
            try refusal("parcel:\n  retries: 3\n  holdng: 7\n", Parcel.self, at: ["parcel"])
                == "concierged.yaml:3: parcel.holdng: unknown key; did you mean \"holding\"?")
    }

    @Test("A missing key is refused with the line of its section, if the section exists")
    func missingKey() throws {
        #expect(
            try refusal("\nparcel:\n  retries: 3\n", Parcel.self, at: ["parcel"])
                == "concierged.yaml:2: parcel.holding: missing key")
        #expect(try refusal("", Parcel.self, at: ["parcel"]) == "concierged.yaml: parcel.holding: missing key")
    }

    @Test("A section that is not a mapping is refused, at any depth")
    func noSection() throws {
        let text = "providers:\n  parcel: off\n"
        let message = "concierged.yaml:2: providers.parcel: expected a mapping, found the text \"off\""
        #expect(try refusal(text, Parcel.self, at: ["providers", "parcel"]) == message)
        #expect(try refusal(text, Parcel.self, at: ["providers", "parcel", "shelves"]) == message)
        #expect(
            try ConfigurationFiles(text).refusal { try $0.refuseUnknownKeys(at: ["providers", "parcel"], known: []) }
                == message)
    }

    @Test("A provider that refuses a setting while it is made reports its key and place, also inside a value")
    func foundLater() async throws {
        struct Kiosk: ServiceProvider {
            struct Configuration: Settings {
                @Setting("By day.") var hours: [Weekday: [Hours]] = [:]
            }
            static let manifest = ProviderManifest(
                id: "kiosk", version: "1.0.0", name: Text(verbatim: "Kiosk"), summary: Text(verbatim: "A kiosk"))
            init(_ configuration: Configuration, in context: ProviderContext) throws(ProviderError) {
                throw .invalidConfiguration(configuration.$hours.wrong("is taken", at: "friday", 1))
            }
        }
        let text = "providers:\n  kiosk:\n    hours:\n      friday:\n      - 08:00-09:00\n      - 10:00-11:00\n"
        let files = try ConfigurationFiles(text)
        let tree = try files.tree()
        let context = ProviderContext(stateDirectory: "/nowhere", zone: .utc)
        let error = await #expect(throws: ConfigurationError.self) {
            _ = try await RegisteredProvider(Kiosk.self).make(from: tree, in: context)
        }
        #expect(error?.line == 6)
        #expect(error?.key == "providers.kiosk.hours.friday[1]")
        #expect(error?.reason == "is taken")
    }

    @Test("A stored property that is not a setting is refused with its name")
    func stray() throws {
        struct Stray: Settings {
            @Setting("One.") var one = 1
            var two = 2
        }
        #expect(
            try refusal("a: {one: 3}", Stray.self, at: ["a"])
                == "concierged.yaml:1: a.two: is not a @Setting: write @Setting(\"…\") before it")
    }

    @Test("Settings without properties accept a mapping without keys, and nothing else")
    func noProperties() throws {
        _ = try decoded("a:\nb: {}", as: [String: NoSettings].self)
        _ = try decoded("", as: NoSettings.self)
        #expect(try refusal("a: {b: 1}", NoSettings.self, at: ["a"]) == "concierged.yaml:1: a.b: unknown key")
        #expect(try refusal("a: {b: {c: 1}}", [String: [String: NoSettings]].self).hasSuffix("a.b.c: unknown key"))
        #expect(
            try refusal("a: 3", NoSettings.self, at: ["a"])
                == "concierged.yaml:1: a: expected a mapping, found the number 3")
    }
}
