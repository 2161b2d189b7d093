import Foundation
import JSON
import Testing
import Wording

@testable import conciergectl

@Suite("Residents, on the command line")
struct ResidentsTests {
    private static let resident: JSON = [
        "id": "R-1", "name": "Zoé Lefèvre", "dwelling": "A 12", "residence": "Les Tilleuls", "language": "fr",
        "publics": [], "email": "", "phone": "0601020304",
    ]

    /// Imports a small file at a lodge that answers so.
    private func imported(
        _ replies: [JSONObject], _ options: String..., width: Int? = nil
    ) async throws -> (status: Int32, captured: Captured, lodge: CannedLodge) {
        let path = NSTemporaryDirectory() + "residents-\(UUID().uuidString).csv"
        try Data("id;name;dwelling\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let lodge = try CannedLodge([
            "Residents.Upload": { _ in [["upload": "upload-1", "size": 17]] },
            "Residents.Import": { _ in replies },
        ])
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            var console = captured.console(.fr, environment: ["CONCIERGE_SOCKET": socket])
            console.width = width
            status = await Conciergectl.run(["residents", "import", path] + options, on: console)
        }
        return (status, captured, lodge)
    }

    @Test("Every mistake is told with its line and column in the person's language, within the width, with status 65")
    func mistakes() async throws {
        let finding: JSON = [
            "line": 3, "column": "phone", "title": ["fr": "téléphone", "en": "phone"], "kind": "shortened-number",
            "reason": ["fr": "Excel a abrégé ce nombre, et ses chiffres sont perdus ; exportez de nouveau", "en": "x"],
        ]
        let done: JSONObject = [
            "state": "done", "encoding": "utf-8", "separator": ";", "rows": 0, "error_count": 1, "imported": false,
        ]
        let (status, captured, _) = try await imported(
            [["state": "findings", "errors": [finding]], done], width: 60)
        #expect(status == 65)
        #expect(captured.lines.contains("Ligne 3, téléphone\u{A0}: Excel a abrégé ce nombre, et ses"))
        #expect(captured.lines.allSatisfy { $0.count <= 60 })
        #expect(captured.diagnostics.contains("1 erreur, rien n’a été importé"))

        let asJSON = try await imported([["state": "findings", "errors": [finding]], done], "--json")
        #expect(asJSON.status == 65)
        let document = try JSON.parse(asJSON.captured.output)
        #expect(document["rows"] == 0)
        #expect(document["errors"]?.arrayValue?.first?["line"] == 3)
        #expect(document["errors"]?.arrayValue?.first?["column"] == "phone")
    }

    @Test("The file is sent as it is, and who is missing from it is listed")
    func missing() async throws {
        let (status, captured, lodge) = try await imported(
            [
                ["state": "missing", "entries": [Self.resident]],
                [
                    "state": "done", "encoding": "utf-8", "separator": ";", "rows": 2, "added": 1, "changed": 0,
                    "missing": 1, "imported": true,
                ],
            ], "--move-out-missing")
        #expect(status == 0)
        #expect(lodge.parameters(of: "Residents.Upload")?["data"] == "aWQ7bmFtZTtkd2VsbGluZwo=")
        #expect(lodge.parameters(of: "Residents.Import")?["remove_missing"] == true)
        #expect(captured.output.contains("Zoé Lefèvre"))
        #expect(captured.output.contains("ils quittent l’annuaire"))
        #expect(captured.lines.contains("L’annuaire est à jour."))
    }

    @Test("A file that cannot be read is told so, with status 66")
    func unreadable() async {
        let captured = Captured()
        let status = await captured.run("residents", "import", "/nowhere/residents.csv", language: .fr)
        #expect(status == 66)
        #expect(captured.diagnostics.contains("ne peut pas être lu"))
    }

    @Test("Base 64 is written as it is read, whatever the length")
    func base64() {
        for count in 0..<9 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 83 &+ 250) }
            #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }
}
