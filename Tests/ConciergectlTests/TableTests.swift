import Testing
import Wording

@testable import conciergectl

@Suite struct TableTests {
    private func table() -> Table {
        var table = Table([
            Table.Column(Text(fr: "Clé", en: "Key"), isWhole: true), Table.Column(Text(fr: "Nom", en: "Name")),
            Table.Column(Text(fr: "État", en: "State")),
        ])
        table.add(Cell("a"), Cell("Élodie"), Cell("held"))
        table.add(Cell("bbbbbb"), Cell("e\u{301}te\u{301}"), Cell("back"))
        table.add(Cell("c"), Cell("東京"), Cell(""))
        return table
    }

    @Test("Columns are aligned by display width: accents have no width of their own, wide characters have two columns")
    func alignment() {
        #expect(
            table().lines(in: .fr, width: nil, colours: false) == [
                "CLÉ     NOM     ÉTAT",
                "a       Élodie  held",
                "bbbbbb  e\u{301}te\u{301}     back",
                "c       東京",
            ])
    }

    @Test("Without a terminal nothing is truncated; on a terminal the widest cells are, ids never")
    func cutting() {
        var table = Table([
            Table.Column(Text(verbatim: "id"), isWhole: true), Table.Column(Text(verbatim: "note")),
        ])
        table.add(Cell("0123456789ABCDEF"), Cell("a long story that goes on"))
        #expect(table.lines(in: .en, width: nil, colours: false)[1] == "0123456789ABCDEF  a long story that goes on")
        let narrow = table.lines(in: .en, width: 26, colours: false)
        #expect(narrow[1] == "0123456789ABCDEF  a long…")
        #expect(table.lines(in: .en, width: 5, colours: false)[1] == "0123456789ABCDEF  a lon…")
    }

    @Test("On a narrow terminal a row is a block in which nothing is cut, on a wide one the table is as it is")
    func blocks() {
        var table = Table([
            Table.Column(Text(fr: "Tâche", en: "Task"), isWhole: true), Table.Column(Text(fr: "Nom", en: "Name")),
            Table.Column(Text(fr: "Champs", en: "Fields")), Table.Column(Text(fr: "Essais", en: "Attempts")),
        ])
        table.add(Cell("health.day-sheet"), Cell("Établir la feuille du jour"), Cell("practitioner"), Cell("3"))
        #expect(
            table.lines(in: .fr, width: 50, colours: false, heads: [1, 0]) == [
                "Établir la feuille du jour · health.day-sheet",
                "  Champs\u{A0}: practitioner · Essais\u{A0}: 3",
            ])
        let wide = table.lines(in: .fr, width: nil, colours: false)
        #expect(table.lines(in: .fr, width: 80, colours: false, heads: [1, 0]) == wide)
    }

    @Test("A column that is empty in all rows is omitted")
    func emptyColumn() {
        var table = Table([Table.Column(Text(verbatim: "a")), Table.Column(Text(verbatim: "b"))])
        table.add(Cell("1"), Cell(nil))
        #expect(table.lines(in: .en, width: nil, colours: false) == ["A", "1"])
    }

    @Test("Colour encloses the text and does not move the columns")
    func colour() {
        var table = Table([Table.Column(Text(verbatim: "s")), Table.Column(Text(verbatim: "t"))])
        table.add(Cell("ok", colour: .green), Cell("x"))
        #expect(table.lines(in: .en, width: nil, colours: true)[1] == "\u{1B}[32mok\u{1B}[0m  x")
        #expect(table.lines(in: .en, width: nil, colours: false)[1] == "ok  x")
    }

    @Test("Text from others cannot control the terminal")
    func steering() {
        #expect(Cell("a\u{1B}[31mb\nc\r\nd\u{202E}e\u{9B}f").text == "a\u{FFFD}[31mb c d\u{FFFD}e\u{FFFD}f")
    }

    @Test(
        "The number of columns of a text on a terminal",
        arguments: [
            ("été", 3), ("e\u{301}", 1), ("日本", 4), ("👩‍👩‍👧", 2), ("→", 1), ("❤️", 2), ("…", 1), ("", 0), ("\u{301}", 0),
            ("\u{200B}", 0),
        ])
    func columns(_ text: String, _ columns: Int) {
        #expect(text.columns == columns)
    }
}
