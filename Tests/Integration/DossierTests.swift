import Foundation
import JSON
import Testing

@Suite("What staff note of residents, with the tool and a real daemon")
struct DossierTests {
    private let configuration = """
        lodge: {time_zone: Europe/Paris}
        offers:
          visits: {service: rooms.booking, consent: visites}

        """

    private func write(_ text: String, in folder: Folder) throws -> String {
        let path = folder.path + "/\(UUID().uuidString).csv"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test("It outlives a kill and imports of the directory, and nothing of it is in the journal")
    func noted() throws {
        let folder = try Folder(configuration: configuration)
        let daemon = try DaemonProcess(in: folder)
        let header = "id;name;dwelling;publics;email;phone\n"
        let file = try write(
            header + "R-001;Zoé Lefèvre;A 12;senior;zoe@example.org;0601020304\nR-002;Luc Petit;B 1;;;\n", in: folder)
        #expect(try folder.tool("residents", "import", file).status == 0)
        for call in [
            ["channels", "r-001", "phone", "letter"],
            ["absent", "R-001", "--from", "24/12/2126", "--until", "03.01.2127"],
            ["consent", "R-001", "visites", "--until", "2126-12-31"], ["consent", "R-001", "fragile"],
            ["consent", "R-001", "fragile", "--withdraw"],
            ["mandate", "R-001", "--holder", "Zoé Martin", "--email", "zm@example.org", "--service", "rooms.booking"],
            ["mandate", "R-001", "--resident", "r-002"], ["mandate", "R-001", "--resident", "R-002", "--end"],
        ] {
            let ended = try folder.tool(["residents"] + call)
            #expect(ended.status == 0, "\(call): \(ended.errors)")
        }
        let shown = try JSON.parse(folder.tool("residents", "show", "r-001", "--json").output)
        let dossier = try #require(shown["dossier"])
        #expect(dossier["channels"] == ["phone", "letter"] && dossier["reached_by"] == ["phone", "letter"])
        #expect(dossier["absences"] == [["from": "2126-12-24", "until": "2127-01-03"]])
        #expect(dossier["consents"]?.arrayValue?.map { $0["counts"] } == [true, false])
        #expect(dossier["mandates"]?.arrayValue?.map { $0["holder"] } == ["Zoé Martin", "Luc Petit"])
        #expect(dossier["mandates"]?.arrayValue?.map { $0["counts"] } == [true, false])
        #expect(daemon.end(with: SIGKILL) != 0)

        let next = try DaemonProcess(in: folder)
        defer { next.stop() }
        let other = try write(header + "R-001;Zoé Lefèvre;A 13;;;\n", in: folder)
        #expect(try folder.tool("residents", "import", other, "--move-out-missing").status == 0)
        let again = try JSON.parse(folder.tool("residents", "show", "R-001", "--json").output)
        #expect(again["resident"]?["dwelling"] == "A 13")
        #expect(again["dossier"]?["consents"] == dossier["consents"])
        #expect(again["dossier"]?["mandates"] == dossier["mandates"])
        #expect(again["dossier"]?["absences"] == dossier["absences"])
        // The directory has no number any more.
        #expect(again["dossier"]?["reached_by"] == ["letter"])
        for word in ["Lefèvre", "R-001", "r-001", "visites", "Martin", "zm@", "2126"] {
            #expect(!folder.logText.contains(word), "\(word)")
        }
    }

    @Test("What cannot be is refused with status 65 and words that name what to do, and a repeat does nothing")
    func refused() throws {
        let daemon = try DaemonProcess(in: Folder(configuration: configuration))
        defer { daemon.stop() }
        let folder = daemon.folder
        let file = try write("id;name;dwelling\nR-001;Zoé Lefèvre;A 12\nR-002;Luc Petit;B 1\n", in: folder)
        #expect(try folder.tool("residents", "import", file).status == 0)
        for (call, words) in [
            (["channels", "R-O01", "door"], "did you mean \"R-001 Zoé Lefèvre (A 12)\"?"),
            (["channels", "zoe lefev", "door"], "did you mean \"R-001 Zoé Lefèvre (A 12)\"?"),
            (["channels", "nobody", "door"], "\"nobody\" is not in the directory"),
            (["channels", "R-001", "pigeon"], "\"pigeon\" is no way to reach somebody: email, phone, letter, door"),
            (["absent", "R-001", "--from", "32/12/2026"], "is not a day such as tomorrow"),
            (["absent", "R-001", "--until", "01/01/2020"], "before it begins"),
            (["consent", "R-001", "x", "--withdraw"], "No consent to \"x\" is recorded."),
            (["mandate", "R-001", "--holder", "A", "--service", "rooms.bookin"], "did you mean \"rooms.booking\"?"),
            (["mandate", "R-001", "--holder", "A", "--email", "a@b@c"], "An address has exactly one \"@\"."),
            (["mandate", "R-001", "--resident", "R-001"], "a mandate is for somebody else"),
        ] {
            let ended = try folder.tool(["residents"] + call)
            #expect(ended.status == 65 && ended.errors.contains(words), "\(call): \(ended.status) \(ended.errors)")
        }
        let once = ["residents", "consent", "R-001", "visites", "--idempotency-key", "k", "--json"]
        let first = try folder.tool(once)
        #expect(first.status == 0)
        #expect(try folder.tool(once).output == first.output)
        let shown = try JSON.parse(folder.tool("residents", "show", "R-001", "--json").output)
        #expect(shown["dossier"]?["consents"]?.arrayValue?.count == 1)
        #expect(shown["dossier"]?["mandates"] == [])
    }

    @Test("A service is offered to whoever agrees to what its offer asks for, and the refusal says what that is")
    func offered() throws {
        let daemon = try DaemonProcess(in: Folder(configuration: configuration))
        defer { daemon.stop() }
        let folder = daemon.folder
        let file = try write("id;name;dwelling\nR-001;Zoé Lefèvre;A 12\n", in: folder)
        #expect(try folder.tool("residents", "import", file).status == 0)
        func open() throws -> Folder.Ended {
            try folder.tool(
                "requests", "open", "rooms.booking", "--resident", "R-001", "room=laundry", "day=2126-01-02",
                "hours=10:00-11:00")
        }
        let words = "with the person's consent to \"visites\""
        #expect(try open().errors.contains(words))
        #expect(try folder.tool("offers", "--for", "R-001").output.contains("it is for: \(words)"))
        #expect(try folder.tool("residents", "consent", "R-001", "Visites").status == 0)
        #expect(try !folder.tool("offers", "--for", "R-001").output.contains("✗"))
        #expect(try !open().errors.contains(words))
    }
}
