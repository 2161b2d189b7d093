import Foundation
import JSON
import SQLiteLedger
import Testing
import Varlink

@Suite("The ledger of the real process: removed, replaced, damaged, locked", .timeLimit(.minutes(20)))
struct LedgerTests {
    private let files = FileManager.default

    private func open(_ client: VarlinkClient, _ number: Int) async throws -> JSON {
        let reply = try await client.call(
            "org.concierged.Requests.Open",
            ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": .string("X\(number)")]])
        return try #require(reply["request", "id"])
    }

    private func lines(_ folder: Folder, with words: String) -> Int {
        folder.logText.split(separator: "\n").count { $0.contains(words) }
    }

    @Test(
        "If the ledger is removed while in use, no call is acknowledged; the daemon saves it, logs why, and ends")
    func removed() async throws {
        let folder = try Folder()
        let daemon = try DaemonProcess(in: folder)
        let client = try await daemon.connect()
        var ids: [JSON] = []
        for number in 0..<20 { ids.append(try await open(client, number)) }
        try files.removeItem(atPath: folder.state + "/ledger.sqlite")
        await #expect(throws: (any Error).self) { _ = try await open(client, 20) }
        #expect(await daemon.waitForEnd() == 74)
        await client.close()
        let saved = folder.state + "/ledger.rescued.sqlite"
        #expect(lines(folder, with: "the ledger was removed or replaced while it was in use") == 1)
        #expect(folder.logText.contains("all that was in it is saved in \(saved)"))

        let again = try folder.daemon()
        #expect(again.status == 65)
        #expect(again.errors.contains("concierged --restore"), "\(again.errors)")
        #expect(try folder.daemon(["--check"]).status == 65)
        let other = try Folder()
        #expect(try other.daemon(["--restore", saved]).status == 0)
        let restored = try DaemonProcess(in: other)
        let reader = try await restored.connect()
        for id in ids {
            #expect(try await reader.call("org.concierged.Requests.Get", ["id": id])["request", "state"] == "held")
        }
        await reader.close()
    }

    @Test("A status call to an idle daemon detects that the ledger was replaced")
    func replaced() async throws {
        let folder = try Folder()
        let daemon = try DaemonProcess(in: folder)
        let path = folder.state + "/ledger.sqlite"
        try files.copyItem(atPath: path, toPath: path + ".copy")
        #expect(rename(path + ".copy", path) == 0)
        _ = try folder.tool("status")
        #expect(await daemon.waitForEnd() == 74)
        #expect(lines(folder, with: "the ledger was removed or replaced while it was in use") == 1)
    }

    @Test("The daemon logs the path of a new ledger only, and does not start if it may not create one")
    func create() throws {
        let folder = try Folder()
        for _ in 1...2 { #expect(try DaemonProcess(in: folder).stop() == 0) }
        #expect(lines(folder, with: "a new, empty ledger was made: \(folder.state)/ledger.sqlite") == 1)

        let strict = try Folder(configuration: "ledger:\n  create: false\n")
        let refused = try strict.daemon()
        #expect(refused.status == 74)
        #expect(refused.errors.contains("\(strict.state)/ledger.sqlite: there is no ledger"), "\(refused.errors)")
        #expect(!files.fileExists(atPath: strict.state))
        try files.copyItem(atPath: folder.state, toPath: strict.state)
        #expect(try DaemonProcess(in: strict).stop() == 0)
    }

    /// Overwrites the first page of a table.
    private func damage(_ table: String, of folder: Folder) throws {
        let path = folder.state + "/ledger.sqlite"
        let database = try SQLiteConnection(path, .reading)
        let page: Int = try database.value("SELECT rootpage FROM sqlite_schema WHERE name = '\(table)'") ?? 0
        database.close()
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64((page - 1) * 4096))
        try file.write(contentsOf: Data(repeating: 0x55, count: 4096))
        try file.close()
    }

    @Test("A damaged page is logged once as a permanent problem; reads succeed elsewhere, and changes are refused")
    func damaged() async throws {
        let folder = try Folder()
        var daemon = try DaemonProcess(in: folder)
        var client = try await daemon.connect()
        let id = try await open(client, 1)
        await client.close()
        daemon.stop()
        try damage("history", of: folder)

        daemon = try DaemonProcess(in: folder)
        client = try await daemon.connect()
        for number in 2..<10 {
            let error = await #expect(throws: VarlinkError.self) { _ = try await open(client, number) }
            #expect(error?.name == "org.concierged.Requests.Unavailable")
            #expect(error?.parameters["text", "fr"]?.stringValue?.contains("abîmé") == true)
        }
        #expect(daemon.waitForStatus { $0.contains("Only reading") })
        let list = try await client.call("org.concierged.Requests.List", ["service": "parcel.reception"])
        #expect(list["requests"]?.arrayValue?.first?.objectValue?["id"] == id)
        let status = try folder.tool("status")
        #expect(status.output.contains("Reading only") && status.output.contains("damaged"), "\(status)")
        // Longer than the first interval after which a full disk would be probed.
        try await Task.sleep(for: .seconds(3))
        _ = await #expect(throws: VarlinkError.self) { _ = try await open(client, 10) }
        await client.close()
        #expect(daemon.stop() == 0)
        #expect(lines(folder, with: "the ledger is damaged") == 1)
        #expect(lines(folder, with: "takes changes again") == 0)
    }

    @Test("A start with a ledger whose damage prevents opening it fails with status 65")
    func damagedAtStart() throws {
        let folder = try Folder()
        try DaemonProcess(in: folder).stop()
        try damage("runs_running", of: folder)
        let ended = try folder.daemon()
        #expect(ended.status == 65)
        #expect(ended.errors.contains("the ledger is damaged"), "\(ended.errors)")
    }

    @Test("A lock of another program is reported with its process, and the problem ends with the lock")
    func locked() async throws {
        let folder = try Folder()
        let daemon = try DaemonProcess(in: folder)
        let client = try await daemon.connect()
        let other = try SQLiteConnection(folder.state + "/ledger.sqlite", .writing, patience: 5)
        try other.execute("BEGIN IMMEDIATE")
        let error = await #expect(throws: VarlinkError.self) { _ = try await open(client, 1) }
        let words = error?.parameters["text", "en"]?.stringValue ?? ""
        #expect(
            words.contains("another program keeps the ledger locked") && words.contains("pid \(getpid())"), "\(words)")
        #expect(try folder.tool("status").output.contains("another program keeps the ledger locked"))
        try other.execute("COMMIT")
        #expect(daemon.waitForStatus { $0.hasPrefix("Only reading") })
        #expect(daemon.waitForStatus { $0.hasPrefix("Serving") })
        _ = try await open(client, 2)
        await client.close()
        #expect(daemon.stop() == 0)
        #expect(lines(folder, with: "keeps the ledger locked") == 1)
        #expect(lines(folder, with: "takes changes again") == 1)
    }

    @Test("A blocked journal delays no call and no stop")
    func stoppedJournal() async throws {
        let folder = try Folder()
        try files.removeItem(atPath: folder.log)
        #expect(mkfifo(folder.log, 0o600) == 0)
        // The FIFO is open and never read, so it is full after 64 KiB.
        let journal = Foundation.open(folder.log, O_RDWR | O_CLOEXEC)
        defer { close(journal) }
        let daemon = try DaemonProcess(in: folder)
        let client = try await daemon.connect()
        for number in 0..<1000 { _ = try await open(client, number) }
        #expect(try await client.call("org.concierged.Manager.Status")["open_requests"] == 1000)
        await client.close()
        #expect(daemon.stop() == 0)
    }
}
