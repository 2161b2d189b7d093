import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("The waiting list")
struct WaitingTests {
    /// A lodge in which all three slots of Tuesday are taken; the appointments.
    private func full() async throws -> (Lodge, [String]) {
        let lodge = try await lodge()
        var ids: [String] = []
        for start in ["2026-11-24T08:00:00Z", "2026-11-24T08:20:00Z", "2026-11-24T08:40:00Z"] {
            ids.append(try await lodge.book(start, for: "apt-1\(ids.count + 5)").id)
        }
        return (lodge, ids)
    }

    @Test("Who waits gets the first slot that comes free, held for a while, and books it by a confirmation")
    func granted() async throws {
        let (lodge, ids) = try await full()
        let first = try await lodge.wait(for: "apt-12", from: "2026-11-24")
        let second = try await lodge.wait(for: "apt-13", from: "2026-11-24")
        #expect([first.state, second.state] == ["waitlist", "waitlist"])
        #expect(
            lodge.notices(first.id).last?.fr
                == "Vous êtes sur la liste d’attente pour un rendez-vous le mardi 24 novembre. "
                + "Dès qu’un créneau se libère, nous le retenons pour vous et nous vous prévenons. "
                + "Pour quitter la liste, appelez le 01 23 45 67 89.")
        try await lodge.act(ids[1], "cancel")
        let offered = lodge.request(first.id)
        #expect(offered?.state == "pending")
        #expect(offered?["start"] == "2026-11-24T08:20:00Z")
        // Half of the time that is left, because the offer would last longer.
        #expect(offered?["held_until"] == "2026-11-23T20:10:00Z")
        #expect(lodge.request(second.id)?.state == "waitlist")
        #expect(try await lodge.act(first.id, "confirm").state == "booked")
    }

    @Test("A slot that is offered and not confirmed goes to the next in line")
    func next() async throws {
        let (lodge, ids) = try await full()
        let first = try await lodge.wait(for: "apt-12", from: "2026-11-24").id
        let second = try await lodge.wait(for: "apt-13", from: "2026-11-24").id
        try await lodge.act(ids[2], "cancel")
        try await lodge.act(first, "cancel")
        #expect(lodge.request(second)?["start"] == "2026-11-24T08:40:00Z")
        #expect(lodge.request(second)?.state == "pending")
    }

    @Test("A visit that is over offers its slot to nobody, and nobody loses the turn by that")
    func past() async throws {
        let (lodge, ids) = try await full()
        let first = try await lodge.wait(for: "apt-12", from: "2026-11-24").id
        let second = try await lodge.wait(for: "apt-13", from: "2026-11-24").id
        try await lodge.advance(to: try at("2026-11-24T08:05:00Z"))
        try await lodge.act(ids[0], "no-show")
        #expect([first, second].map { lodge.request($0)?.state } == ["waitlist", "waitlist"])
        try await lodge.act(ids[2], "cancel")
        #expect([first, second].map { lodge.request($0)?.state } == ["pending", "waitlist"])
        #expect(lodge.request(first)?["start"] == "2026-11-24T08:40:00Z")
    }

    @Test("Where a slot of the days is free, it is held at once")
    func freeAtOnce() async throws {
        let lodge = try await lodge()
        let held = try await lodge.wait(for: "apt-12", from: "2026-11-24")
        #expect(held.state == "pending")
        #expect(held["start"] == "2026-11-24T08:00:00Z")
    }

    @Test("The waiting ends with the last slot of the days, and the resident is told how to go on")
    func ends() async throws {
        let (lodge, _) = try await full()
        let id = try await lodge.wait(for: "apt-12", from: "2026-11-24").id
        try await lodge.advance(to: try at("2026-11-24T08:40:00Z"))
        #expect(lodge.request(id)?.state == "cancelled")
        #expect(
            lodge.notices(id).last?.en
                == "No slot came free on the days that you waited for. For another appointment, call 01 23 45 67 89.")
    }

    @Test("Who leaves the list is passed over")
    func leaves() async throws {
        let (lodge, ids) = try await full()
        let first = try await lodge.wait(for: "apt-12", from: "2026-11-24").id
        let second = try await lodge.wait(for: "apt-13", from: "2026-11-24").id
        try await lodge.act(first, "cancel")
        #expect(lodge.notices(first).last?.en.hasPrefix("You are on the waiting list no more.") == true)
        try await lodge.act(ids[0], "cancel")
        #expect(lodge.request(second)?.state == "pending")
    }

    @Test("Days without slots, or that end before they begin, are refused")
    func noDays() async throws {
        let lodge = try await lodge()
        let none = try await lodge.refusal { _ = try await lodge.wait(for: "apt-12", from: "2026-11-25") }
        #expect(none?.en.hasPrefix("No slot with Dr Martin on Wednesday 25 November: no hours on a Wednesday.") == true)
        let backwards = try await lodge.refusal {
            _ = try await lodge.wait(for: "apt-12", from: "2026-11-25", until: "2026-11-24")
        }
        #expect(backwards?.en == "The waiting ends before it begins.")
    }
}
