import Foundation
import Testing

@Suite("Documents derived from the declared settings")
struct SettingsDocumentTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func repositoryFile(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private func printed(_ option: String) throws -> String {
        let ended = try folder.run("concierged", [option], environment: ["PATH": "/usr/bin:/bin"])
        #expect(ended.status == 0, "\(ended.errors)")
        return ended.output
    }

    @Test("The shipped configuration is the example of this build; make settings writes it")
    func shipped() throws {
        #expect(try repositoryFile("etc/concierge/concierged.yaml") == printed("--example-configuration"))
    }

    @Test("The table in docs/operations.md is that of this build; make settings writes it")
    func table() throws {
        let document = try repositoryFile("docs/operations.md")
        let table = try #require(
            document.firstMatch(of: #/(?s)<!-- settings: begin[^\n]*\n(.*)<!-- settings: end -->/#)?.1)
        #expect(try String(table) == printed("--settings-table"))
        #expect(
            table.contains(
                #"| `providers.repairs.urgencies.{U1,U2,U3}.due` | `"4 hours"` (U1), `"24 hours"` (U2), `"5 working days"` (U3) |"#
            ))
    }

    @Test("The example passes the check as it is, and with every key uncommented")
    func everyKey() throws {
        let example = try printed("--example-configuration")
        // The file that the example names is not on each machine.
        let all = example.replacing(#/(?m)^( *)#(?! |$)/#) { $0.1 }.replacing(#/(?m)^ *diagnosis: .*\n/#, with: "")
        #expect(all != example)
        for text in [example, all] {
            try folder.configure(text)
            let ended = try folder.daemon(["--check"])
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.contains("health: can serve"))
        }
    }
}
