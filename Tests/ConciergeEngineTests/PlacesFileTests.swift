import ConciergeKit
import Testing

@testable import ConciergeEngine

@Suite("Reading files of residences and dwellings")
struct PlacesFileTests {
    private func found(_ file: DirectoryFile<some DirectoryNoun>) -> [String] {
        file.mistakes.map { "\($0.line) \($0.column ?? "-") \($0.kind.rawValue)" }
    }

    private func residences(_ text: String) -> DirectoryFile<Residence> {
        DirectoryFile(Array(text.utf8), in: DirectoryContext(calendars: ["gardiens", "bureau"]))
    }

    private func dwellings(_ text: String) -> DirectoryFile<Dwelling> {
        var tilleuls = Residence()
        (tilleuls.id, tilleuls.name) = ("T-1", "Les Tilleuls")
        return DirectoryFile(Array(text.utf8), in: DirectoryContext(residences: [tilleuls]))
    }

    @Test("Columns may have French or English names, and each text is kept as it was written")
    func residenceColumns() {
        let french = residences(
            "identifiant;nom;adresse;territoire;fuseau;région;calendrier;téléphone;parties_communes\n"
                + "T-1;Les Tilleuls;1, rue du Pré;Metz;Europe/Paris;fr-57;Gardiens;0387;laverie, hall\n")
        let english = residences(
            "name,id,common parts,phone,working_calendar,holiday region,time zone,territory,address\n"
                + "Les Tilleuls,T-1,laverie|hall,0387,gardiens,FR-57,Europe/Paris,Metz,\"1, rue du Pré\"\n")
        #expect(found(french).isEmpty)
        #expect(french.entries == english.entries)
        #expect(french.entries.first?.region == "FR-57")
        #expect(french.entries.first?.calendar == "gardiens")
        #expect(french.entries.first?.commonParts == ["laverie", "hall"])
    }

    @Test("A residence without a zone is refused, unless its calendar has one")
    func zones() {
        let file = residences("id;name;zone;calendar\n1;A;;\n2;B;;bureau\n3;C;Europe/Paris;\n4;D;Europe/Pari;\n")
        #expect(found(file) == ["2 zone missing-zone", "5 zone unknown-name"])
        #expect(file.mistakes[1].reason.en.hasSuffix("did you mean \"Europe/Paris\"?"))
    }

    @Test("An unknown region or calendar is refused with the nearest name")
    func unknownNames() {
        let file = residences("id;name;zone;region;calendar\n1;A;UTC;FR-578;\n2;B;;;gardien\n3;C;UTC;;xyz\n")
        #expect(found(file) == ["2 region unknown-name", "3 calendar unknown-name", "4 calendar unknown-name"])
        #expect(file.mistakes[0].reason.en.hasSuffix("did you mean \"FR-57\"?"))
        #expect(file.mistakes[1].reason.en.contains("did you mean \"gardiens\"?"))
        #expect(
            file.mistakes[2].reason.en == "there is no working calendar \"xyz\" (working_calendars: gardiens, bureau)")
    }

    @Test("Two residences do not have one id, and not one name, because both are found by it")
    func duplicates() {
        let file = residences("id;name;zone\n1;Les Tilleuls;UTC\n2;LES TILLEULS;UTC\n1;C;UTC\n")
        #expect(found(file) == ["3 name duplicate-name", "4 id duplicate-key"])
    }

    @Test("A dwelling is known by its residence, written by id or name, and its label")
    func dwellingColumns() {
        let file = dwellings(
            "logement;résidence;étage;adapté;connecté;identifiant\nB 204;les tilleuls;2;Oui;non;L1\nA 1;t-1;;;x;\n")
        #expect(found(file).isEmpty)
        #expect(file.entries.map(\.residence) == ["T-1", "T-1"])
        #expect(file.entries.map(\.isAdapted) == [true, nil])
        #expect(file.entries.map(\.isConnected) == [false, true])
        #expect(file.entries.map(\.key) == ["t-1›b 204", "t-1›a 1"])
    }

    @Test("A dwelling of an unknown residence, one that is there twice and a word for neither yes nor no are refused")
    func badDwellings() {
        let file = dwellings(
            "label,residence,adapted\nB 204,Les Tileuls,\nA 1,T-1,maybe\na  1,Les Tilleuls,no\nA 2,,\n")
        #expect(
            found(file) == [
                "2 residence unknown-name", "3 adapted yes-or-no", "4 label duplicate-key", "5 residence missing-value",
            ])
        #expect(file.mistakes[0].reason.en.hasSuffix("did you mean \"Les Tilleuls\"?"))
    }

    @Test("A resident's place that the directory does not have is remarked once, and prevents nothing")
    func residentsPlaces() {
        var (tilleuls, pre) = (Residence(), Residence())
        (tilleuls.id, tilleuls.name, pre.id, pre.name) = ("T-1", "Les Tilleuls", "P", "Cité du Pré")
        var flat = Dwelling()
        (flat.residence, flat.label) = ("T-1", "B 204")
        let text = """
            id;name;dwelling;residence
            1;Anne;b 204;LES TILLEULS
            2;Paul;B 205;T-1
            3;Luc;B 205;Les Tilleuls
            4;Zoé;A 1;Les Chênes
            5;Jean;Z 9;Cité du Pré
            6;Eve;Z 9;

            """
        let context = DirectoryContext(residences: [tilleuls, pre], dwellings: [flat])
        let file = DirectoryFile<Resident>(Array(text.utf8), in: context)
        #expect(file.entries.count == 6)
        #expect(
            file.notices.map { "\($0.line) \($0.column ?? "-") \($0.kind.rawValue)" } == [
                "3 dwelling unknown-place", "5 residence unknown-place", "7 residence unknown-place",
            ])
        #expect(
            file.notices[0].reason.en == "the directory has no dwelling \"B 205\" in \"Les Tilleuls\" (2 lines in all)")
        #expect(DirectoryFile<Resident>(Array(text.utf8)).notices.isEmpty)
    }
}
