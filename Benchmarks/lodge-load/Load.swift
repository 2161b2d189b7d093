import ArgumentParser
import NIOCore
import NIOPosix
import Synchronization
import Varlink

/// Opens parcels over the control socket as fast as the daemon answers, and says how fast that was.
@main
struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lodge-load",
        abstract: "Durable Open calls from several connections, each with so many in flight.")

    @Option(help: "The daemon's socket.") var socket: String
    @Option(
        help: "What is opened: parcel (with two timers, a claim and a notice) or repair (a request and its history).")
    var workload = Workload.parcel
    @Option(help: "Connections.") var connections = 16
    @Option(help: "Calls in flight on each.") var inFlight = 1
    @Option(help: "Seconds that are measured.") var seconds = 5
    @Option(help: "Seconds before that, not measured.") var warmUp = 1

    func validate() throws {
        guard connections > 0, inFlight > 0, (1...600).contains(seconds), (0...60).contains(warmUp) else {
            throw ValidationError("Give 1 or more connections and calls, 1 to 600 seconds and 0 to 60 before.")
        }
    }

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var clients: [VarlinkClient] = []
        for _ in 0..<connections {
            clients.append(try await VarlinkClient.connect(path: socket, eventLoopGroup: group))
        }
        let meter = Meter()
        for (number, client) in clients.enumerated() {
            for call in 0..<inFlight { next(client, lane: "\(number)X\(call)", count: 0, meter) }
        }
        try await Task.sleep(for: .seconds(warmUp))
        let before = meter.start()
        let clock = ContinuousClock()
        let began = clock.now
        try await Task.sleep(for: .seconds(seconds))
        let figures = meter.stop()
        let elapsed = clock.now - began
        for client in clients { await client.close() }
        let calls = figures.answered - before
        let rate = Double(calls) / (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
        let latencies = figures.latencies.sorted()
        func percentile(_ part: Double) -> Duration {
            latencies.isEmpty ? .zero : latencies[min(latencies.count - 1, Int(Double(latencies.count) * part))]
        }
        print(
            """
            {"workload":"\(workload)","connections":\(connections),"in_flight":\(inFlight),"calls":\(calls),"refused":\(figures.refused),\
            "per_second":\(Int(rate)),"median_us":\(percentile(0.5).microseconds),"p99_us":\(percentile(0.99).microseconds)}
            """)
        if figures.refused > 0 { throw ExitCode.failure }
    }

    /// Makes one call, and the next once it is answered.
    private func next(_ client: VarlinkClient, lane: String, count: Int, _ meter: Meter) {
        let message = workload.call(lane: lane, count: count)
        let began = ContinuousClock.now
        client.send(encoded: Array(message.utf8)) { result in
            guard case .success(let reply) = result else { return }
            if meter.count(reply.error == nil, took: ContinuousClock.now - began) {
                next(client, lane: lane, count: count + 1, meter)
            }
        }
    }
}

/// What is opened.
enum Workload: String, ExpressibleByArgument {
    case parcel, repair

    func call(lane: String, count: Int) -> String {
        let request =
            switch self {
            case .parcel:
                #""service":"parcel.reception","input":{"tracking":"L\#(lane)X\#(count)","shelf":"A3"}"#
            case .repair:
                #""service":"repairs.repair","input":{"category":"plumbing","location":"\#(lane)","description":"Tap"}"#
            }
        return #"{"method":"org.concierged.Requests.Open","parameters":{"resident":"apt-\#(lane)",\#(request)}}"#
    }
}

/// Counts answers, and keeps how long they took while it measures.
private final class Meter: Sendable {
    struct Figures {
        var answered = 0
        var refused = 0
        var latencies: [Duration] = []
        var isMeasuring = false
        var isStopped = false
    }

    private let figures = Mutex(Figures())

    /// Whether to go on.
    func count(_ wasTaken: Bool, took: Duration) -> Bool {
        figures.withLock { figures in
            figures.answered += 1
            if !wasTaken { figures.refused += 1 }
            if figures.isMeasuring { figures.latencies.append(took) }
            return !figures.isStopped
        }
    }

    func start() -> Int {
        figures.withLock { figures in
            figures.isMeasuring = true
            return figures.answered
        }
    }

    func stop() -> Figures {
        figures.withLock { figures in
            figures.isStopped = true
            return figures
        }
    }
}

extension Duration {
    fileprivate var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
