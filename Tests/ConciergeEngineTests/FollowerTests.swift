import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Followers of a request")
struct FollowerTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        bench.fill([
            Resident(id: "R-1", name: "Zoé Lefèvre", dwelling: "B 204"),
            Resident(id: "R-2", name: "Paul Petit", dwelling: "B 205"),
        ])
    }

    @discardableResult
    private func follow(_ id: RequestID, _ resident: String) throws -> Answer {
        try bench.decide(.addFollower(request: id, resident: resident, caller: .staff))
    }

    @discardableResult
    private func unfollow(_ id: RequestID, _ resident: String) throws -> Answer {
        try bench.decide(.removeFollower(request: id, resident: resident, caller: .staff))
    }

    @Test("Others follow a request and cease to, with a line in its history for each")
    func follows() throws {
        let id = try bench.open()
        #expect(try follow(id, "R-2").view?.followers == ["R-2"])
        #expect(try follow(id, "R-1").view?.followers == ["R-1", "R-2"])
        #expect(try bench.request(id).isFollowed)
        #expect(try unfollow(id, "r-2").view?.followers == ["R-1"])
        #expect(try unfollow(id, "R-1").view?.followers == [])
        #expect(try !bench.request(id).isFollowed)
        #expect(bench.events(id) == ["open", "followed", "followed", "unfollowed", "unfollowed"])
        #expect(bench.memory.entries[1].note?.en == "Paul Petit (R-2)")
        #expect(try JSON.parse(bench.memory.entries[1].input ?? [])["resident"] == "R-2")
    }

    @Test("A step keeps the followers and shows them, and a request without any costs no look-up")
    func steps() throws {
        let id = try bench.open()
        try bench.act(id, "lend", ["days_lent": 3])
        let loads = bench.loads
        let other = try bench.open("drill")
        try follow(other, "R-2")
        let answer = try bench.act(other, "lend", ["days_lent": 3])
        #expect(answer.view?.followers == ["R-2"])
        #expect(bench.loads == loads + 1)
        #expect(Answered(stored: try #require(answer.answered).stored) == answer.answered)
    }

    @Test("Followers are told what the resident is told, each by a notice of their own, until they follow no longer")
    func told() throws {
        let id = try bench.open()
        try follow(id, "R-2")
        try follow(id, "R-1")
        try bench.act(id, "lend")
        func waiting() -> [StoredNotice] { bench.memory.waitingNotices(of: id) }
        #expect(waiting().map(\.resident) == ["apt-3", "R-1", "R-2"])
        #expect(Set(waiting().map { $0.line.entry.note?.en }) == ["Here it is."])
        // Whom a notice is for is whom staff have told.
        let answer = try bench.decide(.told(notice: waiting()[2].number, caller: .staff))
        #expect(answer.view?.request.resident == "R-2")
        try unfollow(id, "R-1")
        #expect(waiting().map(\.resident) == ["apt-3"])
        // Another resident of the request takes over the notices of the one before, and not those of followers.
        try follow(id, "R-1")
        try bench.decide(
            .notify(
                id: id, notice: WrittenNotice(audience: .resident, name: "x", words: words("x"), isSecret: false),
                caller: .staff))
        try bench.decide(.reassign(id: id, resident: "R-9", caller: .staff))
        #expect(waiting().map(\.resident) == ["R-9", "R-9", "R-1", "R-2"])
    }

    @Test("A secret notice and one for staff go to no follower")
    func secret() throws {
        let id = try bench.open()
        try follow(id, "R-2")
        for (audience, isSecret) in [(Audience.resident, true), (.staff, false)] {
            try bench.decide(
                .notify(
                    id: id,
                    notice: WrittenNotice(audience: audience, name: "code", words: words("123456"), isSecret: isSecret),
                    caller: .staff))
        }
        #expect(bench.memory.waitingNotices(of: id).map(\.resident) == ["apt-3"])
        #expect(bench.memory.entries.filter { $0.follower != nil }.isEmpty)
    }

    @Test("Nobody follows twice, nor what is theirs, nor what is closed; and who does not follow cannot cease to")
    func refused() throws {
        let id = try bench.open()
        try follow(id, "R-2")
        #expect(try follow(id, "r-2").isRefused)
        // The loan is for apt-3.
        #expect(try follow(id, "APT-3").isRefused)
        #expect(try unfollow(id, "R-1").isRefused)
        #expect(try follow("r-9", "R-1").rejection == .notFound(RequestID("r-9").description))
        try bench.act(id, "call-off")
        #expect(try !bench.request(id).isOpen)
        #expect(try follow(id, "R-1").isRefused)
        #expect(try unfollow(id, "R-2").view?.followers == [])
    }

    @Test("A follower for whom the request is corrected to be follows it no longer")
    func reassigned() throws {
        let id = try bench.open()
        try follow(id, "R-2")
        try follow(id, "R-1")
        let answer = try bench.decide(.reassign(id: id, resident: "R-2", caller: .staff))
        #expect(answer.view?.followers == ["R-1"])
        #expect(bench.memory.followers(of: id) == ["R-1"])
    }

    @Test("A request has so many followers and no more")
    func limit() throws {
        let id = try bench.open()
        for number in 1...Batch.mostFollowers { try follow(id, "apt \(number)") }
        #expect(try follow(id, "R-1").isRefused)
        #expect(bench.memory.followers(of: id).count == Batch.mostFollowers)
    }

    @Test("In one batch each call sees what the ones before it have done")
    func batch() throws {
        let id = try bench.open()
        let answers = try bench.decide([
            .addFollower(request: id, resident: "R-1", caller: .staff),
            .addFollower(request: id, resident: "R-1", caller: .staff),
            .removeFollower(request: id, resident: "R-1", caller: .staff),
        ])
        #expect(answers.map(\.isRefused) == [false, true, false])
        #expect(bench.memory.followers(of: id) == [])
    }
}
