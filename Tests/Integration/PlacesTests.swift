import ConciergeKit
import Foundation
import JSON
import Testing

@Suite("Residences and dwellings, with the tool and a real daemon")
struct PlacesTests {
    private static let configuration = """
        working_calendars:
          gardiens:
            hours:
              monday: ["08:00-12:00"]
              friday: ["08:00-12:00"]
        """

    @Test("Places are imported, shown by id and name, known of a resident, and give a promise its calendar")
    func places() throws {
        let daemon = try DaemonProcess(in: Folder(configuration: Self.configuration))
        defer { daemon.stop() }
        let folder = daemon.folder
        let residences = try write(
            "identifiant;nom;adresse;territoire;fuseau;région;calendrier;téléphone;parties_communes\n"
                + "T-1;Les Tilleuls;1 rue du Pré;Metz;Europe/Paris;FR-57;gardiens;0387;laverie, hall\n", in: folder)
        let dwellings = try write("logement;résidence;étage;adapté\nB 204;Les Tilleuls;2;oui\n", in: folder)
        let residents = try write("id;name;dwelling;residence\n1;Zoé;b 204;les tilleuls\n2;Luc;C 1;T-1\n", in: folder)

        let early = try folder.tool("dwellings", "import", dwellings, "--json")
        #expect(early.status == 65)
        #expect(try JSON.parse(early.output)["errors"]?.arrayValue?.map { $0["column"] } == ["residence"])
        #expect(try JSON.parse(folder.tool("residences", "import", residences, "--json").output)["added"] == 1)
        #expect(try JSON.parse(folder.tool("dwellings", "import", dwellings, "--json").output)["added"] == 1)
        let imported = try JSON.parse(folder.tool("residents", "import", residents, "--json").output)
        #expect(imported["added"] == 2)
        #expect(imported["notices"]?.arrayValue?.map { $0["line"] } == [3])

        let shown = try JSON.parse(folder.tool("residences", "show", "les tilleuls", "--json").output)
        #expect(shown["residence"]?["id"] == "T-1")
        #expect(shown["residence"]?["dwellings"] == 1)
        #expect(try folder.tool("residences", "list").output.contains("Les Tilleuls"))
        #expect(try folder.tool("dwellings", "list", "--residence", "T-1").output.contains("B 204"))
        #expect(try folder.tool("dwellings", "show", "b204", "--residence", "T-1").status == 65)
        #expect(try folder.tool("dwellings", "show", "b 204", "--residence", "T-1").output.contains("B 204"))
        let resident = try JSON.parse(folder.tool("residents", "show", "1", "--json").output)
        #expect(resident["residence"]?["territory"] == "Metz")
        #expect(resident["dwelling"]?["adapted"] == true)

        // Good Friday, 26 March 2027, is a holiday in Moselle, and Easter Monday everywhere.
        func due(_ options: String...) throws -> JSON? {
            let call = ["promise", "1 working day", "--from", "2027-03-25T09:00:00Z", "--json"]
            return try JSON.parse(folder.tool(call + options).output)["due"]
        }
        #expect(try due("--calendar", "gardiens") == "2027-03-26T11:00:00Z")
        #expect(try due("--residence", "Les Tilleuls") == "2027-04-02T10:00:00Z")

        // A residence with dwellings stays.
        let other = try write("id;name;zone\nX;Autre;UTC\n", in: folder)
        let refused = try folder.tool("residences", "import", other, "--remove-missing")
        #expect(refused.status == 65)
        #expect(
            try JSON.parse(folder.tool("residences", "list", "--json").output)["residences"]?.arrayValue?.count == 1)
    }

    @Test("A request is for a resident of the directory, who is found by words, shown by name and corrected")
    func requests() async throws {
        let daemon = try DaemonProcess(in: Folder())
        defer { daemon.stop() }
        let folder = daemon.folder
        func open(_ resident: String, _ number: String) throws -> Folder.Ended {
            try folder.tool(
                "requests", "open", "parcel.reception", "--resident", resident, "tracking=\(number)", "--json")
        }
        // Without a directory a resident is a text.
        let text = try JSON.parse(open("apt-12", "RB123456785GB").output)["request"]
        #expect(text?["resident"] == "apt-12")
        #expect(text?["unknown_resident"] == nil)
        let file = try write(
            "id;name;dwelling;residence\nR-1;Zoé Lefèvre;A 12;Les Tilleuls\nR-2;Paul Lefort;B 1;Les Tilleuls\n"
                + "R-3;Paul Lefortin;B 2;Les Tilleuls\n", in: folder)
        #expect(try folder.tool("residents", "import", file).status == 0)

        for (words, number) in [("zoe lef", "EE471108151FR"), ("r-1", "EB000717618HK")] {
            let request = try JSON.parse(open(words, number).output)["request"]
            #expect(request?["resident"] == "R-1")
            #expect(
                request?["known_resident"] == ["name": "Zoé Lefèvre", "dwelling": "A 12", "residence": "Les Tilleuls"])
        }
        let several = try open("lef", "CP987654326FR")
        #expect(several.status == 65)
        #expect(several.errors.contains("R-2 Paul Lefort (B 1)"))
        let unknown = try JSON.parse(open("apt-40", "CP987654326FR").output)["request"]
        #expect(unknown?["resident"] == "apt-40")
        #expect(unknown?["unknown_resident"] == true)

        func list(_ resident: String) throws -> [JSON?] {
            let list = try folder.tool("requests", "list", "--resident", resident, "--json").output
            return (try JSON.parse(list)["requests"]?.arrayValue ?? []).map { $0["resident"] }
        }
        #expect(try list("lefevre") == ["R-1", "R-1"])
        #expect(try list("apt-12") == ["apt-12"])
        #expect(try folder.tool("requests", "list").output.contains("Zoé Lefèvre, A 12"))

        let id = try #require(unknown?["id"]?.stringValue)
        #expect(
            try folder.tool("requests", "correct", id, "--resident", "paul lefort").output.contains("Paul Lefort (R-2)")
        )
        #expect(try list("R-2") == ["R-2"])
        #expect(try list("apt-40") == [])
        let shown = try folder.tool("requests", "show", id).output
        #expect(shown.contains("apt-40 → Paul Lefort (R-2)"))
        #expect(shown.contains("B 1, Les Tilleuls"))
        #expect(try folder.tool("requests", "correct", id, "--resident", "r-2").status == 65)
        // Nothing personal is in the journal.
        for word in ["Lefèvre", "Lefort", "R-2"] { #expect(!folder.logText.contains(word)) }
    }

    @Test("A request is about a place, which others follow, and what is open there already is named")
    func about() throws {
        let daemon = try DaemonProcess(in: Folder(configuration: Self.configuration))
        defer { daemon.stop() }
        let folder = daemon.folder
        func lift(_ options: String...) throws -> Folder.Ended {
            try folder.tool(
                ["requests", "open", "repairs.repair", "category=lift", "location=Hall", "description=Stuck"] + options)
        }
        let early = try lift("--about", "Les Tilleuls")
        #expect(early.status == 65)
        #expect(early.errors.contains("conciergectl residences import"))
        let residences = try write(
            "id;name;zone;calendar;common_parts\nT-1;Les Tilleuls;Europe/Paris;gardiens;hall, laverie\n"
                + "T-2;Le Pré;Europe/Paris;gardiens;hall\n", in: folder)
        let dwellings = try write("label;residence;id\nB 204;Les Tilleuls;log-7\n", in: folder)
        let residents = try write(
            "id;name;dwelling;residence\nR-1;Zoé Lefèvre;B 204;Les Tilleuls\nR-2;Paul Lefort;B 1;Le Pré\n", in: folder)
        for (noun, file) in [("residences", residences), ("dwellings", dwellings), ("residents", residents)] {
            #expect(try folder.tool(noun, "import", file).status == 0)
        }

        let nobody = try lift()
        #expect(nobody.status == 65)
        #expect(nobody.errors.contains("--resident") && nobody.errors.contains("--about"))
        #expect(try lift("--about", "Les Tileuls").errors.contains("did you mean \"Les Tilleuls\"?"))
        #expect(try lift("--about", "hall").errors.contains("Le Pré, hall"))
        #expect(try JSON.parse(folder.tool("requests", "list", "--json").output)["requests"] == [])

        let first = try JSON.parse(lift("--about", "les tilleuls, HALL", "--json").output)
        #expect(
            first["request"]?["about"]
                == ["residence": "T-1", "name": "Les Tilleuls", "common_part": "hall"])
        #expect(first["others"] == nil)
        let id = try #require(first["request"]?["id"]?.stringValue)
        let second = try lift("--about", "T-1, hall", "--resident", "zoe")
        #expect(second.output.contains("Reported already:"))
        #expect(second.output.contains("requests follow \(id) --resident zoe"))
        #expect(try !lift("--about", "log-7").output.contains("Reported already"))

        func list(_ options: String...) throws -> Int? {
            try JSON.parse(folder.tool(["requests", "list", "--json"] + options).output)["requests"]?.arrayValue?.count
        }
        #expect(try list("--about", "Les Tilleuls") == 3)
        #expect(try list("--about", "Les Tilleuls, hall", "--open") == 2)
        #expect(try list("--about", "les tilleuls, b 204") == 1)
        #expect(try list("--about", "Le Pré") == 0)

        let followed = try folder.tool("requests", "follow", id, "--resident", "r-2")
        #expect(followed.output.contains("Paul Lefort (R-2)"))
        #expect(try folder.tool("requests", "follow", id, "--resident", "R-2").status == 65)
        let own = try JSON.parse(folder.tool("requests", "list", "--resident", "R-2", "--json").output)
        #expect(own["requests"] == [])
        #expect(own["followed"]?.arrayValue?.map { $0["id"] } == [.string(id)])
        let shown = try folder.tool("requests", "show", id).output
        #expect(shown.contains("Les Tilleuls, hall") && shown.contains("Followed by"))
        #expect(try folder.tool("requests", "list").output.contains("Les Tilleuls, hall"))
        #expect(try folder.tool("today").output.contains("Les Tilleuls, hall"))

        #expect(try folder.tool("requests", "correct", id, "--about", "Le Pré, hall").status == 0)
        #expect(try list("--about", "Le Pré, hall") == 1)
        #expect(try folder.tool("requests", "unfollow", id, "--resident", "paul").status == 0)
        let after = try folder.tool("requests", "show", id).output
        #expect(after.contains("Les Tilleuls, hall → Le Pré, hall") && !after.contains("Followed by"))
        // Nothing personal is in the journal.
        for word in ["Lefèvre", "Lefort", "R-2", "Tilleuls"] { #expect(!folder.logText.contains(word)) }
    }

    @Test("Of a tenant who has moved out, the next one in the same flat sees and is told nothing")
    func movingOut() throws {
        let daemon = try DaemonProcess(
            in: Folder(
                configuration: Self.configuration + """

                    offers:
                      parcels:
                        service: parcel.reception
                        publics: [senior]
                    providers:
                      health:
                        practitioners:
                          dr-martin: {name: Dr Martin, slot: 20min, hours: {monday: ["07:00-22:00"]}}
                    """))
        defer { daemon.stop() }
        let folder = daemon.folder
        let residences = try write("id;name;zone;common_parts\nT-1;Les Tilleuls;Europe/Paris;hall\n", in: folder)
        let dwellings = try write("label;residence\nB 204;Les Tilleuls\n", in: folder)
        let header = "id;name;dwelling;residence;publics;moved_in\n"
        let former = "R-1;Zoé Lefèvre;B 204;Les Tilleuls;senior;2020-01-01\n"
        let first = try write(header + former + "R-3;Paul Petit;B 204;Les Tilleuls;;\n", in: folder)
        for (noun, file) in [("residences", residences), ("dwellings", dwellings), ("residents", first)] {
            #expect(try folder.tool(noun, "import", file).status == 0)
        }
        func open(_ arguments: String...) throws -> String { try open(arguments) }
        func open(_ arguments: [String]) throws -> String {
            let ended = try folder.tool(["requests", "open", "--json"] + arguments)
            return try #require(try JSON.parse(ended.output)["request"]?["id"]?.stringValue, "\(ended.errors)")
        }
        let repair = ["category=plumbing", "location=Kitchen", "description=It drips"]
        let parcel = try open("parcel.reception", "--resident", "R-1", "tracking=RB123456785GB")
        let leak = try open(["repairs.repair", "--resident", "R-1"] + repair)
        let lift = try open(["repairs.repair", "--about", "Les Tilleuls, hall"] + repair)
        let now = Zone.utc.local(Instant(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000)))
        let monday = try #require((7..<14).map { now.date.adding(days: $0) }.first { $0.weekday == .monday })
        let appointment = try open(
            "health.appointment", "--resident", "R-1", "practitioner=dr-martin", "start=\(monday)T08:20:00Z")
        #expect(try folder.tool("requests", "follow", lift, "--resident", "R-1").status == 0)

        let today = now.date.description
        #expect(try folder.tool("residents", "move-out", "R-1", "--on", "2031-01-31").status == 65)
        #expect(try folder.tool("residents", "move-out", "R-1", "--on", "2019-12-31").status == 65)
        #expect(try folder.tool("residents", "move-out", "R-9", "--on", today).status == 65)
        let dry = try folder.tool("residents", "move-out", "r-1", "--on", "31/01/2031", "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("Nothing was changed"))
        #expect(try folder.tool("residents", "show", "R-1").status == 0)

        let moved = try folder.tool("residents", "move-out", "r-1", "--on", today)
        #expect(moved.status == 0, "\(moved.errors)")
        for part in [
            "Stays with the dwelling (1)\n  \(leak)", "Les Tilleuls, B 204", "Ends (1)\n  \(appointment)",
            "For you to decide (1)\n  \(parcel)",
            "requests act \(parcel) return", "Followed no longer: \(lift)",
        ] { #expect(moved.output.contains(part), "\(moved.output)") }
        #expect(try folder.tool("residents", "move-out", "R-1", "--on", today).errors.contains("has moved out already"))

        // The landlord's file still has the former tenant, and has the next one.
        let second = try write(
            header + former + "R-3;Paul Petit;B 204;Les Tilleuls;;\nR-2;Anne Martin;B 204;Les Tilleuls;;2026-01-01\n",
            in: folder)
        let imported = try JSON.parse(folder.tool("residents", "import", second, "--json").output)
        #expect(imported["added"] == 1 && imported["missing"] == 0)
        #expect(imported["notices"]?.arrayValue?.map { $0["kind"] } == ["moved-out"])

        func everything(_ arguments: String...) throws -> String { try folder.tool(arguments).output }
        for text in [
            try everything("residents", "search", "b 204"), try everything("residents", "list"),
            try everything("requests", "list", "--resident", "R-2"),
            try everything("requests", "list", "--resident", "anne"),
            try everything("requests", "list", "--about", "Les Tilleuls"), try everything("requests", "list"),
            try everything("today"), try everything("offers", "--for", "R-2"),
        ] { #expect(!text.contains("Zoé") && !text.contains("Lefèvre"), "\(text)") }
        let own = try JSON.parse(folder.tool("requests", "list", "--resident", "R-2", "--json").output)
        #expect(own["requests"] == [] && own["followed"] == nil)
        #expect(
            try folder.tool("requests", "open", "parcel.reception", "--resident", "R-2", "tracking=EE471108151FR")
                .errors
                .contains("not offered to Anne Martin"))
        // What is told from now on is told to nobody of before.
        #expect(try folder.tool("requests", "act", leak, "triage", "urgency=U3").status == 0)
        let shown = try JSON.parse(folder.tool("requests", "show", leak, "--json").output)["request"]
        #expect(shown?["resident"] == nil)
        #expect(shown?["about"]?["dwelling"] == "B 204")
        let parcels = try JSON.parse(folder.tool("requests", "show", parcel, "--json").output)["request"]
        #expect(parcels?["resident"] == "R-1" && parcels?["open"] == true)
        // Nothing personal is in the journal.
        for word in ["Lefèvre", "R-1"] { #expect(!folder.logText.contains(word)) }
    }

    @Test("A lodge may refuse requests for somebody who is not in its directory, once it has one")
    func knownOnly() throws {
        let daemon = try DaemonProcess(in: Folder(configuration: "lodge:\n  known_residents_only: true\n"))
        defer { daemon.stop() }
        let folder = daemon.folder
        func open(_ number: String) throws -> Folder.Ended {
            try folder.tool("requests", "open", "parcel.reception", "--resident", "apt-12", "tracking=\(number)")
        }
        #expect(try open("RB123456785GB").status == 0)
        let file = try write("id;name;dwelling\nR-1;Zoé Lefèvre;A 12\n", in: folder)
        #expect(try folder.tool("residents", "import", file).status == 0)
        let refused = try open("EE471108151FR")
        #expect(refused.status == 65)
        #expect(refused.errors.contains("\"apt-12\" is not in the directory"))
        let list = try folder.tool("requests", "list", "--resident", "apt-12", "--json").output
        #expect(try JSON.parse(list)["requests"]?.arrayValue?.count == 1)
        #expect(try folder.tool("requests", "list", "--resident", "apt-13").status == 0)
    }

    private func write(_ text: String, in folder: Folder) throws -> String {
        let path = folder.path + "/\(UUID().uuidString).csv"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }
}
