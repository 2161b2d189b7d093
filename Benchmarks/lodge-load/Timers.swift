import ArgumentParser
import ConciergeKit
import Glibc
import JSON

/// Opens requests whose timers are due within a short time, watches, and measures how late the watcher gets each
/// firing.
///
/// The daemon sends a firing to a watcher after the commit that made it durable. The lateness is the time at which the
/// line could be read from the watcher's socket, minus the due time. It therefore includes the commit and the way to
/// the watcher.
struct Timers: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The lateness of timers that are due together.")

    @Option(help: "The daemon's socket.") var socket: String
    @Option(help: "How many timers.") var count = 10_000
    @Option(help: "Milliseconds within which they are due.") var within = 1000
    @Option(help: "Seconds from now until the first is due: the requests must be open by then.") var lead = 6.0

    func validate() throws {
        guard count > 0, within > 0, (0.5...600).contains(lead) else {
            throw ValidationError("Give timers, milliseconds and 0.5 to 600 seconds.")
        }
    }

    func run() throws {
        let first = nanoseconds(CLOCK_REALTIME) / 1_000_000 + Int64(lead * 1000)
        let due = try open(from: first)
        let opened = nanoseconds(CLOCK_REALTIME) / 1_000_000
        guard opened < first - 200 else {
            throw UnixConnection.Failure(reason: "opening them took until \(opened - first) ms after the first was due")
        }
        let told = try watch()
        var toWatcher: [Int64] = []
        var toDecision: [Int64] = []
        for (line, at) in told {
            let entry = try JSON.parse(line).objectValue?["parameters"]?.objectValue?["entry"]?.objectValue
            guard let request = entry?["request"]?.stringValue, entry?["event"]?["name"]?.stringValue == "due",
                let due = due[request], let decided = entry?["at"]?.stringValue.flatMap({ Instant($0) })
            else { throw UnixConnection.Failure(reason: "watched: \(String(decoding: line, as: UTF8.self))") }
            toWatcher.append(at - due * 1_000_000)
            toDecision.append((decided.milliseconds - due) * 1_000_000)
        }
        guard Set(due.keys).count == told.count else {
            throw UnixConnection.Failure(reason: "\(told.count) of \(due.count) timers fired")
        }
        print(
            """
            {"timers":\(count),"within_ms":\(within),\(Percentiles(toWatcher).members(unit: "ms", 1e6)),\
            \(Percentiles(toDecision).members(unit: "ms", 1e6, prefix: "decided_"))}
            """)
    }

    /// Opens the requests with many calls in flight, and returns the due time of each by its id, in milliseconds since
    /// 1970.
    private func open(from first: Int64) throws -> [String: Int64] {
        let connection = try UnixConnection(path: socket)
        var due: [String: Int64] = [:]
        due.reserveCapacity(count)
        var (sent, rest) = (0, [UInt8]())
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while due.count < count {
            while sent < count, sent - due.count < 100 {
                // The due times are spread over `within`, in another order than the requests are opened.
                let moment = Instant(milliseconds: first + Int64(sent * 7919 % count * within / count))
                try connection.write(Workload.opening(sent, due: moment.description) + [0])
                sent += 1
            }
            let read = try buffer.withUnsafeMutableBytes { try connection.read(into: $0) }
            rest += buffer[..<read]
            while let end = rest.firstIndex(of: 0) {
                let request = try JSON.parse(Array(rest[..<end])).objectValue?["parameters"]?.objectValue?["request"]
                guard let id = request?.objectValue?["id"]?.stringValue,
                    case .array(let timers)? = request?.objectValue?["timers"],
                    let moment = timers.first?.objectValue?["due"]?.stringValue.flatMap({ Instant($0) })
                else {
                    throw UnixConnection.Failure(
                        reason: "Open was answered: \(String(decoding: rest[..<end], as: UTF8.self))")
                }
                due[id] = moment.milliseconds
                rest.removeSubrange(...end)
            }
        }
        return due
    }

    /// Reads the history lines that the daemon streams, with the time at which each was read, in nanoseconds.
    private func watch() throws -> [(line: [UInt8], at: Int64)] {
        let connection = try UnixConnection(path: socket)
        try connection.write(
            Array(
                #"""
                {"method":"org.concierged.Requests.Watch","more":true,"parameters":{"service":"bench.matter"}}
                """#.utf8) + [0])
        // Splits the lines only after the last has been read, so that nothing delays the reading.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 300)
        var portions: [(end: Int, at: Int64)] = []
        var lines = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while lines < count {
            let read = try buffer.withUnsafeMutableBytes { try connection.read(into: $0) }
            portions.append((bytes.count + read, nanoseconds(CLOCK_REALTIME)))
            bytes += buffer[..<read]
            lines += buffer[..<read].count { $0 == 0 }
        }
        var told: [(line: [UInt8], at: Int64)] = []
        told.reserveCapacity(lines)
        var (start, portion) = (0, 0)
        for end in bytes.indices where bytes[end] == 0 {
            while portions[portion].end <= end { portion += 1 }
            told.append((Array(bytes[start..<end]), portions[portion].at))
            start = end + 1
        }
        return told
    }
}
