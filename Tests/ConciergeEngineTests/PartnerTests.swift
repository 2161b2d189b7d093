import ConciergeKit
import JSON
import Testing
import WorkingCalendar

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service that orders something from a partner.
private struct Order: Service {
    static let id = "toy.order"
    static let name = words("Order")
    static let summary = words("Order")

    struct Record: Codable { var partner: String }
    struct Give: Input {
        static let name = words("Give")
        @Field(fr: "Partenaire", en: "Partner") var partner: String
    }
    struct Withdraw: Input { static let name = words("Withdraw") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Give.self, to: .given) { give, moment in
            var order = Draft(Record(partner: give.partner), at: moment)
            order.notify(.resident, "given", words("somebody comes"))
            order.notify(.partner(give.partner), "given", words("come"))
            return order
        }
        on(Give.self, in: .given) { give, order in
            order.record.partner = give.partner
            order.notify(.partner(give.partner), "given", words("come today"))
        }
        on(Withdraw.self, from: .given, to: .withdrawn) { _, order in
            order.notify(.partner(order.record.partner), "withdrawn", words("do not come"))
        }
    }
}

extension StateOf<Order> {
    fileprivate static var given: Self { open(fr: "confié", en: "given", turn: .partner) }
    fileprivate static var withdrawn: Self { closed(fr: "retiré", en: "withdrawn") }
}

@Suite("Notices to partners")
struct PartnerTests {
    private func bench(_ partners: [String: Partner]) throws -> Bench {
        let openings = ["00:00-24:00"].compactMap { Opening($0) }
        let hours = try WeeklyHours(Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, openings) }))
        let plan = MailPlan(wait: .minutes(2), hours: WorkingCalendar(zone: .utc, hours: hours, worksOnHolidays: true))
        let bench = try Bench(services: [Order()], tasks: [], mail: plan, partners: PartnerBook(partners))
        bench.fill([Resident(id: "L-1", name: "Zoé", dwelling: "A 1", residence: "T", email: "zoe@example.org")])
        return bench
    }

    private func martin() -> Partner {
        var martin = Partner("Plomberie Martin")
        martin.email = "atelier@martin.example"
        return martin
    }

    private func give(_ bench: Bench, to partner: String) throws -> RequestID {
        let command = Command.open(
            service: "toy.order", resident: "L-1", input: ["partner": .string(partner)], caller: .staff)
        return try #require(try bench.decide(command).view).request.id
    }

    private func all(_ bench: Bench, _ choice: NoticeQuery.Choice = .all) -> [StoredNotice] {
        var query = NoticeQuery(at: bench.now)
        (query.choice, query.isOldestFirst) = (choice, true)
        return bench.memory.notices(query).elements
    }

    private func run(_ notice: StoredNotice, _ bench: Bench) throws -> StoredRun {
        try bench.run(try #require(notice.delivery.run))
    }

    @Test(
        "A partner with an address is written to, under its name or that of its section, and apart from the resident",
        arguments: ["Plomberie Martin", "plomberie-martin", "PLOMBERIE MARTIN", "martin"])
    func written(name: String) throws {
        let bench = try bench(["martin": martin()])
        _ = try give(bench, to: name)
        let notices = all(bench)
        #expect(notices.map(\.partner) == [nil, "Plomberie Martin"] && notices.map(\.resident) == ["L-1", nil])
        #expect(try run(notices[0], bench).input["resident"] == "L-1")
        let mail = try run(notices[1], bench)
        #expect(mail.input["partner"] == "Plomberie Martin" && mail.input["resident"] == nil)
        #expect(SendMail.said(notices, in: mail) == [notices[1]])
    }

    @Test("Orders of several requests to one partner leave together; the same notice to another does not replace one")
    func together() throws {
        var durand = Partner("Durand")
        durand.email = "durand@example.org"
        let bench = try bench(["martin": martin(), "durand": durand])
        let first = try give(bench, to: "martin")
        _ = try give(bench, to: "Plomberie Martin")
        let partners = { all(bench).filter { $0.partner != nil } }
        #expect(Set(partners().compactMap(\.delivery.run)).count == 1)
        // What the first partner is to be told was not superseded by what another one is told.
        #expect(try bench.act(first, "give", ["partner": "durand"]).rejection == nil)
        #expect(partners().map(\.state) == [.waiting, .waiting, .waiting])
        // A newer order to the same one does.
        #expect(try bench.act(first, "give", ["partner": "durand"]).rejection == nil)
        #expect(partners().map(\.state) == [.waiting, .waiting, .withdrawn, .waiting])
    }

    @Test("A partner without an address, and one that the configuration does not have, is told by hand")
    func byHand() throws {
        let bench = try bench(["martin": martin(), "rapid": Partner("Serrurerie Rapid")])
        _ = try give(bench, to: "rapid")
        let unknown = try give(bench, to: "plombrie martin")
        #expect(all(bench, .byHand).map(\.partner) == ["Serrurerie Rapid", "plombrie martin"])
        let notice = try #require(all(bench, .byHand).last)
        let refused = try bench.decide(.sendAgain(notice: notice.number, caller: .staff)).rejection
        #expect("\(String(describing: refused))".contains("no e-mail address of plombrie martin"))
        let told = try bench.decide(.told(notice: notice.number, caller: .staff)).view
        #expect(told?.request.id == unknown && told?.request.resident == "plombrie martin")
        #expect(all(bench, .byHand).map(\.partner) == ["Serrurerie Rapid"])
    }

    @Test("An address that is refused goes by hand until it is right, as that of a resident does")
    func refused() throws {
        let bench = try bench(["martin": martin()])
        _ = try give(bench, to: "martin")
        let notice = try #require(all(bench).last)
        try bench.decide(.workerCame("mail", tasks: [SendMail.id], limit: 9))
        try bench.wake(after: .minutes(3))
        let run = try run(notice, bench)
        try bench.decide(
            .end(run: run.id, attempt: run.attempt, result: SendMail.result(.refused, words("no such address"))))
        #expect(all(bench, .byHand).map(\.partner) == ["Plomberie Martin"])
        _ = try give(bench, to: "martin")
        #expect(all(bench, .byHand).map(\.partner) == ["Plomberie Martin", "Plomberie Martin"])
        try bench.decide(.sendAgain(notice: notice.number, caller: .staff))
        #expect(all(bench, .byHand).count == 1)
    }

    @Test("Where no partner is configured, staff read what one is to be told, and nobody has to tell it")
    func none() throws {
        let bench = try bench([:])
        let id = try give(bench, to: "martin")
        #expect(all(bench).map(\.partner) == [nil])
        let audiences = bench.memory.entries.filter { $0.request == id }.compactMap(\.noticeAudience)
        #expect(audiences == [.resident, .staff])
    }
}
