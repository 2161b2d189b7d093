import ConciergeKit
import Foundation
import JSON
import Tables
import Testing

@testable import ConciergeEngine

@Suite("Reading a file of residents")
struct ResidentsFileTests {
    @Test("Files as French programs write them say whom they hold, or where they are wrong", arguments: GivenFile.all)
    func given(_ expected: GivenFile) throws {
        let file = DirectoryFile<Resident>(expected.bytes)
        #expect(file.encoding?.rawValue == expected.encoding)
        #expect(file.separator.map(String.init) == expected.separator)
        #expect(file.entries.count == expected.rows)
        #expect(file.unknownColumns == expected.unknownColumns)
        let found = file.mistakes.map { "\($0.line) \($0.column ?? "-") \($0.kind.rawValue)" }
        #expect(found == expected.mistakes)
        for resident in file.entries {
            let cells = try #require(expected.sample[resident.id])
            for column in ResidentColumn.allCases {
                #expect(Array(resident.cell(column).utf8) == Array((cells[column.rawValue] ?? "?").utf8))
            }
        }
        if let bytes = expected.bytesOfMistake {
            #expect(file.mistakes[0].reason.fr.contains(bytes))
        }
    }

    @Test("A duplicate names the line on which its id was first, in whatever Unicode form it is written")
    func duplicates() {
        let file = DirectoryFile<Resident>("id,name,dwelling\nE\u{301}1,Anne,A 1\n\u{C9}1,Paul,A 2\né1,Jean,A 3\n")
        #expect(file.mistakes.map(\.line) == [3, 4])
        #expect(file.mistakes.allSatisfy { $0.kind == .duplicateKey && $0.reason.en.contains("line 2") })
    }

    @Test("All bad lines are reported, each mistake with its column, and nobody is left to be imported")
    func allMistakes() {
        let file = DirectoryFile<Resident>(
            "id;nom;logement;entrée\n1;;A 1;31/02/2027\n2;Anne;A 2;\n3;Paul;;\n4;Jean;A 4;;x\n\"5\"6;Luc;A 5;\n")
        #expect(
            file.mistakes.map { "\($0.line) \($0.column ?? "-") \($0.kind.rawValue)" } == [
                "2 name missing-value", "2 moved_in date", "4 dwelling missing-value", "5 - extra-cell", "6 id quote",
            ])
        #expect(file.entries.isEmpty)
    }

    @Test("A header alone, blank lines alone and a byte order mark alone are empty")
    func empty() {
        for text in ["id;name;dwelling\r\n", "\n\n", ";;;\n", "\u{FEFF}", "sep=;\n"] {
            #expect(DirectoryFile<Resident>(text).mistakes.map(\.kind) == [.empty])
        }
    }

    @Test(
        "A day is ISO or day first, never month first and never with a year of two digits",
        arguments: [
            ("2027-04-03", "2027-04-03"), ("03/04/2027", "2027-04-03"), ("3.4.2027", "2027-04-03"),
            ("03-04-2027", "2027-04-03"), ("29/02/2028", "2028-02-29"), ("03/04/2027 00:00", "2027-04-03"),
            ("2027-04-03 00:00:00", "2027-04-03"), ("04/13/2027", nil), ("03/04/27", nil), ("29/02/2027", nil),
            ("46115", nil), ("0/1/2027", nil), ("03/04/2027 12:00", nil), ("3/4-2027", nil),
        ])
    func days(text: String, day: String?) {
        #expect(CellText.day(text)?.description == day)
    }

    @Test("A number that a spreadsheet has shortened is refused in these words, and no other text is")
    func shortened() {
        for text in ["4,68769E+17", "6,01E+08", "4.68769e+17", "6E+08"] {
            let file = DirectoryFile<Resident>("id;name;dwelling;phone\n1;Anne;A 1;\(text)\n")
            #expect(file.mistakes.map(\.kind) == [.shortenedNumber])
            #expect(file.mistakes.first?.reason.fr.contains("Excel a abrégé ce nombre (\(text))") ?? false)
        }
        for text in ["0601020304", "12E3", "E+17", "4,5", "1E+", "06 01 E+1 2"] {
            #expect(!CellText.isShortened(text))
        }
    }

    @Test("Direction marks are removed with a notice, and the joiners of an emoji stay")
    func directionMarks() {
        let file = DirectoryFile<Resident>("id;name;dwelling\n1;\u{200F}محمد\u{200F};A 1\n2;👩‍👩‍👧 Arc;A 2\n")
        #expect(file.entries.map(\.name) == ["محمد", "👩‍👩‍👧 Arc"])
        #expect(file.notices.map(\.line) == [2])
    }

    @Test("Several publics in a cell are parted by commas or bars")
    func publics() {
        let file = DirectoryFile<Resident>(
            "id;name;dwelling;publics\n1;Anne;A 1;senior, famille\n2;Paul;A 2;senior|fragile\n")
        #expect(file.entries.map(\.publics) == [["senior", "famille"], ["senior", "fragile"]])
    }

    @Test("A cell of 10,000 characters is taken, a longer one is not, and neither is an unclosed quote in the header")
    func limits() {
        let long = String(repeating: "é", count: 10_000)
        #expect(DirectoryFile<Resident>("id;name;dwelling\n1;\(long);A 1\n").mistakes.isEmpty)
        #expect(DirectoryFile<Resident>("id;name;dwelling\n1;\(long)é;A 1\n").mistakes.map(\.kind) == [.tooLong])
        #expect(DirectoryFile<Resident>("id;\"name;dwelling\n1;Anne;A 1\n").mistakes.map(\.kind) == [.unclosedQuote])
    }
}

extension DirectoryFile<Resident> {
    fileprivate init(_ text: String) { self.init(Array(text.utf8)) }
}

extension Resident {
    /// The text of a cell as it is in a file, with the day in ISO.
    fileprivate func cell(_ column: ResidentColumn) -> String {
        switch column {
        case .id: id
        case .name: name
        case .dwelling: dwelling
        case .residence: residence
        case .language: language
        case .publics: publics.joined(separator: ",")
        case .email: email
        case .phone: phone
        case .movedIn: movedIn?.description ?? ""
        }
    }
}

/// A file of the test data, and what must be found in it.
struct GivenFile: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let encoding: String?
    let separator: String?
    let rows: Int
    let unknownColumns: [String]
    let mistakes: [String]
    let bytesOfMistake: String?
    let sample: [String: [String: String]]

    var testDescription: String { name }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Data/residents").path

    static func read(_ name: String) -> [UInt8] {
        (try? Data(contentsOf: URL(filePath: folder + "/" + name))).map(Array.init) ?? []
    }

    static let all: [GivenFile] = {
        let json = try? JSON.parse(read("expectations.json"))
        return (json?.objectValue?["files"]?.arrayValue ?? []).compactMap { $0.objectValue }.map(GivenFile.init)
    }()

    private init(_ json: JSONObject) {
        name = json["file"]?.stringValue ?? "?"
        bytes = Self.read(name)
        encoding = json["encoding"]?.stringValue
        separator = json["separator"]?.stringValue
        rows = json["rows"].flatMap { Int($0.text) } ?? -1
        unknownColumns = (json["unknown_columns"]?.arrayValue ?? []).compactMap(\.stringValue)
        let errors = (json["errors"]?.arrayValue ?? []).compactMap(\.objectValue)
        mistakes = errors.map {
            "\($0["line"]?.text ?? "") \($0["column"]?.stringValue ?? "-") \($0["kind"]?.stringValue ?? "")"
        }
        bytesOfMistake = errors.compactMap { $0["bytes"]?.stringValue }.first
        sample = (json["sample"]?.objectValue ?? [:]).reduce(into: [:]) { sample, member in
            sample[member.key] = (member.value.objectValue ?? [:]).reduce(into: [:]) {
                $0[$1.key] = $1.value.stringValue ?? ""
            }
        }
    }
}
