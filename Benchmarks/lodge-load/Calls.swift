import ArgumentParser
import JSON

/// Makes calls on several connections, with a fixed number of calls in flight on each.
struct Calls: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Throughput and latency of one kind of call.")

    @Option(help: "The server's socket.") var socket: String
    @Option(help: "What is called: \(Workload.allCases.map(\.rawValue).joined(separator: ", ")).")
    var workload = Workload.open
    @Option(help: "Connections.") var connections = 16
    @Option(help: "Calls in flight on each.") var inFlight = 1
    @Option(help: "Seconds that are measured.") var seconds = 5.0
    @Option(help: "Seconds before that, not measured.") var warmUp = 1.0

    func validate() throws {
        guard connections > 0, inFlight > 0, (0.1...600).contains(seconds), (0...60).contains(warmUp) else {
            throw ValidationError("Give 1 or more connections and calls, 0.1 to 600 seconds and 0 to 60 before.")
        }
    }

    func run() throws {
        let request = try workload == .get ? openOne(at: socket) : "00000-00000"
        var crowd = try Crowd(
            workload, request: request, socket: socket, connections: connections, inFlight: inFlight)
        let figures = try crowd.run(warmUp: warmUp, seconds: seconds)
        let latencies = Percentiles(figures.latencies)
        print(
            """
            {"workload":"\(workload)","connections":\(connections),"in_flight":\(inFlight),\
            "answered":\(figures.answered),"answered_in_all":\(figures.answeredInAll),"refused":\(figures.refused),"seconds":\(figures.seconds),\
            "per_second":\((Double(figures.answered) / figures.seconds).rounded()),\(latencies.members(unit: "us", 1e3))}
            """)
        if let refusal = figures.firstRefusal { throw UnixConnection.Failure(reason: "an answer was: \(refusal)") }
    }
}

/// Opens a request for the workload `get`, and returns its id.
func openOne(at socket: String) throws -> String {
    let answer = try UnixConnection(path: socket).call(Workload.opening(1))
    let reply = try JSON.parse(answer).objectValue
    guard let id = reply?["parameters"]?.objectValue?["request"]?.objectValue?["id"]?.stringValue else {
        throw UnixConnection.Failure(reason: "Open was answered: \(String(decoding: answer, as: UTF8.self))")
    }
    return id
}
