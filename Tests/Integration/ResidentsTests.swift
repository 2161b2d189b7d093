import Foundation
import JSON
import Testing
import Varlink

@Suite("The directory of residents, with the tool and a real daemon")
struct ResidentsTests {
    private static let header = "identifiant;nom;logement;résidence;téléphone;entrée\r\n"

    @Test("A file is imported, residents are found and shown as written, and a file with a bad line changes nothing")
    func aDirectory() throws {
        let daemon = try DaemonProcess(in: Folder())
        defer { daemon.stop() }
        let folder = daemon.folder
        #expect(try folder.tool("residents", "search", "zoe", "--json").output.contains(#""residents":[]"#))
        let good = try write(
            Self.header + "R-1;Zoé Lefèvre;B 204;Les Tilleuls;06 01 02 03 04;03/04/2027\r\nR-2;O’Neill Sean;A 1;;;\r\n",
            in: folder)
        let dry = try folder.tool("residents", "import", good, "--dry-run", "--json")
        #expect(dry.status == 0)
        #expect(try JSON.parse(dry.output)["added"] == 2)
        #expect(try found("zoe", folder) == [])

        let imported = try folder.tool("residents", "import", good, "--json")
        let reply = try JSON.parse(imported.output)
        #expect(reply["encoding"] == "utf-8")
        #expect(reply["separator"] == ";")
        #expect(reply["rows"] == 2)
        #expect(reply["errors"] == [])
        for (query, ids) in [("lefevre", ["R-1"]), ("B 204", ["R-1"]), ("0601", ["R-1"]), ("oneill", ["R-2"])] {
            #expect(try found(query, folder) == ids)
        }
        let shown = try JSON.parse(folder.tool("residents", "show", "r-1", "--json").output)
        #expect(shown["resident"]?["name"] == "Zoé Lefèvre")
        #expect(shown["resident"]?["moved_in"] == "2027-04-03")

        let bad = try write(Self.header + "R-1;Zoé Martin;B 204;;;\r\nR-3;Luc;A 2;;4,68769E+17;\r\n", in: folder)
        let refused = try folder.tool("residents", "import", bad, "--json")
        #expect(refused.status == 65)
        let errors = try JSON.parse(refused.output)["errors"]?.arrayValue ?? []
        #expect(errors.map { $0["line"] } == [3])
        #expect(errors.map { $0["column"] } == ["phone"])
        #expect(try found("martin", folder) == [])
        // Nothing personal is in the journal.
        for word in ["Lefèvre", "Martin", "R-1", "0601"] { #expect(!folder.logText.contains(word)) }
    }

    @Test("Who is missing from a file is told and stays, and moves out only when told so")
    func missing() throws {
        let daemon = try DaemonProcess(in: Folder())
        defer { daemon.stop() }
        let folder = daemon.folder
        let both = try write(Self.header + "1;Zoé;B 2;;;\n2;Paul;B 3;;;\n", in: folder)
        let one = try write(Self.header + "1;Zoé;B 4;;;\n", in: folder)
        #expect(try folder.tool("residents", "import", both).status == 0)
        let reply = try JSON.parse(folder.tool("residents", "import", one, "--json").output)
        #expect(reply["changed"] == 1)
        #expect(reply["missing"] == 1)
        #expect(reply["missing_residents"]?.arrayValue?.map { $0["id"] } == ["2"])
        #expect(try found("paul", folder) == ["2"])
        let moved = try JSON.parse(folder.tool("residents", "import", one, "--move-out-missing", "--json").output)
        #expect(moved["changed"] == 0)
        #expect(moved["moved_out"] == 1)
        #expect(try found("paul", folder) == [])
    }

    @Test("An upload belongs to its connection and is gone after it")
    func uploads() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let (first, second) = (try await daemon.connect(), try await daemon.connect())
        let data = Data("id;name;dwelling\n1;Zoé;B 2\n".utf8).base64EncodedString()
        let begun = try await first.call("org.concierged.Residents.Upload", ["data": .string(data)])
        let name = try #require(begun["upload"])
        await #expect(throws: VarlinkError.self) {
            _ = try await second.call("org.concierged.Residents.Upload", ["upload": name, "data": .string(data)])
        }
        await first.close()
        let wrong = await #expect(throws: VarlinkError.self) {
            _ = try await second.call("org.concierged.Residents.Upload", ["data": "not base 64!"])
        }
        #expect(wrong?.parameters["field"] == "data")
        await second.close()
    }

    private func write(_ text: String, in folder: Folder) throws -> String {
        let path = folder.path + "/\(UUID().uuidString).csv"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private func found(_ query: String, _ folder: Folder) throws -> [String] {
        let reply = try JSON.parse(folder.tool("residents", "search", query, "--json").output)
        return (reply["residents"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
    }
}
