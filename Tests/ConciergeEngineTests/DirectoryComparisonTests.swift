import ConciergeEngine
import ConciergeKit
import Testing

@Suite("Comparing a file of residents with the directory")
struct DirectoryComparisonTests {
    private let anne = Resident(id: "1", name: "Anne", dwelling: "A 1", phone: "0601020304")
    private let paul = Resident(id: "2", name: "Paul", dwelling: "A 2")
    private let zoe = Resident(id: "3", name: "Zoe\u{301}", dwelling: "A 3")

    @Test("Who is new, changed and missing is told apart, and an unchanged line changes nothing")
    func kinds() {
        let comparison = comparison("id;name;dwelling\n1;Anne;B 7\n3;Zo\u{E9};A 3\n4;Luc;A 4\n", [anne, paul, zoe])
        #expect(comparison.added.map(\.id) == ["4"])
        #expect(comparison.changed.map(\.id) == ["1"])
        #expect(comparison.missing == [paul])
    }

    @Test("A column that the file does not have keeps what the directory has, and an empty cell clears it")
    func columns() {
        #expect(comparison("id;name;dwelling\n1;Anne;B 7\n", [anne]).changed.map(\.phone) == ["0601020304"])
        #expect(comparison("id;name;dwelling;phone\n1;Anne;A 1;\n", [anne]).changed.map(\.phone) == [""])
    }

    @Test("Who is missing stays, unless told to move out")
    func missing() {
        let comparison = comparison("id;name;dwelling\n1;Anne;A 1\n", [anne, paul])
        #expect(comparison.changes(removingMissing: false).isEmpty)
        #expect(comparison.changes(removingMissing: true) == DirectoryChanges<Resident>(removed: [paul.key]))
    }

    private func comparison(_ text: String, _ residents: [Resident]) -> DirectoryComparison<Resident> {
        var comparison = DirectoryComparison(DirectoryFile<Resident>(Array(text.utf8)))
        comparison.compare(residents)
        return comparison
    }
}
