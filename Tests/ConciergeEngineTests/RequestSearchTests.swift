import ConciergeKit
import ConciergeTesting
import Testing

@testable import ConciergeEngine

/// A service with texts, a choice and a secret.
private struct Depot: Service {
    static let id = "toy.depot"
    static let name = words("Depot")
    static let summary = words("Depot")

    enum Size: String, Choice, CaseIterable {
        case small, large
        var words: Text {
            switch self {
            case .small: Text(fr: "petit", en: "small")
            case .large: Text(fr: "encombrant", en: "bulky")
            }
        }
    }

    struct Record: Codable {
        var number: String
        var what: String
        var size: Size
        var code: String
    }

    struct Leave: Input {
        static let name = words("Leave")
        @Field(fr: "Numéro", en: "Number") var number: String
        @Field(fr: "Quoi", en: "What") var what: String
        @Field(fr: "Taille", en: "Size") var size: Size
        @Field(fr: "Code", en: "Code", .secret) var code: String
    }

    func headline(_ record: Record) -> Text { Text(verbatim: "\(record.number) \(record.code)") }

    var lifecycle: Lifecycle {
        opening(Leave.self, to: .kept) { leave, moment in
            Draft(Record(number: leave.number, what: leave.what, size: leave.size, code: leave.code), at: moment)
        }
    }
}

extension StateOf<Depot> {
    fileprivate static var kept: Self { open(fr: "gardé", en: "kept", turn: .resident) }
}

@Suite("A search for requests")
struct RequestSearchTests {
    private let table = ServiceTable(Depot())

    private func request(
        _ what: String = "Colis d’Éloïse, l'œuvre", number: String = "RK 409 172 635 FR", size: String = "large",
        resident: String? = nil, about: PlaceKey? = nil
    ) -> StoredRequest {
        let record = #"{"number":"\#(number)","what":"\#(what)","size":"\#(size)","code":"secret4711"}"#
        return StoredRequest(
            id: "r-1", service: "toy.depot", state: "kept", isOpen: true, resident: resident,
            openedAt: Instant(milliseconds: 0), closedAt: nil, record: Array(record.utf8), version: 1, about: about)
    }

    private func search(_ query: String) -> RequestSearch {
        RequestSearch(query, in: ["toy.depot": SearchedRecord(table)])
    }

    @Test(
        "Words are found in what a record says, without accents and capitals, in any order",
        arguments: [
            "eloise", "ELOÏSE colis", "oeuvre", "rk409172635fr", "rk 409 172 635 fr", "635fr", "72635", "encombrant",
            "bulky colis", "col",
        ])
    func found(_ query: String) { #expect(search(query).mayFind(request())) }

    @Test(
        "A word that is nowhere, a secret, the name of a member and a stored value of a choice find nothing",
        arguments: ["eloisa", "colis perceuse", "secret4711", "4711", "number", "large", "petit", "", "…", "is"])
    func notFound(_ query: String) { #expect(!search(query).mayFind(request())) }

    @Test("Texts of other scripts and with escaped characters are found as others are")
    func otherTexts() {
        #expect(search("привет").mayFind(request("Привет")))
        #expect(search("vélo rouge").mayFind(request(#"un \"velo\"\nROUGE"#)))
        #expect(search("prise 10 €").mayFind(request("Prise – 10 €")))
    }

    @Test("Whom a request is for and its place count as what it says, and a word may be met by either")
    func outside() {
        var found = search("benali colis")
        found.words[0].residents = ["R-7"]
        #expect(found.mayFind(request(resident: "R-7")))
        #expect(!found.mayFind(request(resident: "R-8")))
        #expect(search("r-8 colis").mayFind(request(resident: "R-8")))
        #expect(search("loge d'en face").mayFind(request(resident: "Mme Roux, loge d'en face")))
        let flat = PlaceKey(residence: "T-1", dwelling: "B 204")
        var placed = search("tilleuls b204 colis")
        placed.residences = ["T-1": "Les Tilleuls"]
        #expect(placed.mayFind(request(about: flat)))
        #expect(!placed.mayFind(request(about: PlaceKey(residence: "T-1", dwelling: "B 304"))))
        #expect(search("hall").mayFind(request(about: PlaceKey(residence: "T-1", commonPart: "Grand hall"))))
    }

    @Test("A building is found by its letter, and nobody whose name begins with it")
    func building() {
        for query in ["bâtiment B", "bat b", "bât. B colis"] {
            let found = search(query)
            #expect(found.mayFind(request(size: "small", resident: "R-7")), "\(query)")
            #expect(found.finds(request(resident: "R-7"), residentWords: ["roux", "b204", "204"]))
            #expect(!found.finds(request(resident: "R-7"), residentWords: ["benali", "a204", "204"]))
        }
        let flat = PlaceKey(residence: "T-1", dwelling: "B 204")
        #expect(search("bâtiment b").mayFind(request(about: flat)))
        #expect(!search("bâtiment a").mayFind(request(about: flat)))
        #expect(search("bât. B, appt 204").mayFind(request(about: flat)))
    }

    @Test("A word that finds very many residents is compared with the request's own resident")
    func frequent() {
        var frequent = search("b colis")
        frequent.words[0].isFrequent = true
        #expect(frequent.mayFind(request(size: "small", resident: "R-7")))
        #expect(!frequent.mayFind(request(size: "small", resident: nil)))
        #expect(frequent.finds(request(size: "small", resident: "R-7"), residentWords: ["benali", "b204"]))
        #expect(!frequent.finds(request(size: "small", resident: "R-7"), residentWords: ["roux"]))
        #expect(!frequent.finds(request(size: "small", resident: "R-7"), residentWords: nil))
    }

    @Test("The residents whom all words together find are found, whatever else the request says")
    func together() {
        var together = search("benali b 204")
        together.residents = ["R-7"]
        #expect(together.mayFind(request(resident: "R-7")))
        together.besides = request().id.number...request().id.number
        #expect(!together.mayFind(request(resident: "R-7")))
    }

    @Test("Of a service that is not served no record is read")
    func unserved() {
        let unserved = RequestSearch("colis", in: [:])
        #expect(!unserved.mayFind(request()))
    }

    @Test("A headline that says a secret says nothing of it to others than staff")
    func publicHeadline() throws {
        let shown = try #require(table.headline(of: request(), in: .utc))
        #expect(shown.en.contains("secret4711"))
        let hidden = try #require(table.publicHeadline(of: request(), in: .utc))
        #expect(hidden.en.contains("RK 409") && !hidden.en.contains("4711"))
    }

    @Test("The beginning of an id, from four characters, stands for the numbers of all ids that begin so")
    func beginnings() throws {
        let id = RequestID(number: 0x123_4567_89AB)
        let text = id.description
        for typed in [
            String(text.prefix(4)), text.prefix(5).lowercased(), String(text.prefix(8)), String(text.prefix(10)),
        ] {
            let numbers = try #require(ShortID.numbers(beginning: typed))
            #expect(numbers.contains(id.number))
            #expect(RequestID(number: numbers.lowerBound).description.hasPrefix(typed.uppercased()))
            #expect(RequestID(number: numbers.upperBound).description.hasPrefix(typed.uppercased()))
            #expect(!RequestID(number: numbers.upperBound + 1).description.hasPrefix(typed.uppercased()))
        }
        for typed in ["", "123", "12!4", text, "RUES"] { #expect(ShortID.numbers(beginning: typed) == nil) }
    }
}
