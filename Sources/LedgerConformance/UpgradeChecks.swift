import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import JSON
import Testing
import UpgradeCheck

extension LedgerSuite {
    static let upgrades: [LedgerCheck.Kind] = [
        .init("A scan returns all requests of a service, the oldest first, page by page, with their timers") {
            try await $0.scanning()
        },
        .init("Requests are listed by the services that are included or excluded") { try await $0.servedFilters() },
        .init("Unattended requests and runs are counted by service and task") { try await $0.unattended() },
        .init("Fingerprints are kept after reopening, and replaced by later ones") {
            try await $0.fingerprints()
        },
        .init("A provider that can read all stored requests is admitted, and another build or table checks again") {
            try await $0.admits()
        },
        .init("The findings report how many requests a provider cannot read and why, and nothing is changed") {
            try await $0.refuses()
        },
        .init("Requests are upgraded once, and the upgrade continues after a crash") {
            try await $0.bringsUpToDate()
        },
    ]

    private func scanning() async throws {
        try await withLedger { ledger in
            for index in 0..<5 {
                try await ledger.put { changes in
                    changes.requests.opened["r-\(index)"] = request(
                        "r-\(index)", service: index == 2 ? "toy.other" : "toy.loan",
                        state: index == 3 ? "returned" : "asked", isOpen: index != 3, recordVersion: index + 1)
                    if index != 3 {
                        changes.timers["r-\(index)"] = ["a": timer(now), "b": timer(now + .hours(index))]
                    }
                }
            }
            var seen: [RequestView] = []
            var after: Int64?
            repeat {
                let page = try await ledger.allRequests(of: "toy.loan", after: after, limit: 2)
                #expect(page.elements.count <= 2)
                seen += page.elements
                after = page.next
            } while after != nil
            #expect(seen.map(\.request.id) == ["r-0", "r-1", "r-3", "r-4"])
            #expect(seen.map(\.request.recordVersion) == [1, 2, 4, 5])
            #expect(seen[1].timers == ["a": now, "b": now + .hours(1)])
            #expect(seen[2].timers.isEmpty)
            #expect(try await ledger.allRequests(of: "toy.nothing", after: nil, limit: 2).elements.isEmpty)
        }
    }

    private func servedFilters() async throws {
        try await withLedger { ledger in
            try await ledger.open([
                request("r-1"), request("r-2", service: "toy.other"), request("r-3", service: "old.loan"),
                request("r-4", service: "old.loan", state: "returned", isOpen: false),
            ])
            func list(_ fill: (inout RequestQuery) -> Void) async throws -> [RequestID] {
                var query = RequestQuery()
                fill(&query)
                return try await ledger.requests(query).elements.map(\.request.id)
            }
            #expect(try await list { $0.notOf = ["toy.loan", "toy.other"] } == ["r-4", "r-3"])
            #expect(
                try await list { query in
                    query.notOf = ["toy.loan"]
                    query.isOpen = true
                } == ["r-3", "r-2"])
            #expect(try await list { $0.notOf = [] } == ["r-4", "r-3", "r-2", "r-1"])
            #expect(try await list { $0.onlyOf = ["toy.other", "x"] } == ["r-2"])
            #expect(try await list { $0.onlyOf = [] } == [])
        }
    }

    private func unattended() async throws {
        try await withLedger { ledger in
            #expect(try await ledger.unattended(besides: [], []) == Unattended(openRequests: [:], queuedRuns: [:]))
            try await ledger.open([
                request("r-1"), request("r-2"), request("r-3", service: "toy.other"),
                request("r-4", state: "returned", isOpen: false),
            ])
            try await ledger.put { changes in
                for (index, state) in StoredRun.State.allCases.enumerated() {
                    var run = run("run-\(index)", task: "toy.clean")
                    run.state = state
                    changes.runs.created[run.id] = run
                }
                changes.runs.created["other"] = run("other", task: "toy.deliver")
            }
            #expect(
                try await ledger.unattended(besides: ["toy.unknown"], [])
                    == Unattended(
                        openRequests: ["toy.loan": 2, "toy.other": 1], queuedRuns: ["toy.clean": 1, "toy.deliver": 1]))
            #expect(
                try await ledger.unattended(besides: ["toy.loan"], ["toy.deliver", "toy.lend"])
                    == Unattended(openRequests: ["toy.other": 1], queuedRuns: ["toy.clean": 1]))
            #expect(
                try await ledger.unattended(besides: ["toy.other", "toy.loan"], ["toy.clean", "toy.deliver"])
                    == Unattended(openRequests: [:], queuedRuns: [:]))
        }
    }

    private func fingerprints() async throws {
        try await withDirectory { directory in
            let ledger = try await make(directory)
            #expect(try await ledger.fingerprints().isEmpty)
            try await ledger.save(fingerprints: ["toy.loan": "a", "toy.other": "b"])
            try await ledger.save(fingerprints: ["toy.loan": "c"])
            let again = try await reopen(ledger, in: directory)
            #expect(try await again.fingerprints() == ["toy.loan": "c", "toy.other": "b"])
            await again.close()
        }
    }

    // MARK: A new build checks the stored requests

    private func admits() async throws {
        try await withLedger { ledger in
            try await ledger.open([
                request("r-1", service: "toy.box", state: "full"),
                request("r-2", service: "toy.box", state: "empty", isOpen: false),
            ])
            func count(_ contents: ProviderContents, _ build: String) async throws -> Int {
                let findings = try await ledger.admit(contents, build: build, now: now)
                #expect(findings.complaint == nil)
                return findings.count
            }
            #expect(try await count(Box.contents(Box(.asItWas)), "a") == 2)
            #expect(try await count(Box.contents(Box(.asItWas)), "a") == 0)
            #expect(try await count(Box.contents(Box(.asItWas)), "b") == 2)
            // A table in which a state no longer has a timer is a different table.
            #expect(try await count(Box.contents(Box(.withoutTimerOfFull)), "b") == 2)
        }
    }

    private func refuses() async throws {
        try await withLedger { ledger in
            try await ledger.open([
                request("r-0", service: "toy.box", state: "empty", isOpen: false),
                request("r-1", service: "toy.box", state: "torn"), request("r-2", service: "toy.box", state: "full"),
                request("r-3", service: "toy.box", state: "torn"),
            ])
            let before = try await ledger.allRequests(of: "toy.box", after: nil, limit: 9).elements
            for _ in 0..<2 {
                let findings = try await ledger.admit(Box.contents(Box(.asItWas)), build: "a", now: now)
                #expect((findings.count, findings.unreadable) == (4, 2))
                #expect(
                    findings.complaint
                        == "2 of 4 stored requests cannot be read; the first is \("r-1" as RequestID) of toy.box: "
                        + "its state \"torn\" is not in the table, and no upgrade leads out of it")
            }
            #expect(try await ledger.allRequests(of: "toy.box", after: nil, limit: 9).elements == before)
            #expect(try await ledger.fingerprints().isEmpty)
        }
    }

    private func bringsUpToDate() async throws {
        try await withLedger { ledger in
            var plain = request("r-1", service: "toy.box", state: "full")
            plain.record = Array(#"{"tool":"saw"}"#.utf8)
            try await ledger.open([plain, request("r-2", service: "toy.box", state: "torn")])
            try await ledger.put { changes in
                changes.timers["r-2"] = ["nag": timer(now, service: "toy.box")]
                changes.claims.taken["toy/box"] = "r-2"
            }
            let contents = try Box.contents(BoxV2())
            let findings = try await ledger.admit(contents, build: "a", now: now + .days(1))
            #expect((findings.count, findings.unreadable, findings.outdated) == (2, 0, 1))
            #expect(try await ledger.request("r-1")?.request == plain)
            let view = try #require(try await ledger.request("r-2"))
            #expect((view.request.state, view.request.isOpen) == ("empty", false))
            #expect((view.request.version, view.request.recordVersion) == (2, 2))
            #expect(view.request.closedAt == now + .days(1))
            #expect(view.timers.isEmpty)
            #expect(try await ledger.history(of: "r-2").map(\.entry.event) == ["upgrade"])
            #expect(try await ledger.ask { try $0.holder(of: "toy/box") } == nil)

            // This is the state after a crash: some requests are up to date, and no fingerprint is stored.
            try await ledger.save(fingerprints: ["toy.box": ""])
            try await ledger.open([request("r-3", service: "toy.box", state: "torn")])
            let rest = try await ledger.admit(contents, build: "a", now: now)
            #expect((rest.count, rest.outdated) == (3, 1))
            #expect(try await ledger.history(of: "r-2").count == 1)
            #expect(try await ledger.history(of: "r-3").count == 1)
        }
    }
}

/// A service whose table can vary.
private struct Box: Service {
    enum Kind { case asItWas, withoutTimerOfFull }
    static let id = "toy.box"

    static let name = Text(fr: "Box", en: "Box")
    static let summary = Text(fr: "Box", en: "Box")
    struct Record: Codable { var tool: String }
    struct Close: Input { static let name = Text(fr: "a", en: "a") }
    struct Empty: Input { static let name = Text(fr: "b", en: "b") }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .open) { _, moment in Draft(Record(tool: ""), at: moment) }
        on(Close.self, from: .open, to: .full)
        on(Empty.self, from: .full, to: .empty)
        after(.nag, in: .open) { _ in }
        if kind == .asItWas { after(.nag, in: .full) { _ in } }
    }

    static func contents(_ service: some Service) throws -> ProviderContents {
        let name = Text(fr: "toy", en: "toy")
        return try ProviderContents(
            ProviderManifest(id: "toy", version: "1.0.0", name: name, summary: name), services: [service], tasks: [],
            schedules: [])
    }
}

/// The second version of the service: it upgrades the state "torn" to "empty".
private struct BoxV2: Service {
    static let id = "toy.box"
    static let name = Text(fr: "Box", en: "Box")
    static let summary = Text(fr: "Box", en: "Box")
    struct Record: Codable { var tools: [String] }

    var upgrades: Upgrades<Self> {
        Upgrade(from: 1, Box.Record.self, to: Record.self, states: ["torn": "empty"]) { old in
            Record(tools: [old.tool])
        }
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .open) { _, moment in Draft(Record(tools: []), at: moment) }
        on(Box.Close.self, from: .open, to: .full)
        on(Box.Empty.self, from: .full, to: .empty)
        after(.nag, from: .open, .full, to: .full)
    }
}

private protocol BoxVersion: Service {}
extension Box: BoxVersion {}
extension BoxV2: BoxVersion {}

extension StateOf where S: BoxVersion {
    fileprivate static var open: Self { open(fr: "open", en: "open", turn: .staff) }
    fileprivate static var full: Self { open(fr: "full", en: "full", turn: .staff) }
    fileprivate static var empty: Self { closed(fr: "empty", en: "empty") }
}

extension TimerOf where S: BoxVersion {
    fileprivate static var nag: Self { timer(fr: "nag", en: "nag") }
}
