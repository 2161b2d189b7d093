import Foundation
import JSON
import Testing
import Wording

@testable import conciergectl

/// The packages that `provider new` writes. That one of them builds and serves is tested in Tests/Integration.
@Suite("A new provider's package")
struct NewProviderTests {
    /// An empty folder, which is removed at the end of the test.
    private final class Workplace {
        let path = NSTemporaryDirectory() + "new-\(UUID().uuidString.prefix(8))"

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func text(_ file: String) throws -> String { try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) }

        var files: Set<String> {
            Set(FileManager.default.subpaths(atPath: path) ?? []).filter { file in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(path)/\(file)", isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
        }
    }

    private let place: Workplace

    init() throws { place = try Workplace() }

    private func new(_ arguments: String..., language: Language = .en, environment: [String: String] = [:]) async
        -> (status: Int32, said: Captured)
    {
        let said = Captured()
        let status = await Conciergectl.run(
            ["provider", "new"] + arguments, on: said.console(language, environment: environment))
        return (status, said)
    }

    @Test("The package has provider, tests, daemon, unit drop-in and Debian package, and no placeholder is left")
    func files() async throws {
        let folder = place.path + "/a/b"
        let (status, said) = await new("ToolLending", "--id", "tools", "--path", folder)
        #expect(status == 0, "\(said.diagnostics)")
        let files = place.files
        #expect(
            files
                == Set(
                    [
                        "Package.swift", "README.md", ".gitignore", "Sources/ToolLending/ToolLending.swift",
                        "Sources/ToolLending/Settings.swift", "Sources/ToolLending/Loan.swift",
                        "Sources/ToolLending-lodge/main.swift", "Tests/ToolLendingTests/ToolLendingTests.swift",
                        "Tests/ToolLendingTests/LoanTests.swift", "examples/tools.yaml",
                        "systemd/concierged.service.d/lodge.conf", "debian/control", "debian/rules",
                        "debian/changelog", "debian/copyright", "debian/install", "debian/postrm",
                        "debian/source/format",
                    ].map { "a/b/\($0)" }))
        for file in files {
            let text = try place.text(file)
            #expect(!text.contains("{{") && !text.contains("}}"), "\(file)")
            #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"), "\(file)")
        }
        #expect(said.output.contains("concierge-tool-lending"))
        #expect(said.output.contains("(18 files)"))
    }

    @Test("The package depends on exactly the version of the tool, and its program has a name of its own")
    func names() async throws {
        let (status, _) = await new("ToolLending", "--path", place.path)
        #expect(status == 0)
        let version = Captured()
        _ = await version.run("--version")
        let number = version.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let url = "https://github.com/concierged/concierged"
        #expect(try place.text("Package.swift").contains(".package(url: \"\(url)\", exact: \"\(number)\")\n"))
        #expect(try place.text("Sources/ToolLending/ToolLending.swift").contains("id: \"toollending\","))
        #expect(
            try place.text("systemd/concierged.service.d/lodge.conf")
                .hasSuffix("[Service]\nExecStart=\nExecStart=/usr/bin/concierged-tool-lending\n"))
        let installed = try place.text("debian/install").split(separator: "\n")
        #expect(installed.first == ".build/release/concierged-tool-lending usr/bin")
        #expect(!installed.contains { $0.hasPrefix(".build/release/concierged ") })
    }

    @Test("The Debian package is valid in form, and has the maintainer of the environment")
    func debian() async throws {
        let (status, _) = await new(
            "Bikes", "--path", place.path, environment: ["DEBFULLNAME": "Léa Martin", "DEBEMAIL": "lea@example.org"])
        #expect(status == 0)
        #expect(
            try place.text("debian/changelog").hasSuffix(
                "\n\n -- Léa Martin <lea@example.org>  Tue, 24 Nov 2026 00:00:00 +0000\n"))
        #expect(try place.text("debian/control").contains("\nMaintainer: Léa Martin <lea@example.org>\n"))
        // Without the zones of the IANA database, the lodge's time would be UTC.
        #expect(try place.text("debian/control").contains("\nDepends: ${misc:Depends}, ${shlibs:Depends}, tzdata\n"))
        #expect(try place.text("debian/source/format") == "3.0 (native)\n")
        #expect(try place.text("debian/rules").contains("\n\tdh $@\n"))
        #expect(FileManager.default.isExecutableFile(atPath: place.path + "/debian/rules"))
        #expect(!FileManager.default.isExecutableFile(atPath: place.path + "/debian/control"))
    }

    @Test("When the Debian package is removed, and only then, systemd is told that the unit's drop-in is gone")
    func removal() async throws {
        #expect(await new("Bikes", "--path", place.path).status == 0)
        let booted = "/run/systemd/system"
        #expect(try place.text("debian/postrm").contains(booted))
        // A systemctl that says what it was called with, and a folder that is there where systemd runs.
        try "#!/bin/sh\necho \"$@\" >>\"$0.calls\"\n".write(
            toFile: place.path + "/systemctl", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.path + "/systemctl")
        func run(_ argument: String, booted folder: String) throws -> Int32 {
            let script = Process()
            script.executableURL = URL(filePath: "/bin/sh")
            script.arguments = ["-c", try place.text("debian/postrm").replacing(booted, with: folder), "sh", argument]
            script.environment = ["PATH": place.path]
            try script.run()
            script.waitUntilExit()
            return script.terminationStatus
        }
        for argument in ["upgrade", "purge"] { #expect(try run(argument, booted: place.path) == 0) }
        #expect(try run("remove", booted: place.path + "/absent") == 0)
        #expect(!FileManager.default.fileExists(atPath: place.path + "/systemctl.calls"))
        #expect(try run("remove", booted: place.path) == 0)
        #expect(try place.text("systemctl.calls") == "--system daemon-reload\n")
    }

    @Test(
        "A name that cannot be a module's, or is taken, is refused with what to write, and nothing is written",
        arguments: [
            ("", "Write a name like ToolLending"), ("tools", "Write a name like ToolLending"),
            ("Tool-Lending", "Write a name like ToolLending"), ("Vélos", "Write a name like ToolLending"),
            ("9Lives", "Write a name like ToolLending"), ("func", "Write a name like ToolLending"),
            ("Self", "SelfDesk"), ("Loan", "LoanDesk"), ("Text", "TextDesk"), ("ConciergeKit", "ConciergeKitDesk"),
            ("NIOCore", "NIOCoreDesk"), ("Foundation", "FoundationDesk"),
        ])
    func refused(name: String, advice: String) async {
        let (status, said) = await new(name, "--path", place.path)
        #expect(status == 64)
        #expect(said.diagnostics.contains(advice), "\(said.diagnostics)")
        #expect(said.output.isEmpty)
        #expect(place.files.isEmpty)
    }

    @Test("An id that is not one word in lower case is refused", arguments: ["Tools", "my-tools", "1tool", "", "é"])
    func badID(_ id: String) async {
        let (status, said) = await new("ToolLending", "--id", id, "--path", place.path)
        #expect(status == 64)
        #expect(said.diagnostics.contains("Write a word like tools"))
        #expect(place.files.isEmpty)
    }

    @Test("The id of a standard provider is refused, also where it is the module's name in lower case")
    func standardID() async throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL.path
        let ids = try (FileManager.default.subpaths(atPath: root + "/plugins") ?? [])
            .filter { $0.hasSuffix(".swift") && $0.contains("/Sources/") }
            .compactMap { file in
                try String(contentsOfFile: "\(root)/plugins/\(file)", encoding: .utf8)
                    .firstMatch(of: #/ProviderManifest\(\s*id: "(\w+)"/#)?.1
            }.map(String.init)
        #expect(ids.count >= 4)
        #expect(Set(ids) == ProviderNames.standardIDs)
        let (status, said) = await new("Rooms", "--path", place.path)
        #expect(status == 64)
        #expect(said.diagnostics.contains("--id, for example myrooms"))
        #expect(place.files.isEmpty)
        #expect(await new("Rooms", "--id", "myrooms", "--path", place.path).status == 0)
    }

    @Test("The modules of this daemon and of the libraries that it names are all refused as names")
    func modules() throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        let providers = try #require(manifest.firstMatch(of: #/let providers = \[([^\]]*)\]/#)).1
        let modules = Set(
            (manifest.matches(of: #/name: "([A-Z]\w*)"/#).map(\.1)
                + providers.matches(of: #/"(\w+)"/#).map(\.1)).map(String.init)
        ).filter { !$0.hasSuffix("Tests") }
        #expect(modules.count > 30)
        for module in modules {
            #expect(throws: Failure.self, "\(module) is missing in ModuleNames") {
                try ProviderNames(module: module, id: nil)
            }
        }
    }

    @Test("A folder without a name is refused")
    func namelessFolder() async {
        let (status, said) = await new("Bikes", "--path", "")
        #expect(status == 64)
        #expect(said.diagnostics.contains("Write --path Bikes, or leave --path out."))
    }

    @Test("A file that is there already is not overwritten, and then no other file is written either")
    func neverOverwritten() async throws {
        try "mine".write(toFile: place.path + "/README.md", atomically: true, encoding: .utf8)
        let (status, said) = await new("Bikes", "--path", place.path)
        #expect(status == 73)
        #expect(said.diagnostics.contains("/README.md is there already"))
        #expect(said.diagnostics.contains("--path"))
        #expect(place.files == ["README.md"])
        #expect(try place.text("README.md") == "mine")
    }

    @Test("If a file cannot be written, those that were written before are removed")
    func halfWritten() async throws {
        // A file is in the way of a folder.
        try "".write(toFile: place.path + "/debian", atomically: true, encoding: .utf8)
        let (status, said) = await new("Bikes", "--path", place.path)
        #expect(status == 73)
        #expect(said.diagnostics.contains("debian"))
        #expect(place.files == ["debian"])
    }

    @Test("--core is a folder with sources, by whatever path, and is written as an absolute one")
    func core() async throws {
        let sources = place.path + "/core \"1\""
        try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
        let (missing, said) = await new("Bikes", "--core", sources, "--path", place.path + "/p")
        #expect(missing == 64)
        #expect(said.diagnostics.contains("the sources of concierged are not in"))
        try "".write(toFile: sources + "/Package.swift", atomically: true, encoding: .utf8)
        #expect(await new("Bikes", "--core", sources, "--path", place.path + "/p").status == 64)
        try FileManager.default.createDirectory(
            atPath: sources + "/Sources/ConciergeKit", withIntermediateDirectories: true)
        let (status, _) = await new("Bikes", "--core", sources + "/.", "--path", place.path + "/p")
        #expect(status == 0)
        #expect(
            try place.text("p/Package.swift")
                .contains(#".package(name: "concierged", path: "\#(place.path)/core \"1\"")"#))
    }

    @Test("The result is told in French, and as JSON")
    func told() async throws {
        let (_, french) = await new("Bikes", "--path", place.path + "/f", language: .fr)
        #expect(french.lines[0].hasPrefix("Le paquet concierge-bikes est dans"))
        let (_, json) = await new("Bikes", "--path", place.path + "/j", "--json")
        let told = try #require(JSON.parse(json.output).objectValue)
        #expect(told["package"] == "concierge-bikes")
        #expect(told["files"]?.arrayValue?.count == 18)
        let (status, refused) = await new("bikes", "--json", language: .fr)
        #expect(status == 64)
        #expect(try JSON.parse(refused.diagnostics)["error"] == "conciergectl.Usage")
    }
}
