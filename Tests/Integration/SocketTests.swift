import Foundation
import Glibc
import JSON
import NIOPosix
import SQLiteLedger
import Synchronization
import Testing
import Varlink

@Suite("The control socket under heavy load")
struct SocketTests {
    /// Inserts `count` open requests of one service into a ledger that no daemon uses.
    private func fill(_ folder: Folder, count: Int) throws {
        let database = try SQLiteConnection(folder.state + "/ledger.sqlite", .writing)
        try database.execute(
            script: """
                WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < \(count))
                INSERT INTO requests
                    (id, service, state, is_open, resident, opened_at, record, version, record_version, is_followed, block)
                SELECT n, 'parcel.reception', 'held', 1, 'apt-' || (n % 100), 0,
                    '{"code":"1","format":"other","reminders_sent":0,"tracking":"X"}', 1, 1, 0, n / 256 * 256 FROM n
                """)
        database.close()
    }

    @Test("A socket whose path is one character is made in the current folder")
    func shortPath() async throws {
        let folder = try Folder()
        let inFolder = ["/bin/sh", "-c", #"cd "$0" && exec "$@" --socket s"#, folder.path]
        let daemon = try DaemonProcess(in: folder, through: inFolder)
        let client = try await daemon.connect()
        _ = try await client.call("org.concierged.Manager.Status")
        await client.close()
        #expect(daemon.stop() == 0)
    }

    @Test("Thousands of List calls that scan many requests do not delay other calls", .timeLimit(.minutes(20)))
    func lists() async throws {
        let folder = try Folder()
        try DaemonProcess(in: folder).stop()
        try fill(folder, count: 60_000)
        let daemon = try DaemonProcess(in: folder)
        let client = try await daemon.connect()
        _ = try await client.call("org.concierged.Manager.Status")
        var busy: [RawConnection] = []
        let filters = [
            #"{"service":"parcel.reception","state":"zzz"}"#, #"{"state":"zzz"}"#, #"{"open":true,"state":"zzz"}"#,
            #"{"resident":"apt-7","state":"zzz"}"#,
        ]
        let each = 1500
        for filter in filters {
            let call = Array(#"{"method":"org.concierged.Requests.List","parameters":\#(filter)}"#.utf8) + [0]
            busy.append(try RawConnection(path: folder.socket).send(Array(repeatElement(call, count: each).joined())))
        }
        for round in 0..<3 {
            // A call on the event loop, a read, a call of the engine, and a new connection.
            _ = try await client.call("org.varlink.service.GetInfo")
            _ = try await client.call("org.concierged.Manager.Status")
            _ = try await client.call(
                "org.concierged.Requests.Open",
                ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": .string("X\(round)")]])
            let fresh = try await daemon.connect()
            _ = try await fresh.call("org.varlink.service.GetInfo")
            await fresh.close()
        }
        let answered = busy.reduce(0) { $0 + $1.readWhatIsThere().count { $0 == 0 } }
        #expect(answered < filters.count * each / 2, "\(answered)")
        await client.close()
        busy = []
        #expect(daemon.stop() == 0)
    }

    @Test("List returns very large requests in several pages, and the tool lists all of them")
    func largeRequests() async throws {
        let folder = try Folder()
        let daemon = try DaemonProcess(in: folder)
        let client = try await daemon.connect()
        let shelf = JSON.string(String(repeating: "x", count: 900_000))
        for number in 0..<5 {
            let opened = try? await client.call(
                "org.concierged.Requests.Open",
                [
                    "service": "parcel.reception", "resident": "apt-12",
                    "input": ["tracking": .string("X\(number)"), "shelf": shelf],
                ])
            // If the length of texts is limited, there are no such requests.
            guard opened != nil else { return }
        }
        let page = try await client.call("org.concierged.Requests.List")
        #expect(page["requests"]?.arrayValue?.count == 1)
        #expect(page["next"]?.stringValue != nil)
        await client.close()
        let listed = try folder.tool("requests", "list", "--json")
        #expect(listed.status == 0)
        let all = try JSON.parse(Array(listed.output.utf8)).objectValue
        #expect(all?["requests"]?.arrayValue?.count == 5)
        #expect(all?["next"] == nil)
    }

    @Test("With a very low limit of open files, the daemon reports the limit and ends with status 71")
    func veryFewDescriptors() throws {
        let folder = try Folder()
        for limit in [24, 70] {
            let ended = try folder.run(
                "/usr/bin/prlimit",
                ["--nofile=\(limit):\(limit)", Folder.program("concierged")] + folder.daemonArguments,
                environment: ["PATH": "/usr/bin:/bin"])
            #expect(ended.status == 71)
            #expect(ended.errors.contains("\(limit) files may be open at once"), "\(ended.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.state))
    }

    @Test("The daemon raises a soft limit of open files; a hard limit limits the connections, which it logs")
    func fewDescriptors() async throws {
        let folder = try Folder()
        let soft = try DaemonProcess(in: folder, through: ["/usr/bin/prlimit", "--nofile=20:9000"])
        #expect(!folder.logText.contains("control.connection_limit"))
        #expect(soft.stop() == 0)
        let hard = try DaemonProcess(in: folder, through: ["/usr/bin/prlimit", "--nofile=84:84"])
        #expect(await folder.hasLogged("20 connections are served at once and not 4096"), "\(folder.logText)")
        var open: [VarlinkClient] = []
        for _ in 0..<20 {
            let client = try await hard.connect()
            let info = try? await client.call("org.varlink.service.GetInfo")
            #expect(info != nil, "\(open.count): \(folder.logText)")
            open.append(client)
        }
        // The daemon closes the connection at once: before the client is ready, or before its call is answered.
        await #expect(throws: VarlinkConnectionError.lost) {
            try await hard.connect().call("org.varlink.service.GetInfo")
        }
        #expect(await folder.hasLogged("1 connection was refused: 20 may be open"), "\(folder.logText)")
        _ = try await open[0].call("org.concierged.Manager.Status")
        for client in open { await client.close() }
        #expect(hard.stop() == 0)
    }

    @Test("Without free descriptors, the daemon logs that, waits for one, and does not spin", .timeLimit(.minutes(20)))
    func outOfDescriptors() async throws {
        let folder = try Folder()
        let daemon = try DaemonProcess(in: folder)
        let client = try await daemon.connect()
        _ = try await client.call("org.concierged.Manager.Status")
        let used = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.pid)/fd").count
        func limit(_ count: Int) throws {
            let changed = try folder.run(
                "/usr/bin/prlimit", ["--pid", "\(daemon.pid)", "--nofile=\(count):9000"], environment: [:])
            try #require(changed.status == 0)
        }
        try limit(used)
        var waiting: [VarlinkClient] = []
        while !folder.logText.contains("no connection can be accepted now") {
            waiting.append(try await daemon.connect())
            try Task.checkCancellation()
        }
        let late = try await daemon.connect()
        waiting.append(late)
        async let answer = late.call("org.varlink.service.GetInfo")
        let before = try processorTicks(of: daemon.pid)
        // This sleep is the measured period; it waits for no event.
        try await Task.sleep(for: .seconds(1))
        #expect(try processorTicks(of: daemon.pid) - before < 20)
        _ = try await client.call("org.concierged.Manager.Status")
        try limit(9000)
        #expect(try await answer.count == 5)
        while !folder.logText.contains("connections are accepted again") {
            await Task.yield()
            try Task.checkCancellation()
        }
        await client.close()
        for client in waiting { await client.close() }
        #expect(daemon.stop() == 0)
    }

    /// The processor time that a process has used, in hundredths of a second (proc(5), utime and stime).
    private func processorTicks(of pid: pid_t) throws -> Int {
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
    }

    @Test("A watcher that begins after an answer does not receive the history lines of that call")
    func watchAfterAnswer() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        var number = 0
        func open() async throws -> JSON? {
            number += 1
            try Task.checkCancellation()
            return try await client.call(
                "org.concierged.Requests.Open",
                ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": .string("X\(number)")]])[
                    "request", "id"]
        }
        for _ in 0..<50 {
            let before = try await open()
            let watcher = try await daemon.connect()
            let hasCome = Over()
            async let first = firstLine(of: watcher, hasCome)
            // Nothing shows when the watcher has begun, so requests are opened until it receives a line.
            while !hasCome.value { _ = try await open() }
            #expect(try await first?["entry", "request"] != before)
            await watcher.close()
        }
        await client.close()
        #expect(daemon.stop() == 0)
    }

    private func firstLine(of watcher: VarlinkClient, _ hasCome: Over) async throws -> JSONObject? {
        defer { hasCome.value = true }
        var lines = watcher.stream("org.concierged.Requests.Watch").makeAsyncIterator()
        return try await lines.next()
    }

    @Test("A watcher that asks for lines after the last one is refused with the reason")
    func watchBeyondEnd() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        _ = try await client.call(
            "org.concierged.Requests.Open",
            ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": "X1"]])
        do {
            for try await _ in client.stream("org.concierged.Requests.Watch", ["after": 1000]) {
                Issue.record("a line came")
            }
        } catch let error as VarlinkError {
            #expect(error.name == "org.concierged.Requests.Refused")
            #expect(error.parameters["text", "en"]?.stringValue?.contains("there is no line 1000") == true)
            #expect(error.parameters["text", "fr"]?.stringValue?.contains("il n’y a pas de ligne 1000") == true)
        }
        let ended = try daemon.folder.tool("requests", "watch", "--after", "1000")
        #expect(ended.status != 0 && ended.errors.contains("there is no line 1000"), "\(ended.errors)")
        await client.close()
    }

    @Test("A daemon stops at once while many clients begin to watch", .timeLimit(.minutes(20)))
    func stopsAmongWatchers() async throws {
        for _ in 0..<3 {
            let daemon = try DaemonProcess(in: Folder())
            let folder = daemon.folder
            let watch = Array(#"{"method":"org.concierged.Requests.Watch","more":true}"#.utf8) + [0]
            let isOver = Over()
            Thread.detachNewThread {
                var all: [RawConnection] = []
                while !isOver.value {
                    if let connection = try? RawConnection(path: folder.socket) { all.append(connection.send(watch)) }
                    if all.count > 100 { all.removeFirst() }
                    // The rate of the load; it waits for no event.
                    usleep(5000)
                }
            }
            defer { isOver.value = true }
            while try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.pid)/fd").count < 60 {
                await Task.yield()
                try Task.checkCancellation()
            }
            let begun = ContinuousClock.now
            #expect(daemon.stop() == 0)
            #expect(ContinuousClock.now - begun < .seconds(4))
        }
    }

    private final class Over: Sendable {
        private let state = Mutex(false)
        var value: Bool {
            get { state.withLock(\.self) }
            set { state.withLock { $0 = newValue } }
        }
    }

    @Test(
        "A reload ends a stream whose caller loses its role, and no other stream",
        .enabled(if: getuid() == 0), .timeLimit(.minutes(20)))
    func roleLost() async throws {
        let folder = try Folder(configuration: "access:\n  viewers: [nogroup]\n")
        let daemon = try DaemonProcess(in: folder)
        chmod(folder.path, 0o755)
        chmod(folder.socket, 0o666)
        let said = folder.path + "/said"
        let watcher = try ChildProcess(
            "/usr/bin/setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", Folder.program("conciergectl")]
                + ["--socket", folder.socket, "requests", "watch", "--json"],
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"], output: said, errors: said + ".err")
        let client = try await daemon.connect()
        func text() -> String { (try? String(contentsOfFile: said, encoding: .utf8)) ?? "" }
        var number = 0
        func openUntil(_ isWanted: () -> Bool) async throws {
            while !isWanted() {
                number += 1
                try Task.checkCancellation()
                _ = try await client.call(
                    "org.concierged.Requests.Open",
                    ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": .string("X\(number)")]])
            }
        }
        try await openUntil { text().contains(#""event":{"kind":"open"}"#) }
        _ = try await client.call("org.concierged.Manager.Reload")
        let before = text().count
        try await openUntil { text().count > before }
        try folder.configure("access:\n  viewers: [root]\n")
        _ = try await client.call("org.concierged.Manager.Reload")
        #expect(watcher.wait() == 77)
        #expect(try String(contentsOfFile: said + ".err", encoding: .utf8).contains("PermissionDenied"))
        await client.close()
        #expect(daemon.stop() == 0)
    }
}
