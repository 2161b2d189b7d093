import Testing

@testable import Wording

@Suite("The nearest name")
struct NearestNameTests {
    @Test(
        "The distance counts single edits: insert, delete, replace, swap neighbours",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("shelf", "shelf", 0), ("shelf", "shlf", 1), ("shelf", "shelff", 1),
            ("shelf", "shell", 1), ("shelf", "shefl", 1), ("clé", "cle", 1), ("kitten", "sitting", 3),
            ("hodling", "holding", 1),
        ])
    func distance(_ left: String, _ right: String, _ slips: Int) {
        #expect(NearestName.distance(Array(left), Array(right)) == slips)
        #expect(NearestName.distance(Array(right), Array(left)) == slips)
    }

    @Test(
        "The nearest name is within one typing error of the typed one, ignoring letter case",
        arguments: [
            ("holdng", "holding"), ("hodling", "holding"), ("retry-after", "retry_after"), ("Socket", "socket"),
            ("pth", "path"), ("color", nil), ("x", nil), ("sockets", "socket"), ("", nil), ("HANDOVER", "hand-over"),
            ("RETRUN", "return"), ("assign", nil),
        ])
    func nearest(typed: String, meant: String?) {
        let known = ["holding", "retry_after", "socket", "path", "y", "hand-over", "return", "no-access"]
        #expect(NearestName.nearest(to: typed, among: known) == meant)
        #expect(NearestName.nearest(to: typed, among: []) == nil)
    }

    @Test("The suggestion for an error is a question in both languages")
    func suggestion() {
        #expect(NearestName.suggestion(for: "pth", among: ["path"])?.en == "did you mean \"path\"?")
        #expect(
            NearestName.suggestion(for: "pth", among: ["path"])?.fr == "vouliez-vous dire «\u{A0}path\u{A0}»\u{202F}?")
        #expect(NearestName.suggestion(for: "x", among: ["path"]) == nil)
    }
}
