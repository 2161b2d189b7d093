import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import SharedRooms

extension Lodge {
    /// A lodge with a hall and a laundry of two machines, on Monday, 23 November 2026, 09:00 in France.
    static func rooms(_ more: String = "") async throws -> Lodge {
        let section = """
            {"rooms": {
                "hall": {"name": "Salle des fêtes", "people": 40, "deposit": 50, "longest": "6h",
                    "hours": {"monday": ["09:00-22:00"], "tuesday": ["09:00-12:00", "14:00-22:00"]}},
                "laundry": {"name": "Buanderie", "units": 2, "hours": {"monday": ["07:00-22:00"]}}
            }\(more)}
            """
        return try await Lodge(
            SharedRooms.self, configuration: try RoomsSettings(json: section),
            at: try #require(Instant("2026-11-23T08:00:00Z")), zone: try #require(Zone("Europe/Paris")))
    }

    @discardableResult
    func book(
        _ room: String, _ hours: String, day: String = "2026-11-23", for resident: String = "apt-1",
        _ more: [String: Scalar] = [:]
    ) async throws -> LodgeRequest {
        let input: [String: Scalar] = ["room": .string(room), "day": .string(day), "hours": .string(hours)]
        return try await open("rooms.booking", resident: resident, input.merging(more) { $1 })
    }
}

/// The words of a refusal in English, with ordinary spaces; nil if nothing is refused.
private func refusal(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch LodgeError.refused(let words) {
        return words.en.replacing("\u{A0}", with: " ")
    } catch {
        return "\(error)"
    }
}

@Suite("Booking a room or a machine")
struct BookingTests {
    @Test("A booking gets the first free machine, and who comes too late is told when one is free")
    func machines() async throws {
        let lodge = try await Lodge.rooms()
        #expect(try await lodge.book("laundry", "18:00-20:00")["unit"] == .int(1))
        #expect(try await lodge.book("laundry", "19:00-21:00")["unit"] == .int(2))
        let words = await refusal { try await lodge.book("laundry", "18:30-19:30") }
        #expect(words?.hasPrefix("Buanderie: taken. Free: Monday 23 November, 20:00") == true, "\(words ?? "")")
        #expect(try await lodge.book("laundry", "20:00-22:00")["unit"] == .int(1))
    }

    @Test(
        "Opening hours, the horizon, the length and the number of people are kept to",
        arguments: [
            ("hall", "08:00-10:00", "2026-11-30", 1, "Salle des fêtes: open 09:00-22:00 on that day."),
            ("hall", "11:00-15:00", "2026-11-24", 1, "Salle des fêtes: open 09:00-12:00 and 14:00-22:00 on that day."),
            ("hall", "10:00-11:00", "2026-11-25", 1, "Salle des fêtes: closed on that day."),
            ("hall", "09:00-16:00", "2026-11-30", 1, "6 hours at most."),
            ("hall", "10:00-11:00", "2026-11-30", 41, "40 people at most."),
            ("hall", "09:00-10:00", "2026-11-23", 1, "Bookings are made ahead, by 60 days at most."),
            ("hall", "09:00-10:00", "2027-02-01", 1, "Bookings are made ahead, by 60 days at most."),
            ("cellar", "09:00-10:00", "2026-11-30", 1, "\"cellar\" does not exist. There is: hall and laundry."),
        ])
    func limits(_ room: String, _ hours: String, _ day: String, _ people: Int, _ expected: String) async throws {
        let lodge = try await Lodge.rooms()
        let words = await refusal { try await lodge.book(room, hours, day: day, ["people": .int(people)]) }
        #expect(words == expected)
    }

    @Test(
        "Two who live in one dwelling of the directory are one household, and a resident without a dwelling is one alone"
    )
    func households() async throws {
        let lodge = try await Lodge.rooms(#", "quota_per_week": 1"#)
        try lodge.fillDirectory(
            residents: "id;name;dwelling;residence\n1;Zoé;b 204;les tilleuls\n2;Luc;B 204;T-1\n3;Eve;A 1;T-1\n",
            residences: "id;name;zone\nT-1;Les Tilleuls;Europe/Paris\n", dwellings: "label;residence\nB 204;T-1\n")
        try await lodge.book("laundry", "10:00-11:00", for: "1")
        let second = await refusal { try await lodge.book("laundry", "11:00-12:00", for: "2") }
        #expect(second == "No more than 1 bookings a week.")
        try await lodge.book("laundry", "11:00-12:00", for: "3")
        try await lodge.book("laundry", "12:00-13:00", for: "apt-1")
    }

    @Test("A household has three bookings a week; one that it cancels does not count")
    func quota() async throws {
        let lodge = try await Lodge.rooms()
        let first = try await lodge.book("laundry", "10:00-11:00")
        try await lodge.book("laundry", "11:00-12:00")
        try await lodge.book("laundry", "12:00-13:00")
        #expect(await refusal { try await lodge.book("hall", "18:00-19:00") } == "No more than 3 bookings a week.")
        try await lodge.book("hall", "18:00-19:00", day: "2026-11-30")
        try await lodge.book("hall", "18:00-19:00", for: "apt-2")
        try await lodge.act(first.id, "cancel")
        try await lodge.book("hall", "19:00-20:00")
        await #expect(throws: LodgeError.self) { try await lodge.open("rooms.booking", ["room": "hall"]) }
    }

    @Test("64 people who book the last machine at once: one has it, the others are in line in their order")
    func crowd() async throws {
        let lodge = try await Lodge.rooms()
        try await lodge.book("laundry", "18:00-20:00", for: "apt-0")
        var ids: [String] = []
        for number in 1...64 {
            ids.append(try await lodge.book("laundry", "18:00-20:00", for: "apt-\(number)", ["wait": true]).id)
        }
        #expect(lodge.request(ids[0])?.state == "booked")
        #expect(ids.dropFirst().allSatisfy { lodge.request($0)?.state == "waiting" })
        #expect(lodge.request(ids[63])?.place == 63)
        try await lodge.act(ids[0], "cancel")
        #expect(lodge.request(ids[1])?.state == "offered")
        #expect(lodge.notices(ids[1]).last?.en.hasPrefix("A place came free: Buanderie no. 2, ") == true)
        // The offer holds for two hours, then it is the next one's.
        try await lodge.advance(by: .hours(2))
        #expect(lodge.request(ids[1])?.state == "expired")
        #expect(lodge.request(ids[2])?.state == "offered")
        try await lodge.act(ids[2], "accept")
        #expect(lodge.request(ids[3])?.state == "waiting")
        // When the time has come, nobody waits any longer.
        try await lodge.advance(by: .hours(10))
        #expect(lodge.request(ids[3])?.state == "expired")
        #expect(lodge.request(ids[2])?.state == "noshow")
    }

    @Test("A booking that has not begun ten minutes after its start is released")
    func noShow() async throws {
        let lodge = try await Lodge.rooms()
        let booking = try await lodge.book("hall", "18:00-20:00")
        try await lodge.advance(by: .hours(9) + .minutes(9))
        #expect(lodge.request(booking.id)?.state == "booked")
        try await lodge.advance(by: .minutes(1))
        #expect(lodge.request(booking.id)?.state == "noshow")
        try await lodge.book("hall", "18:30-20:00", for: "apt-2")
    }

    @Test("The key is handed out for its deposit, once, and given back with what is kept of it")
    func key() async throws {
        let lodge = try await Lodge.rooms()
        let booking = try await lodge.book("hall", "18:00-20:00")
        #expect(
            await refusal { try await lodge.act(booking.id, "hand-out", ["key": "K-1", "deposit": 50]) }
                == "The key is handed out 15 minutes before the start.")
        try await lodge.advance(by: .hours(8) + .minutes(50))
        #expect(
            await refusal { try await lodge.act(booking.id, "hand-out", ["key": "K-1", "deposit": 20]) }
                == "A deposit of €50 is needed.")
        try await lodge.act(booking.id, "hand-out", ["key": "K-1", "deposit": 50])
        let other = try await lodge.book("laundry", "18:00-19:00", for: "apt-2")
        #expect(
            await refusal { try await lodge.act(other.id, "hand-out", ["key": "K-1"]) }
                == "The key K-1 is out already.")
        #expect(
            await refusal { try await lodge.act(booking.id, "give-back", ["kept": 60]) }
                == "At most €50.")
        #expect(
            await refusal { try await lodge.act(booking.id, "give-back", ["kept": 20]) } == "Say for what damage.")
        let back = try await lodge.act(booking.id, "give-back", ["kept": 20, "damage": "a chair"])
        #expect(back.state == "returned")
        try await lodge.act(other.id, "hand-out", ["key": "K-1"])
    }

    @Test("A key that is late is asked for, and staff are told again each hour, five times")
    func late() async throws {
        let lodge = try await Lodge.rooms()
        let booking = try await lodge.book("hall", "10:00-11:00")
        try await lodge.advance(by: .hours(1))
        try await lodge.act(booking.id, "hand-out", ["key": "K-1", "deposit": 50])
        try await lodge.advance(by: .hours(1))
        #expect(lodge.notices(booking.id).last?.en.hasPrefix("Bring the key K-1 back: Salle des fêtes") == true)
        try await lodge.advance(by: .minutes(10))
        #expect(lodge.request(booking.id)?.state == "late")
        try await lodge.advance(by: .days(1))
        #expect(lodge.notices(booking.id).count { $0.en.hasPrefix("The key K-1 is not back") } == 5)
        #expect(try await lodge.act(booking.id, "give-back").state == "returned")
    }
}

@Suite("The cleaning round and the usage report")
struct ReportTests {
    @Test("The cleaning round names the rooms that are booked today")
    func cleaning() async throws {
        let lodge = try await Lodge.rooms()
        #expect(try await lodge.trigger("rooms.cleaning-round").outcome?.en == "Nothing to clean.")
        try await lodge.book("hall", "18:00-20:00")
        try await lodge.book("laundry", "18:00-20:00", day: "2026-11-30")
        #expect(try await lodge.trigger("rooms.cleaning-round").outcome?.en == "To clean: Salle des fêtes.")
    }

    @Test("On the first of the month, last month's usage is a CSV file")
    func usage() async throws {
        let lodge = try await Lodge.rooms()
        let booking = try await lodge.book("hall", "10:00-12:00", ["people": 12])
        try await lodge.book("laundry", "18:00-20:00")
        try await lodge.advance(by: .hours(1))
        try await lodge.act(booking.id, "hand-out", ["key": "K-1", "deposit": 50])
        try await lodge.advance(by: .hours(2))
        try await lodge.act(booking.id, "give-back", ["kept": 5, "damage": "a glass"])
        try await lodge.advance(to: try #require(Instant("2026-12-01T05:00:00Z")))
        #expect(lodge.runs(of: "rooms.usage-report").compactMap(\.outcome?.en) == ["2026-11: 1\u{A0}use."])
        let file = try String(contentsOfFile: lodge.stateDirectory + "/usage/2026-11.csv", encoding: .utf8)
        #expect(
            file == """
                booking,room,unit,start,minutes,people,deposit_kept
                \(booking.id),hall,1,2026-11-23 10:00,120,12,5.00

                """)
    }
}

@Suite("The settings of shared rooms")
struct SettingsTests {
    @Test(
        "A mistake is named by its key",
        arguments: [
            (#"{"rooms": {"hall": {"name": "Salle", "units": 400, "hours": {}}}}"#, "rooms.hall.units"),
            (#"{"rooms": {"hall": {"name": "Salle", "hours": {"friday": ["7-22"]}}}}"#, "rooms.hall.hours.friday[0]"),
            (#"{"rooms": {"hall": {"hours": {}}}}"#, "rooms.hall.name"),
            (#"{"quota_per_week": 0}"#, "quota_per_week"),
        ])
    func mistakes(_ section: String, _ key: String) throws {
        let mistake = #expect(throws: Mismatch.self) { try RoomsSettings(json: section) }
        #expect("\(try #require(mistake))".contains(key))
    }
}
