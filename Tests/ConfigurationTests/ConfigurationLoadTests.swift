import ConciergeDaemon
import ConciergeKit
import Foundation
import Testing

struct ConfigurationLoadTests {
    private struct Parcel: Settings {
        @Setting("Days.") var holding: Int?
        @Setting("Shelves.") var shelves: [String]?
        @Setting("Who brings them.") var carrier: String?
    }

    @Test("Drop-ins are merged over the main file in the order of their names, and a list replaces the whole list")
    func merging() throws {
        let files = try ConfigurationFiles(
            """
            providers:
              parcel:
                holding: 10
                shelves: [A1, A2]
                carrier: poste
            """,
            dropIns: [
                "20-site.yaml": "providers: {parcel: {holding: 20}}",
                "10-vendor.yaml": "providers: {parcel: {holding: 15, shelves: [B1]}}",
                ".hidden.yaml": "broken: [",
                "30-note.txt": "broken: [",
                "40-old.yml": "broken: [",
            ])
        let tree = try files.tree()
        let parcel = try tree.decode(Parcel.self, at: ["providers", "parcel"])
        #expect(parcel.holding == 20)
        #expect(parcel.shelves == ["B1"])
        #expect(parcel.carrier == "poste")
        #expect(
            tree.files.map { URL(filePath: $0).lastPathComponent } == [
                "concierged.yaml", "10-vendor.yaml", "20-site.yaml",
            ])
    }

    @Test("A blank section in a drop-in changes nothing, and null removes the section")
    func blank() throws {
        let main = "providers:\n  parcel:\n    holding: 10\n"
        let blank = try ConfigurationFiles(main, dropIns: ["1.yaml": "providers:\n  parcel:\n    # holding: 3\n"])
        #expect(try blank.tree().decode(Parcel.self, at: ["providers", "parcel"]).holding == 10)
        let null = try ConfigurationFiles(main, dropIns: ["1.yaml": "providers:\n  parcel: null\n"])
        #expect(try null.tree().decode(Parcel.self, at: ["providers", "parcel"]).holding == nil)
    }

    @Test(
        "A file that is empty or has only comments is an empty mapping", arguments: ["", "# nothing\n", "---\n", "{}"])
    func empty(text: String) throws {
        #expect(try ConfigurationFiles(text).refusal { try $0.refuseUnknownKeys(known: []) } == "accepted")
    }

    @Test("A value from a drop-in is refused with the drop-in's file and line")
    func dropInPlace() throws {
        let files = try ConfigurationFiles(
            "providers:\n  parcel:\n    holding: 10\n",
            dropIns: ["10-site.yaml": "# local\nproviders:\n  parcel:\n    holding: many\n"])
        #expect(
            try files.refusal { _ = try $0.decode(Parcel.self, at: ["providers", "parcel"]) } == """
                concierged.d/10-site.yaml:4: providers.parcel.holding: expected a whole number, found the text "many"
                """)
    }

    @Test("A missing main file is an error, unless the daemon allows it")
    func missing() throws {
        let files = try ConfigurationFiles(nil, dropIns: ["10-site.yaml": "holding: 3"])
        #expect(try files.refusal() == "concierged.yaml: the file does not exist")
        #expect(try files.tree(requiresMainFile: false).decode(Parcel.self).holding == 3)
    }

    @Test("A file that cannot be read is refused")
    func unreadable() throws {
        let files = try ConfigurationFiles("a: 1", dropIns: ["10-site.yaml": ""])
        let dropIn = files.folder.appending(path: "concierged.d/10-site.yaml")
        try FileManager.default.removeItem(at: dropIn)
        try FileManager.default.createDirectory(at: dropIn, withIntermediateDirectories: false)
        #expect(
            try files.refusal()
                == "concierged.d/10-site.yaml: cannot be read: it is a folder, and must be a regular file")
        try FileManager.default.removeItem(at: dropIn)
        try FileManager.default.createSymbolicLink(atPath: dropIn.path(), withDestinationPath: "gone")
        #expect(
            try files.refusal()
                == "concierged.d/10-site.yaml: cannot be read: it is a link to a file that does not exist")
        try FileManager.default.removeItem(at: dropIn.deletingLastPathComponent())
        try files.write("not a folder", to: "concierged.d")
        #expect(try files.refusal() == "concierged.d: cannot be read: Not a directory")
    }

    @Test("A FIFO, a device or a circle of links is refused at once, as main file and as drop-in")
    func notRegular() throws {
        let files = try ConfigurationFiles("a: 1", dropIns: ["10-site.yaml": ""])
        for name in ["concierged.d/10-site.yaml", "concierged.yaml"] {
            let path = files.folder.appending(path: name).path()
            try FileManager.default.removeItem(atPath: path)
            #expect(mkfifo(path, 0o600) == 0)
            #expect(try files.refusal() == "\(name): cannot be read: it is a FIFO, and must be a regular file")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
            #expect(try files.refusal() == "\(name): cannot be read: it is a device, and must be a regular file")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
            #expect(try files.refusal() == "\(name): cannot be read: its symbolic links lead in a circle")
            try FileManager.default.removeItem(atPath: path)
            try files.write("a: 1", to: name)
            #expect(try files.refusal() == "accepted")
        }
    }

    @Test("A file that is too large is refused")
    func tooLarge() throws {
        let files = try ConfigurationFiles(String(repeating: "# padding\n", count: 110_000))
        #expect(try files.refusal() == "concierged.yaml: the file is larger than 1 MiB")
    }

    @Test("A file that is not UTF-8 is refused with the line")
    func encoding() throws {
        let files = try ConfigurationFiles("")
        try Data("a: 1\nb: r\u{E9}sidence\n".unicodeScalars.map { UInt8($0.value) })
            .write(to: URL(filePath: files.mainFile))
        #expect(try files.refusal() == "concierged.yaml:2: is not UTF-8")
    }

    @Test(
        "A file that is not valid YAML, or uses YAML features that are not supported, is refused with the line",
        arguments: [
            (
                "a: 1\nb: [1, 2\nc: 3\n",
                "3: is not valid YAML: did not find expected ',' or ']' while parsing a flow sequence"
            ),
            (
                "a: 1\n\tb: 2\n",
                "2: is not valid YAML: found a tab character that violates indentation while scanning a plain scalar"
            ),
            ("a: \"open\n", "2: is not valid YAML: found unexpected end of stream while scanning a quoted scalar"),
            ("a: 1\nb: \u{1}\n", "2: is not valid YAML: control characters are not allowed"),
            ("- a\n- b\n", "1: expected a mapping, found a list"),
            ("\nhello\n", "2: expected a mapping, found the text \"hello\""),
            ("a: 1\n---\nb: 2\n", "2: a second document begins; the configuration is one"),
            ("a: 1\nb: 2\na: 3\n", "1: a: the key is given twice in one mapping, first here"),
            ("p:\n  a: 1\n  'a': 3\n", "2: a: the key is given twice in one mapping, first here"),
            ("p:\n  ? [a]\n  : 3\n", "2: p: a key must be a text"),
            ("p:\n  '': 3\n", "2: p: a key must be a text"),
            ("p:\n  - x: !!int 3\n", "2: p[0].x: tags are not supported: !!int"),
            ("p: !!str 3\n", "1: p: tags are not supported: !!str"),
            ("p: [1, !!str 3]\n", "1: p[1]: tags are not supported: !!str"),
            ("p: !provider {a: 1}\n", "1: tags are not supported: !provider"),
            ("p: !provider\n  a: 1\n", "1: tags are not supported: !provider"),
            ("p:\n- !provider\n  a: 1\n", "2: tags are not supported: !provider"),
            (
                "p: \"Bonjour !\"\nq: [1\n",
                "3: is not valid YAML: did not find expected ',' or ']' while parsing a flow sequence"
            ),
            ("p: &base\n  a: 1\nq: *base\n", "1: p: anchors are not supported: &base"),
            ("p:\n  a: 1\nq: *base\n", "3: q: aliases are not supported: *base"),
            ("p:\n- [x, *base]\n", "2: p[0][1]: aliases are not supported: *base"),
        ])
    func syntax(text: String, message: String) throws {
        let printed = try ConfigurationFiles(text).refusal()
        #expect(printed == "concierged.yaml:" + message)
    }

    @Test("Aliases that would expand into billions of values are refused at once")
    func bomb() async {
        // The test runs in a process of its own, which the alarm ends if the values are expanded after all.
        await #expect(processExitsWith: .success) {
            alarm(20)
            var text = "a0: &a0 [x, x]\n"
            for level in 1...60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
            text += "? *a60\n: x\n"
            let printed = try ConfigurationFiles(text).refusal()
            #expect(printed == "concierged.yaml:1: a0: anchors are not supported: &a0")
        }
    }

    @Test("A star inside a text is not an alias")
    func stars() throws {
        let text = "a: '*.txt and *all'\nb: 2 *c\nc: |\n  *d\n\"*e\": f*g\n"
        #expect(
            try decoded(text, as: [String: String].self) == [
                "a": "*.txt and *all", "b": "2 *c", "c": "*d\n", "*e": "f*g",
            ])
    }
}
