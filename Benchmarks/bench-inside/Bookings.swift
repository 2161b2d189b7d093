import ArgumentParser
import BenchProvider
import ConciergeEngine
import ConciergeKit
import Foundation
import JSON
import SQLiteLedger

/// Measures a booking of one room by a range of time, or a grant to the first in line: from the call to the disk, and
/// without a socket.
struct Bookings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cost of a booking beside many others, of its refusal, or of a grant from a long line.")

    enum Work: String, ExpressibleByArgument, CaseIterable {
        /// Every second hour is booked, and free ones are booked too.
        case open
        /// Every second hour is booked, and they are asked for: the refusal names the next three.
        case refuse
        /// All hours are booked, and the first is asked for: the refusal looks for free ones as far as it goes.
        case refuseFull = "refuse-full"
        /// A key is given back, and the first in line gets it in the same commit.
        case grantKey = "grant-key"
        /// The same with a range of time.
        case grantRange = "grant-range"
    }

    @Option(help: "An empty folder on the disk that is measured.") var stateDir: String
    @Option(help: "What is measured.") var work: Work
    @Option(help: "How many bookings the room has, or how many requests are in line.") var others = 10_000
    @Option(help: "How many portions; the median of their medians is printed.") var passes = 5
    @Option(help: "How many calls a portion has.") var calls = 200

    func validate() throws {
        guard others > 0, passes > 0, calls > 0 else { throw ValidationError("Give numbers above 0.") }
    }

    func run() async throws {
        var lodge = try await BookingLodge(stateDirectory: stateDir)
        let median =
            switch work {
            case .open: try await open(in: &lodge)
            case .refuse: try await refuse(in: &lodge, step: 2)
            case .refuseFull: try await refuse(in: &lodge, step: 1)
            case .grantKey: try await grant(in: &lodge, action: "return") { .open(BookingProvider.keys) }
            case .grantRange:
                try await grant(in: &lodge, action: "cancel") { BookingLodge.book(hour: 0, waiting: true) }
            }
        await lodge.ledger.close()
        report([("p50_us", median)])
    }

    private func open(in lodge: inout BookingLodge) async throws -> Double {
        try await lodge.fill((0..<others).map { BookingLodge.book(hour: 2 * $0) })
        return try await measure { number, passes in
            let hour = 2 * somewhere(number) + 1
            let request = try await passes.time { try await lodge.request(BookingLodge.book(hour: hour)) }
            // The room has as many bookings at each call.
            try await lodge.request(.act(request, "cancel"))
        }
    }

    private func refuse(in lodge: inout BookingLodge, step: Int) async throws -> Double {
        try await lodge.fill((0..<others).map { BookingLodge.book(hour: step * $0) })
        return try await measure { number, passes in
            let hour = step == 1 ? 0 : step * somewhere(number)
            try await passes.time { try await lodge.refusal(BookingLodge.book(hour: hour)) }
        }
    }

    private func grant(
        in lodge: inout BookingLodge, action: String, _ joining: () -> Command
    ) async throws -> Double {
        var holders = try await lodge.fill((0...others).map { _ in joining() })[...]
        return try await measure { _, passes in
            guard let holder = holders.popFirst() else { return }
            let lines = try await passes.time { try await lodge.commit([.act(holder, action)]).entries }
            guard lines.count == 2 else { throw ValidationError("nothing was granted") }
            // The line is as long at each call.
            holders.append(try await lodge.request(joining()))
        }
    }

    /// One of the other bookings. The step shares no divisor with numbers like 10,000, so it goes everywhere.
    private func somewhere(_ number: Int) -> Int { number * 7919 % others }

    /// The median of portions of calls, after one that is not counted. The body times a part of each call.
    private func measure(_ body: (Int, inout Passes) async throws -> Void) async throws -> Double {
        var passes = Passes()
        for pass in 0...self.passes {
            if pass <= 1 { passes = Passes() }
            passes.begin()
            for call in 0..<calls { try await body(pass * calls + call, &passes) }
        }
        return passes.median
    }
}

/// The engine with the provider of bookings on a ledger of its own. It keeps its state from call to call, like the
/// daemon's.
private struct BookingLodge {
    let ledger: SQLiteLedger
    private var engine: EngineState
    private var now = Instant.now

    init(stateDirectory: String) async throws {
        try FileManager.default.createDirectory(atPath: stateDirectory, withIntermediateDirectories: true)
        ledger = try SQLiteLedger(stateDirectory: stateDirectory)
        let provider = try await BookingProvider(
            NoSettings(), in: ProviderContext(stateDirectory: "/nowhere", zone: .utc))
        var registry = Registry()
        registry.add(try ProviderContents(provider))
        engine = EngineState(registry: registry)
    }

    /// Decides and commits. What is committed is on disk when it returns.
    @discardableResult
    mutating func commit(_ commands: [Command]) async throws -> Committed<Decision> {
        now = now + .milliseconds(1)
        return try await engine.commit(commands, to: ledger, at: now)
    }

    /// Makes many calls in large commits. Returns their requests.
    @discardableResult
    mutating func fill(_ commands: [Command]) async throws -> [RequestID] {
        var requests: [RequestID] = []
        for start in stride(from: 0, to: commands.count, by: 200) {
            let portion = commands[start..<min(commands.count, start + 200)]
            requests += try await commit(Array(portion)).decided.answers.map { try $0.request }
        }
        return requests
    }

    /// Makes a call that must succeed.
    @discardableResult
    mutating func request(_ command: Command) async throws -> RequestID {
        try await commit([command]).decided.answers[0].request
    }

    /// Makes a call that must be refused.
    mutating func refusal(_ command: Command) async throws {
        guard case .rejected(.refused) = try await commit([command]).decided.answers[0] else {
            throw ValidationError("it was not refused")
        }
    }

    /// A booking of an hour of the years to come.
    static func book(hour: Int, waiting: Bool = false) -> Command {
        let start = Instant(milliseconds: 1_893_456_000_000) + .hours(hour)
        return .open(
            BookingProvider.rooms,
            [
                "start": .string(start.description), "end": .string((start + .hours(1)).description),
                "wait": .bool(waiting),
            ])
    }
}

extension Answer {
    fileprivate var request: RequestID {
        get throws {
            guard case .request(let view) = self else { throw ValidationError("it was answered: \(self)") }
            return view.request.id
        }
    }
}

extension Command {
    fileprivate static func open(_ service: String, _ input: JSONObject = [:]) -> Command {
        .open(service: ServiceID(service), resident: "apt-1", input: input, caller: Caller(actor: "bench"))
    }

    fileprivate static func act(_ request: RequestID, _ action: String) -> Command {
        .act(id: request, action: action, input: [:], caller: Caller(actor: "bench"))
    }
}
