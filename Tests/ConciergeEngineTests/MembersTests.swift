import ConciergeEngine
import ConciergeKit
import JSON
import Testing

/// A room that is booked; the lines of its members are given.
private struct Stay: Service {
    static let id = "toy.stay"
    static let name = words("stay")
    static let summary = words("stay")

    struct Record: Codable {
        struct Part: Codable { var size = 1 }
        enum Size: String, Codable { case small, large }
        enum Only: String, Codable { case one }

        var room = ""
        var kept: Money = 0
        var time = Instant(milliseconds: 0)..<Instant(milliseconds: 3_600_000)
        var pause: Range<Instant>?
        var length: Duration? = .hours(2)
        var days: [LocalDate] = []
        var keyTries = 0
        var size = Size.small
        var part = Part()
        var only = Only.one
        var twice: Int { keyTries * 2 }
    }

    struct Ask: Input {
        static let name = words("ask")
        @Field(fr: "Salle", en: "Room", example: "hall") var room: String
    }

    struct Settle: Input {
        static let name = words("settle")
        @Field(fr: "Caution retenue", en: "Deposit kept") var amount: Money = 0
        @Field(fr: "Autre salle", en: "Other room") var room: String?
        @Field(fr: "Code", en: "Code", .secret) var pin: String?
    }

    let lines: @Sendable (Stay) -> Members

    func headline(_ stay: Record) -> Text { words(stay.room) }
    var members: Members { return lines(self) }
    var lifecycle: Lifecycle {
        opening(Ask.self, to: .asked) { ask, moment in Draft(Record(room: ask.room), at: moment) }
        on(Settle.self, from: .asked, to: .over)
    }
}

extension StateOf<Stay> {
    fileprivate static var asked: Self { open(fr: "demandée", en: "asked", turn: .staff) }
    fileprivate static var over: Self { closed(fr: "finie", en: "over") }
}

@Suite("How people read the members of a record")
struct MembersTests {
    private func table(@MembersBuilder<Stay> _ lines: @escaping @Sendable (Stay) -> Stay.Members) -> ServiceTable {
        ServiceTable(Stay(lines: lines))
    }

    private func gaps(_ table: ServiceTable, _ record: Stay.Record = .init()) throws -> [String] {
        table.members.gaps(in: try #require(JSONCoding.json(of: record).objectValue))
    }

    @Test("A member has its own title, that of a field it names, or that of the first field of its name")
    func titles() throws {
        let table = table {
            $0.shown(\.time, fr: "Créneau", en: "Time")
            $0.shown(\.pause, fr: "Pause", en: "Break")
            $0.shown(\.length, fr: "Durée", en: "Length")
            $0.shown(\.days, fr: "Jours", en: "Days")
            $0.shown(\.kept, as: \Stay.Settle.$amount)
            $0.hidden(\.keyTries, \.size, \.part)
        }
        #expect(table.mistakes.isEmpty)
        let titles = Dictionary(uniqueKeysWithValues: table.members.shown.map { ($0.name, $0.title.fr) })
        #expect(titles["time"] == "Créneau")
        #expect(titles["kept"] == "Caution retenue")
        #expect(titles["room"] == "Salle")
        #expect(titles["key_tries"] == nil)
        #expect(try gaps(table) == ["\"only\" has no title: write shown(…) or hidden(…) in members"])
        let secrets = table.members.shown.filter { $0.traits.contains(.secret) }
        #expect(secrets.map(\.name) == ["pin"])
    }

    @Test("A member that is hidden is not shown by the name of a field")
    func hidden() {
        let table = table { $0.hidden(\.room) }
        #expect(!table.members.shown.contains { $0.name == "room" })
    }

    @Test("What is neither shown nor hidden is named by its name on the wire, also if the record has no value for it")
    func gaps() throws {
        let table = table { $0.hidden(\.kept, \.time, \.days, \.size, \.part) }
        let advice = "has no title: write shown(…) or hidden(…) in members"
        #expect(
            try gaps(table)
                == ["\"key_tries\" \(advice)", "\"length\" \(advice)", "\"only\" \(advice)", "\"pause\" \(advice)"])
    }

    @Test("A title whose field has another type than the stored member is named")
    func otherType() throws {
        let table = table {
            $0.shown(\.keyTries, as: \Stay.Settle.$pin)
            $0.hidden(\.kept, \.time, \.pause, \.length, \.days, \.size, \.part)
        }
        #expect(
            try gaps(table).first == "\"key_tries\" is not stored as a text: its title is that of another value")
    }

    @Test(
        "A table is refused if a line of the members names no stored property, names one again, or has a type of parts")
    func mistakes() {
        let table = table {
            $0.shown(\.twice, fr: "Double", en: "Twice")
            $0.shown(\.part.size, fr: "Taille", en: "Size")
            $0.shown(\.keyTries, fr: "Essais", en: "Tries")
            $0.hidden(\.room, \.keyTries)
            $0.shown(\.part, fr: "Partie", en: "Part")
            $0.hidden(\.only)
        }
        let advice = "of the record: name one of its own, as in shown(\\.unit, fr: …, en: …)"
        #expect(table.mistakes.count == 5)
        #expect(table.mistakes.allSatisfy { $0.hasPrefix("members: ") })
        #expect(table.mistakes.contains("members: \\Record.part.size leads to no stored property \(advice)"))
        #expect(
            table.mistakes.contains(
                "members: people cannot read a Part: make it a Choice or a WrittenValue, or hide it"))
        #expect(
            table.mistakes.contains(
                "members: a member of the type Only has one value only, so it says nothing: leave it out"))
        #expect(table.mistakes.contains("members: \"key_tries\" stands twice: write one line for it"))
    }
}
