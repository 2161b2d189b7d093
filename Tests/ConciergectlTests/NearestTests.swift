import Testing

@testable import conciergectl

@Suite struct NearestTests {
    @Test(
        "The distance counts slips: insert, delete, replace, swap neighbours",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("shelf", "shelf", 0), ("shelf", "shlf", 1), ("shelf", "shelff", 1),
            ("shelf", "shell", 1), ("shelf", "shefl", 1), ("clé", "cle", 1), ("kitten", "sitting", 3),
        ])
    func distance(_ left: String, _ right: String, _ slips: Int) {
        #expect(Nearest.distance(left, right) == slips)
        #expect(Nearest.distance(right, left) == slips)
    }

    @Test("The nearest is found whatever its letter case, and nothing that is far")
    func match() {
        let actions = ["hand-over", "return", "no-access"]
        #expect(Nearest.match(for: "handover", in: actions) == "hand-over")
        #expect(Nearest.match(for: "RETRUN", in: actions) == "return")
        #expect(Nearest.match(for: "assign", in: actions) == nil)
        #expect(Nearest.match(for: "x", in: []) == nil)
    }
}
