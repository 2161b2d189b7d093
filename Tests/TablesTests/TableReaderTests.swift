import Testing

@testable import Tables

@Suite("Reading tables that people made")
struct TableReaderTests {
    @Test("Each of CRLF, LF and CR ends one line, in cells too, where each becomes a line feed")
    func lineEnds() {
        let records = records("a;b\r\n\"1\r\n2\r3\n4\";x\ry;z\n\nlast")
        #expect(records.map(\.line) == [1, 2, 6, 7, 8])
        #expect(records[1].cells.map(\.text) == ["1\n2\n3\n4", "x"])
        #expect(records[4].cells.map(\.text) == ["last"])
    }

    @Test("Doubled quotes, separators and spaces are text in quotes, and a quote within a cell is text")
    func quotes() {
        #expect(
            records(#""a ""b"" c;d"; "e" ;f "g" h;"";"#)[0].cells.map(\.text) == [
                "a \"b\" c;d", "e", "f \"g\" h", "", "",
            ])
    }

    @Test("Text after a closing quote and a quote that nobody closes are mistakes where they begin")
    func quoteMistakes() {
        #expect(records(#"x;"a"b;c"#)[0].cells.map(\.mistake) == [nil, .textAfterQuote, nil])
        let open = records("a;b\nc;\"d;e\nf;g\n")
        #expect(open.count == 2)
        #expect(open[1].unclosed == 1)
    }

    @Test(
        "The separator is that under which most names are known, unless the first line says it",
        arguments: [
            ("id;name,x;phone\n", ";"), ("id,name;x\n", ","), ("id\tname\n", "\t"), ("sep=|\nid|name\n", "|"),
            ("\"sep=,\"\nx;y\n", ","), ("SEP=\t\nid;name\n", "\t"), ("nothing\n", ";"), ("\n\nid,name\n", ","),
        ] as [(String, Character)])
    func separators(text: String, separator: Character) {
        #expect(reader(Array(text.utf8)).separator == separator)
    }

    @Test("Spaces, tabs and no-break spaces around a cell are no part of it")
    func trimming() {
        #expect(records("\u{A0} a b\u{A0};\t c \t")[0].cells.map(\.text) == ["a b", "c"])
    }

    @Test("Control characters are mistakes, with their numbers")
    func controls() {
        #expect(
            records("a\u{0};\u{1B}[31m;\u{7F};\u{85};a\tb;ok")[0].cells.map(\.mistake)
                == [.control(0), .control(0x1B), .control(0x7F), .control(0x85), .control(9), nil])
    }

    @Test("All of Windows-1252 comes right, and its five holes are reported")
    func windows1252() {
        let text = TableText([0x80, 0x8C, 0x92, 0x9C, 0x9F, 0xE9, 0xFF])
        #expect(text.encoding == .windows1252)
        #expect(String(decoding: text.utf8, as: UTF8.self) == "€Œ’œŸéÿ")
        #expect(text.strangers.isEmpty)
        let hole = TableText(Array("caf".utf8) + [0xE9, 0x0A, 0xE9, 0x81, 0x0A])
        #expect(hole.strangers == [.init(offset: 8, bytes: "81")])
    }

    @Test("UTF-16 is read in both orders, with characters beyond 16 bits; half a pair is reported")
    func utf16() {
        for isLittle in [true, false] {
            let units = Array("\u{FEFF}é😀;b\r\n".utf16)
            let bytes = units.flatMap {
                isLittle ? [UInt8($0 & 0xFF), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xFF)]
            }
            let text = TableText(bytes)
            #expect(text.encoding == (isLittle ? .utf16LittleEndian : .utf16BigEndian))
            #expect(String(decoding: text.utf8, as: UTF8.self) == "é😀;b\r\n")
            #expect(text.strangers.isEmpty)
        }
        #expect(TableText([0xFF, 0xFE, 0x41, 0, 0x00, 0xD8]).strangers == [.init(offset: 1, bytes: "00 D8")])
        #expect(TableText([0xFF, 0xFE, 0x41, 0, 0x42]).strangers == [.init(offset: 1, bytes: "42")])
    }

    @Test("Of lines in two encodings the rarer kind is reported, once a line, and none is guessed at")
    func mixed() {
        let utf8 = Array("é;é\n".utf8)
        let other: [UInt8] = [0xE9, 0x3B, 0xE9, 0x0A]
        let mostlyOther = TableText(other + utf8 + other)
        #expect(mostlyOther.encoding == .windows1252)
        #expect(mostlyOther.strangers.map(\.bytes) == ["C3 A9"])
        let mostlyUTF8 = TableText(utf8 + other + utf8)
        #expect(mostlyUTF8.encoding == .utf8)
        #expect(mostlyUTF8.strangers == [.init(offset: 6, bytes: "E9")])
        #expect(String(decoding: mostlyUTF8.utf8, as: UTF8.self) == "é;é\né;é\né;é\n")
        let marked = TableText([0xEF, 0xBB, 0xBF] + utf8 + other)
        #expect(marked.encoding == .utf8WithMark)
        #expect(marked.strangers.map(\.offset) == [6])
    }

    @Test(
        "The accents of old Macintosh programs are recognised, and Czech names in Windows-1252 are not taken for them")
    func macRoman() {
        // Zoé Lefèvre; Žarko Dražen.
        let mac: [UInt8] = Array("Zo".utf8) + [0x8E] + Array(" Lef".utf8) + [0x8F] + Array("vre\n".utf8)
        #expect(TableText(mac).isMacRoman)
        #expect(TableText(mac).strangers == [.init(offset: 2, bytes: "8E")])
        let czech: [UInt8] = [0x8E] + Array("arko Dra".utf8) + [0x9E] + Array("en\n".utf8)
        #expect(!TableText(czech).isMacRoman)
        #expect(TableText(czech).strangers.isEmpty)
    }

    private func reader(_ bytes: [UInt8]) -> TableReader {
        TableReader(bytes) { ["id", "name", "phone"].contains($0) }
    }

    private func records(_ text: String) -> [TableRecord] {
        var reader = reader(Array(text.utf8))
        var records: [TableRecord] = []
        while let record = reader.next() { records.append(record) }
        return records
    }
}
