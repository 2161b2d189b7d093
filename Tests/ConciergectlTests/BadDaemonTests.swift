import Foundation
import JSON
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Varlink
import Wording

@testable import conciergectl

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A socket whose calls a thread answers as the test prescribes, or to which nothing answers.
private final class BareSocket: Sendable {
    let path: String
    private let listener: Int32
    private let peers = Mutex<[Int32]>([])

    /// Listens. Without `serve` no connection is accepted, as with a stopped daemon.
    init(serve: (@Sendable (_ peer: Int32) -> Void)? = nil) throws {
        path = "/tmp/ctl-\(UUID().uuidString.prefix(8))"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(listener, 16) == 0)
        guard let serve else { return }
        Thread.detachNewThread { [self] in
            while true {
                let peer = accept(listener, nil, nil)
                guard peer >= 0 else { return }
                peers.withLock { $0.append(peer) }
                Thread.detachNewThread { serve(peer) }
            }
        }
    }

    /// Closes the listener and all connections.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        _ = Glibc.close(listener)
        for peer in peers.withLock(\.self) { shutdown(peer, Int32(SHUT_RDWR)) }
        unlink(path)
    }

    /// Reads a call up to its NUL.
    static func readCall(_ peer: Int32) -> Bool {
        var byte: UInt8 = 1
        while byte != 0 { guard recv(peer, &byte, 1, 0) == 1 else { return false } }
        return true
    }

    static func write(_ text: String, to peer: Int32) -> Int {
        let bytes = Array(text.utf8) + [0]
        return send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}

/// Answers every call only after 300 ms, while the server itself answers at once.
private struct SlowHandler: VarlinkHandler {
    let interfaces: [InterfaceDefinition]

    func mayOverlap(_ method: String) -> Bool { true }

    func handle(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        responder.eventLoop.scheduleTask(in: .milliseconds(300)) { responder.reply() }
    }
}

/// Daemons that break the protocol, and texts that must not control the terminal.
@Suite("conciergectl with input that it cannot trust", .timeLimit(.minutes(20)))
struct BadDaemonTests {
    @Test("A reply that announces more to a call with a single reply is an error, and the tool does not crash")
    func continuesTwice() async throws {
        let bare = try BareSocket { peer in
            guard BareSocket.readCall(peer) else { return }
            for _ in 0..<2 { _ = BareSocket.write(#"{"parameters":{},"continues":true}"#, to: peer) }
        }
        let captured = Captured()
        let status = await captured.run("reload", environment: ["CONCIERGE_SOCKET": bare.path])
        bare.close()
        #expect(status == 76)
        #expect(captured.diagnostics.contains("does not speak Varlink"))
    }

    @Test("A daemon that accepts and never answers causes a clear message, for calls and for streams")
    func stopped() async throws {
        for arguments in [["status"], ["requests", "watch", "--json"], ["backup", "/tmp/never-\(UUID().uuidString)"]] {
            let bare = try BareSocket()
            let captured = Captured()
            var console = captured.console(environment: ["CONCIERGE_SOCKET": bare.path])
            console.patience = .milliseconds(20)
            #expect(await Conciergectl.run(arguments, on: console) == 69)
            #expect(
                captured.diagnostics.contains("the daemon does not answer at \(bare.path): it is stopped, or stuck"),
                "\(captured.diagnostics)")
            #expect(captured.output.isEmpty)
            bare.close()
        }
    }

    @Test(
        "Where the connection is lost before the reply, what changes nothing is called again, and what may is not",
        arguments: [(["notices", "--json"], 3, Int32(0)), (["reload"], 1, 69)])
    func lost(arguments: [String], calls: Int, status: Int32) async throws {
        let called = Mutex(0)
        let bare = try BareSocket { peer in
            guard BareSocket.readCall(peer) else { return }
            let number = called.withLock {
                $0 += 1
                return $0
            }
            guard number > 2 else { return _ = shutdown(peer, Int32(SHUT_RDWR)) }
            _ = BareSocket.write(#"{"parameters":{"notices":[]}}"#, to: peer)
        }
        let captured = Captured()
        var console = captured.console(environment: ["CONCIERGE_SOCKET": bare.path])
        // On a busy machine the tool would otherwise ask whether the daemon is there, which is a call too.
        console.patience = .seconds(600)
        #expect(await Conciergectl.run(arguments, on: console) == status, "\(captured.diagnostics)")
        #expect(called.withLock(\.self) == calls, "\(captured.diagnostics)")
        bare.close()
    }

    @Test("A call that takes longer than the tool's patience is waited for while the daemon responds")
    func slow() async throws {
        let path = "/tmp/ctl-\(UUID().uuidString.prefix(8))"
        let server = try await VarlinkServer.start(
            at: .path(path), service: ServiceInfo(vendor: "", product: "slow", version: "1", url: ""),
            handler: SlowHandler(interfaces: try CannedLodge().interfaces),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        let captured = Captured()
        var console = captured.console(environment: ["CONCIERGE_SOCKET": path])
        console.patience = .milliseconds(50)
        #expect(await Conciergectl.run(["reload"], on: console) == 0)
        #expect(captured.diagnostics.isEmpty)
        await server.stop(within: .seconds(5))
    }

    @Test("A watch whose output is not read buffers no more from the daemon than its socket holds")
    func unreadOutput() async throws {
        let sent = Mutex(0)
        let entry = CannedLodge.entry(1).text
        let bare = try BareSocket { peer in
            guard BareSocket.readCall(peer) else { return }
            while true {
                let count = BareSocket.write(#"{"parameters":{"entry":\#(entry)},"continues":true}"#, to: peer)
                guard count > 0 else { return }
                sent.withLock { $0 += count }
            }
        }
        let release = DispatchSemaphore(value: 0)
        let captured = Captured()
        var console = captured.console(environment: ["CONCIERGE_SOCKET": bare.path])
        console.output = { _ in
            // Blocks like a pipe that is not read.
            release.wait()
            throw ClosedOutput()
        }
        let blocked = console
        let running = Task { await Conciergectl.run(["requests", "watch", "--json"], on: blocked) }
        // The amount sent stops growing once the socket is full. Nothing says so but that it does not grow for a while.
        var last = -1
        while true {
            try await Task.sleep(for: .milliseconds(200))
            let now = sent.withLock(\.self)
            if now > 0, now == last { break }
            last = now
            try #require(now < 8 << 20)
        }
        #expect(last < 2 << 20)
        release.signal()
        #expect(await running.value == 0)
        bare.close()
    }

    @Test("Arguments that are not UTF-8 are refused with their number, and nothing is sent")
    func notUTF8() async throws {
        let lodge = try CannedLodge()
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            let words: [[UInt8]] = [
                Array("conciergectl".utf8), Array("requests".utf8), Array("open".utf8),
                Array("parcel.reception".utf8), Array("tracking=".utf8) + [0xE9, 0x74, 0xE9],
            ]
            let pointers = words.map { word -> UnsafeMutablePointer<CChar>? in
                strdup(word.map { CChar(bitPattern: $0) } + [0])
            }
            defer { for pointer in pointers { free(pointer) } }
            let argv = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: pointers.count)
            defer { argv.deallocate() }
            argv.initialize(from: pointers, count: pointers.count)
            status = await Conciergectl.run(
                Int32(pointers.count), argv, on: captured.console(.fr, environment: ["CONCIERGE_SOCKET": socket]))
        }
        #expect(status == 64)
        #expect(captured.diagnostics.hasPrefix("conciergectl\u{A0}: l’argument 4 n’est pas du texte en UTF-8\n"))
        #expect(lodge.methods.isEmpty)
    }

    @Test("--json on a terminal contains no control characters and parses as the value received")
    func terminal() async throws {
        let wild = "a\u{9B}31mred\u{202E}txt\u{2066}\u{061C}\u{7F}\u{1B}[2J é"
        let lodge = try CannedLodge([
            "Requests.Get": { _ in
                var request = CannedLodge.request().objectValue ?? [:]
                request["resident"] = .string(wild)
                return [["request": .object(request), "history": []]]
            }
        ])
        for isTerminal in [true, false] {
            let captured = Captured()
            try await lodge.serve { socket in
                var console = captured.console(environment: ["CONCIERGE_SOCKET": socket])
                console.isTerminal = isTerminal
                #expect(
                    await Conciergectl.run(["requests", "show", CannedLodge.requestID, "--json"], on: console) == 0)
            }
            let text = captured.output
            #expect(try JSON.parse(text)["request"]?["resident"] == .string(wild))
            let steering = text.unicodeScalars.filter { scalar in
                scalar != "\n"
                    && (scalar.properties.generalCategory == .control
                        || scalar.properties.generalCategory == .format)
            }
            #expect(steering.isEmpty == isTerminal, "\(text.debugDescription)")
            #expect(text.contains("é"))
        }
    }

    @Test("status names a provider whose runs are paused although it serves, and who paused it")
    func paused() async throws {
        let lodge = try CannedLodge([
            "Manager.Providers": { _ in
                [
                    [
                        "providers": [
                            [
                                "id": "parcel", "name": ["fr": "Colis", "en": "Parcels"],
                                "summary": ["fr": "", "en": ""], "state": "serving", "services": [], "tasks": [],
                                "schedules": [],
                                "holds": [["kind": "paused", "by": "lea", "since": "2026-11-24T07:00:00Z"]],
                            ]
                        ]
                    ]
                ]
            }
        ])
        for (language, line) in [
            (.en, "  parcel (Parcels): runs paused, paused by lea 2026-11-24 08:00"),
            (.fr, "  parcel (Colis)\u{A0}: traitements en pause, mis en pause par lea le 24/11/2026 08:00"),
        ] as [(Language, String)] {
            let captured = Captured()
            try await lodge.serve { socket in
                let console = captured.console(language, environment: ["CONCIERGE_SOCKET": socket])
                #expect(await Conciergectl.run(["status"], on: console) == 0)
            }
            #expect(captured.lines.contains(line), "\(captured.output)")
        }
    }

    @Test("Triggering a task of a provider that is not served reports the provider's state")
    func setAside() async throws {
        let lodge = try CannedLodge()
        let captured = Captured()
        try await lodge.serve { socket in
            let console = captured.console(.fr, environment: ["CONCIERGE_SOCKET": socket])
            #expect(await Conciergectl.run(["tasks", "trigger", "health.day-sheet"], on: console) == 69)
        }
        #expect(
            captured.diagnostics.hasPrefix(
                "conciergectl\u{A0}: «\u{A0}health.day-sheet\u{A0}» n’est pas servi en ce moment\u{A0}: le module «\u{A0}Santé\u{A0}» est en attente\n"
            ))
    }
}
