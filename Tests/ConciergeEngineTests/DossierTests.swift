import ConciergeKit
import Testing

@testable import ConciergeEngine

private func day(_ text: String) -> LocalDate { LocalDate(text)! }

private let recorded = RecordedBy("anne", at: Bench.start)

private func mandate(
    _ name: String, _ services: [String] = [], from: String = "2026-01-01", until: String? = nil, ended: String? = nil
) -> Mandate {
    Mandate(
        holder: .init(name: name), services: services, days: Days(from: day(from), until: until.map { day($0) }),
        ended: ended.map { day($0) }, recorded: recorded)
}

@Suite("What a dossier says")
struct DossierTests {
    @Test(
        "Without a preference a resident is reached by mail, by telephone, by letter, at the door, as far as possible",
        arguments: [
            ("a@example.org", "06", [.email, .phone, .letter, .door]), ("", "06", [.phone, .letter, .door]),
            ("", "", [.letter, .door]),
        ] as [(String, String, [Channel])])
    func usualChannels(email: String, phone: String, channels: [Channel]) {
        let resident = Resident(id: "1", name: "Zoé", dwelling: "A 1", email: email, phone: phone)
        #expect(Dossier().channels(of: resident) == channels)
    }

    @Test("A preference counts in its order, without what the directory has no address or number for")
    func notedChannels() {
        let reached = Resident(id: "1", name: "Zoé", dwelling: "A 1", email: "a@example.org", phone: "06")
        let unreached = Resident(id: "1", name: "Zoé", dwelling: "A 1")
        var dossier = Dossier()
        dossier.channels = [.door, .phone, .email]
        #expect(dossier.channels(of: reached) == [.door, .phone, .email])
        #expect(dossier.channels(of: unreached) == [.door])
        dossier.channels = [.phone]
        #expect(dossier.channels(of: reached) == [.phone])
        #expect(dossier.channels(of: unreached) == [.letter, .door])
    }

    @Test("An absence is from its first to its last day, or without an end")
    func absences() {
        var dossier = Dossier()
        dossier.absences = [
            Days(from: day("2026-12-24"), until: day("2027-01-03")), Days(from: day("2027-07-01")),
        ]
        let days = ["2026-12-23", "2026-12-24", "2027-01-03", "2027-01-04", "2027-07-01", "2030-01-01"]
        #expect(days.map { dossier.isAway(on: day($0)) } == [false, true, true, false, true, true])
    }

    @Test("A consent counts for its days, in whatever spelling, and not from the day on which it was withdrawn")
    func consents() {
        var dossier = Dossier()
        dossier.consents = [
            Consent(purpose: "Été", days: Days(from: day("2026-06-01"), until: day("2026-08-31")), recorded: recorded),
            Consent(
                purpose: "fragile", days: Days(from: day("2026-06-01")), withdrawn: day("2026-07-01"),
                recorded: recorded),
        ]
        func counts(_ purpose: String) -> [Bool] {
            ["2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01", "2026-08-31", "2026-09-01"].map {
                dossier.consents(to: purpose, on: day($0))
            }
        }
        #expect(counts("ete") == [false, true, true, true, true, false])
        #expect(counts("FRAGILE") == [false, true, true, false, false, false])
        #expect(counts("mail") == [false, false, false, false, false, false])
    }

    @Test("Of those who may act in a service the one whose mandate names it comes first, and only on days that count")
    func holder() {
        var dossier = Dossier()
        dossier.mandates = [
            mandate("Léo"), mandate("Zoé", ["toy.loan"], from: "2026-06-01", until: "2026-06-30"),
            mandate("Paul", ["toy.visit"], ended: "2026-03-01"),
        ]
        func holders(_ service: ServiceID) -> [String?] {
            ["2025-12-31", "2026-02-28", "2026-06-01", "2026-06-30", "2026-07-01"].map {
                dossier.holder(for: service, on: day($0))?.holder.name
            }
        }
        #expect(holders("toy.loan") == [nil, "Léo", "Zoé", "Zoé", "Léo"])
        #expect(holders("toy.visit") == [nil, "Paul", "Léo", "Léo", "Léo"])
    }

    @Test("Whoever uses a mandate that does not count is told why")
    func obstacles() throws {
        var dossier = Dossier()
        dossier.mandates = [
            mandate("Zoé Martin", ["toy.loan"], from: "2026-06-01", until: "2026-06-30"),
            mandate("Paul Petit", ended: "2026-03-01"),
        ]
        func refusal(_ holder: String, _ service: ServiceID = "toy.loan", on text: String) -> String? {
            do throws(Refusal) {
                _ = try dossier.mandate(of: holder, for: service, on: day(text))
                return nil
            } catch {
                return error.reason.en
            }
        }
        #expect(refusal("zoe  MARTIN", on: "2026-06-30") == nil)
        #expect(
            refusal("Zoé Martin", on: "2026-07-01")
                == "The mandate of Zoé Martin has expired: its last day was Tuesday 30 June 2026.")
        #expect(
            refusal("Zoé Martin", on: "2026-05-31")
                == "The mandate of Zoé Martin only begins on Monday 1 June 2026.")
        #expect(
            refusal("Paul Petit", on: "2026-03-01") == "The mandate of Paul Petit was ended on Sunday 1 March 2026.")
        #expect(
            refusal("Zoé Martin", "toy.visit", on: "2026-06-30")
                == "The mandate of Zoé Martin is not for the service \"toy.visit\".")
        #expect(refusal("Anne", on: "2026-06-30") == "No mandate is recorded for Anne.")
    }
}
