import CEpoll
import DequeModule
import Glibc

/// Connections that each keep a fixed number of calls in flight, on one thread with epoll(7).
struct Crowd: ~Copyable {
    /// The results of the measurement.
    struct Figures {
        /// The number of calls that were answered during the measurement.
        var answered = 0
        /// The number of calls that were answered in all, with those of the warm-up.
        var answeredInAll = 0
        var refused = 0
        /// The first answer that is not a success.
        var firstRefusal: String?
        var seconds = 0.0
        /// The latency of each call that was answered during the measurement, in nanoseconds.
        var latencies: [Int64] = []
    }

    /// One connection, with the times at which its unanswered calls were sent, and the received part of an answer.
    private struct Lane: ~Copyable {
        let connection: UnixConnection
        var sent: Deque<Int64> = []
        var rest: [UInt8] = []
    }

    private let workload: Workload
    private let request: String
    private let inFlight: Int
    private let epoll: CInt
    private var connections: [UnsafeMutablePointer<Lane>] = []
    private var calls = 0

    init(
        _ workload: Workload, request: String, socket: String, connections count: Int, inFlight: Int
    ) throws(UnixConnection.Failure) {
        self.workload = workload
        self.request = request
        self.inFlight = inFlight
        epoll = epoll_create1(0)
        for number in 0..<count {
            let lane = UnsafeMutablePointer<Lane>.allocate(capacity: 1)
            lane.initialize(to: Lane(connection: try UnixConnection(path: socket)))
            connections.append(lane)
            var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: UInt64(number)))
            guard epoll_ctl(epoll, EPOLL_CTL_ADD, lane.pointee.connection.descriptor, &event) == 0 else {
                throw UnixConnection.Failure("epoll_ctl")
            }
        }
    }

    deinit {
        close(epoll)
        for lane in connections {
            lane.deinitialize(count: 1)
            lane.deallocate()
        }
    }

    /// Makes calls for `warmUp` seconds, and then measures for `seconds`.
    mutating func run(warmUp: Double, seconds: Double) throws(UnixConnection.Failure) -> Figures {
        var figures = Figures()
        figures.latencies.reserveCapacity(1 << 20)
        for lane in connections { try send(inFlight, on: &lane.pointee) }
        let begins = nanoseconds(CLOCK_MONOTONIC) + Int64(warmUp * 1e9)
        let ends = begins + Int64(seconds * 1e9)
        var events = [epoll_event](repeating: epoll_event(), count: 1024)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let ready = epoll_wait(epoll, &events, CInt(events.count), 10_000)
            guard ready > 0 else {
                if ready < 0, errno == EINTR { continue }
                throw UnixConnection.Failure(reason: "nothing was answered for ten seconds")
            }
            for event in events[..<Int(ready)] {
                let lane = connections[Int(event.data.u64)]
                let count = try lane.pointee.connection.read(into: buffer)
                let now = nanoseconds(CLOCK_MONOTONIC)
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                let answers = receive(
                    bytes, on: &lane.pointee, at: now, measuring: now >= begins && now < ends, &figures)
                if now < ends { try send(answers, on: &lane.pointee) }
            }
            if nanoseconds(CLOCK_MONOTONIC) >= ends { break }
        }
        figures.seconds = seconds
        return figures
    }

    private mutating func send(_ count: Int, on lane: inout Lane) throws(UnixConnection.Failure) {
        guard count > 0 else { return }
        var bytes: [UInt8] = []
        for _ in 0..<count {
            calls += 1
            bytes += workload.call(calls, request: request)
        }
        let now = nanoseconds(CLOCK_MONOTONIC)
        for _ in 0..<count { lane.sent.append(now) }
        try lane.connection.write(bytes)
    }

    /// Takes received bytes, and returns the number of answers that they complete.
    private func receive(
        _ bytes: UnsafeRawBufferPointer, on lane: inout Lane, at now: Int64, measuring: Bool, _ figures: inout Figures
    ) -> Int {
        var answers = 0
        var start = 0
        while start < bytes.count,
            let found = memchr(bytes.baseAddress! + start, CInt(workload.terminator), bytes.count - start)
        {
            let end = UnsafeRawPointer(found) - bytes.baseAddress!
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            if lane.rest.isEmpty {
                check(part, &figures)
            } else {
                lane.rest += part
                lane.rest.withUnsafeBytes { check($0, &figures) }
                lane.rest.removeAll(keepingCapacity: true)
            }
            if let sent = lane.sent.popFirst(), measuring {
                figures.answered += 1
                figures.latencies.append(now - sent)
            }
            answers += 1
            figures.answeredInAll += 1
            start = end + 1
        }
        if start < bytes.count { lane.rest += bytes[start...] }
        return answers
    }

    private func check(_ answer: UnsafeRawBufferPointer, _ figures: inout Figures) {
        guard !workload.accepts(answer) else { return }
        figures.refused += 1
        if figures.firstRefusal == nil { figures.firstRefusal = String(decoding: answer, as: UTF8.self) }
    }
}
