import Testing
import Wording

@testable import conciergectl

@Suite("Names as they are on the screen") struct NameMatchTests {
    private static let services = NameMatch([
        .init(id: "parcel.reception", name: Text(fr: "Réception de colis", en: "Parcel reception")),
        .init(id: "repairs.repair", name: Text(fr: "Réparation", en: "Repair")),
        .init(id: "health.appointment", name: Text(fr: "Rendez-vous de santé", en: "Health appointment")),
    ])
    private static let states = NameMatch([
        .init(id: "held", name: Text(fr: "En loge", en: "Held")),
        .init(id: "noshow", name: Text(fr: "Absent", en: "No-show")),
    ])

    @Test(
        "A name is found by its id, its French or English words, and by beginnings of them",
        arguments: [
            ("parcel.reception", "parcel.reception"), ("colis", "parcel.reception"), ("parcel", "parcel.reception"),
            ("RÉPARATION", "repairs.repair"), ("reparation", "repairs.repair"), ("rendez-vous", "health.appointment"),
            ("sante", "health.appointment"), ("rdv", nil), ("xyz", nil), ("", nil),
        ])
    func services(_ typed: String, _ id: String?) {
        if case .one(let found) = Self.services.find(typed) { #expect(found.id == id) } else { #expect(id == nil) }
    }

    @Test(
        "Case, accents, hyphens and apostrophes do not count",
        arguments: [
            ("en loge", "held"), ("En Loge", "held"), ("no-show", "noshow"), ("no_show", "noshow"),
            ("absent", "noshow"),
        ])
    func states(_ typed: String, _ id: String) {
        guard case .one(let found) = Self.states.find(typed) else { return #expect(Bool(false), "not found: \(typed)") }
        #expect(found.id == id)
    }

    @Test("A beginning of several names finds all of them")
    func ambiguous() {
        guard case .several(let found) = Self.services.find("r") else { return #expect(Bool(false)) }
        #expect(Set(found.map(\.id)) == ["parcel.reception", "repairs.repair", "health.appointment"])
    }

    @Test("A whole name is preferred to one that it begins")
    func whole() {
        let match = NameMatch([
            .init(id: "cancel", name: Text(fr: "Annuler", en: "Cancel")),
            .init(id: "cancel-all", name: Text(fr: "Annuler tout", en: "Cancel all")),
        ])
        #expect(match.find("annuler") == .one(match.candidates[0]))
    }
}

@Suite("Ids as they are typed") struct TypedIDTests {
    @Test("The words of act are ids until the first that is none, then the action and its fields")
    func words() throws {
        let words = try ActWords(["36E85-F51WJ", "37ab1", "4k2m9,5xy01", "cancel", "reason=doublon de 36E85"])
        #expect(words.ids == ["36E85-F51WJ", "37ab1", "4k2m9", "5xy01"])
        #expect(words.action == "cancel")
        #expect(words.fields == ["reason=doublon de 36E85"])
    }

    @Test("The name of an action is no id, although its letters could be those of one")
    func action() throws {
        #expect(try ActWords(["36E85", "cancel"]).ids == ["36E85"])
        #expect(try ActWords(["36E85", "checked-in", "x=1"]).action == "checked-in")
        #expect(try ActWords(["36E85"]).action == nil)
        #expect(try ActWords(["36E85", "note=x"]).action == nil)
    }

    @Test("The beginning of an id stands for the numbers of all ids that begin so")
    func numbers() throws {
        let digits = try #require(TypedID.digits(of: "000O1"))
        #expect(digits == [0, 0, 0, 0, 1])
        #expect(TypedID.numbers(digits) == Int64(1 << 20)...Int64(2 << 20) - 1)
        #expect(TypedID.digits(of: "abc") == nil)
        #expect(TypedID.digits(of: "36E8U") == nil)
        #expect(TypedID.numbers(try #require(TypedID.digits(of: "36E85-F51WJ"))) == nil)
    }
}
