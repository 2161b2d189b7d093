import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine

@Suite("Finding residents by what was typed")
struct ResidentSearchTests {
    @Test("Who must be found is found, and who must not is not", arguments: GivenQuery.all)
    func given(_ query: GivenQuery) {
        let search = ResidentSearch(query.text)
        let found = GivenQuery.residents.filter { search.finds(SearchWords.text(SearchWords.of($0))) }.map(\.id)
        #expect(Set(found).isSuperset(of: query.must))
        #expect(Set(found).isDisjoint(with: query.mustNot))
    }

    @Test("All given queries are tried")
    func areRead() {
        #expect(GivenQuery.all.count == 113)
        #expect(GivenQuery.residents.count == 60)
    }

    @Test(
        "A telephone number is found in each form in which it may be typed",
        arguments: ["06 01 02 03 04", "+33 6 01 02 03 04", "0033601020304", "+33 (0)6 01 02 03 04", "601020304"])
    func phones(stored: String) {
        for query in ["0601", "06 01 02", "06.01.02.03.04", "+33 6 01", "0033 6 01", "+33 (0)6 01", "336010"] {
            #expect(finds(query, in: Resident(id: "1", name: "Anne", dwelling: "A 1", phone: stored)))
        }
        for query in ["0102", "0701", "04", "+32 6 01"] {
            #expect(!finds(query, in: Resident(id: "1", name: "Anne", dwelling: "A 1", phone: stored)))
        }
    }

    @Test(
        "A dwelling is found with and without its spaces, however the label is written",
        arguments: ["B 204", "B204", "b-204", "Bât. B 204", "B/204"])
    func dwellings(label: String) {
        for query in ["B 204", "b204", "204", "204 b", "B-204", "b20"] {
            #expect(finds(query, in: Resident(id: "1", name: "Zoé", dwelling: label)))
        }
        #expect(!finds("04", in: Resident(id: "1", name: "Zoé", dwelling: label)))
    }

    @Test("Two numbers of a label are not one number")
    func numbersApart() {
        #expect(!finds("12", in: Resident(id: "1", name: "Zoé", dwelling: "1 23")))
    }

    @Test("A query without a letter or digit asks for nothing")
    func nothing() {
        for query in ["", "  ", "'", "%", "_", "*", "👩‍👩‍👧"] { #expect(ResidentSearch(query).terms.isEmpty) }
    }

    private func finds(_ query: String, in resident: Resident) -> Bool {
        ResidentSearch(query).finds(SearchWords.text(SearchWords.of(resident)))
    }
}

/// A query of the test data.
struct GivenQuery: Sendable, CustomTestStringConvertible {
    let text: String
    let must: Set<String>
    let mustNot: Set<String>

    var testDescription: String { "\"\(text)\"" }

    private static let data = (try? JSON.parse(GivenFile.read("search-given.json")))?.objectValue ?? [:]

    static let residents = (data["residents"]?.arrayValue ?? []).compactMap(\.objectValue).map { json in
        func text(_ name: String) -> String { json[name]?.stringValue ?? "" }
        return Resident(
            id: text("id"), name: text("name"), dwelling: text("dwelling"), residence: text("residence"),
            phone: text("phone"))
    }

    static let all = (data["queries"]?.arrayValue ?? []).compactMap(\.objectValue).map { json in
        func ids(_ name: String) -> Set<String> { Set((json[name]?.arrayValue ?? []).compactMap(\.stringValue)) }
        return GivenQuery(text: json["query"]?.stringValue ?? "?", must: ids("must"), mustNot: ids("must_not"))
    }
}
