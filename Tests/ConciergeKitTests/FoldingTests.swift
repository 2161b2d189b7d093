import Testing

@testable import ConciergeKit

@Suite("Comparing texts that people typed")
struct FoldingTests {
    @Test("Canonically equivalent texts have one normal form, and no other texts change")
    func canonical() {
        for (composed, apart) in [
            ("é", "e\u{301}"), ("Å", "\u{212B}"), ("ガ", "カ\u{3099}"), ("각", "\u{1100}\u{1161}\u{11A8}"),
        ] {
            #expect(Array(Folding.canonical(apart).utf8) == Array(Folding.canonical(composed).utf8))
        }
        for text in ["saw", "été", "SAW", "ﬁ", "a b", "l’été", "", "😀"] {
            #expect(Array(Folding.canonical(text).utf8) == Array(text.utf8))
        }
    }

    @Test(
        "Texts that people consider the same are folded to the same text",
        arguments: [
            ("Éléonore", "eleonore"), ("ELE\u{301}ONORE", "éléonore"), ("L’Œuvre", "l'oeuvre"), ("Lætitia", "LAETITIA"),
            ("ﬁn", "fin"), ("Straße", "STRASSE"), ("apt–3", "APT-3"), ("apt‑3", "apt-3"), ("apt−3", "apt-3"),
            ("Ａｐｔ　３", "apt 3"), ("apt\u{200B} 3\u{FEFF}", "apt 3"), (" apt \t\n 3 ", "apt 3"),
            ("  APT   3  ", "\u{200B}apt 3"), (" ", ""), ("~Az[`{", "\u{200B}~az['{"), ("apt\u{A0}3", "apt 3"),
            ("apt\u{AD}3", "apt3"), ("apt\u{0}3", "apt3"), ("l`été", "l'ete"), ("l´été", "l'ete"), ("lʼété", "l'ete"),
            ("« Loge »", "\" loge \""), ("٣", "3"), ("ΟΔΟΣ", "οδος"), ("Łódź", "lodz"), ("Ørsted", "orsted"),
            ("①", "1"), ("ＡÉ", "ae"),
        ])
    func same(one: String, other: String) {
        #expect(Folding.text(one) == Folding.text(other))
        #expect(Array(Folding.text(one).utf8) == Array(Folding.text(other).utf8))
    }

    @Test("A name is folded letter by letter to what the rules for all texts make of it")
    func names() {
        let letters = (0x20...0x24F).compactMap { Unicode.Scalar(UInt32($0)) } + ["\u{2019}", "\u{301}"]
        for letter in letters {
            let name = String(letter)
            #expect(Folding.text(name) == Folding.words(of: name, linesPartWords: true), "\(letter.value)")
        }
        for _ in 0..<2000 {
            let scalars = (0..<Int.random(in: 2...8)).map { _ in
                Bool.random() ? letters.randomElement() ?? "a" : ["é", "E", " ", "’", "œ"].randomElement() ?? " "
            }
            let name = String(String.UnicodeScalarView(scalars))
            #expect(
                Folding.text(name) == Folding.words(of: name, linesPartWords: true),
                "\(scalars.map { String($0.value, radix: 16) })")
        }
    }

    @Test("Folding a folded text changes nothing")
    func stable() {
        for text in ["Éléonore", "L’Œuvre", " a  b ", "각", "ガ", "नमस्ते", "« x »", "\u{FEFF}", "]C1", "a-b"] {
            let folded = Folding.text(text)
            #expect(Folding.text(folded) == folded)
        }
    }

    @Test(
        "Texts that differ remain different",
        arguments: [("ガ", "カ"), ("नि", "न"), ("a b", "ab"), ("3", "4"), ("a-b", "ab")])
    func different(one: String, other: String) {
        #expect(Folding.text(one) != Folding.text(other))
    }

    @Test(
        "A code is the text of the label, without what a scanner or a keyboard adds",
        arguments: [
            "6A12", "6a 12", "6-A.12", "]C16A12", "\u{1D}6A12\u{1D}", "6A\u{0}12\r\n", "６Ａ１２", "6A\u{200B}12",
            "]d26A12", "6A‐12",
            "\u{FEFF}]C16A12",
        ])
    func code(text: String) {
        #expect(Folding.code(text) == "6A12")
    }
}
