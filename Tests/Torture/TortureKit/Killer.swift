import ConciergeKit
import Foundation
import Glibc
import JSON
import Synchronization
import TortureProvider
import Varlink

/// Waits for a phase of the daemon and kills it.
final class Killer: Sendable {
    private struct State {
        var hasToldToStop = false
        var wasInMiddleOfCheckpoint = false
        var failure: String?
        var dice: Dice
    }

    private let process: DaemonProcess
    private let place: Place
    private let witness: Witness
    private let index: String
    private let state: Mutex<State>

    init(process: DaemonProcess, place: Place, witness: Witness, dice: Dice) {
        self.process = process
        self.place = place
        self.witness = witness
        index = place.state + "/ledger.sqlite-shm"
        state = Mutex(State(dice: dice))
    }

    var hasToldToStop: Bool { state.withLock(\.hasToldToStop) }
    /// Whether the daemon was killed in the middle of a checkpoint.
    var wasInMiddleOfCheckpoint: Bool { state.withLock(\.wasInMiddleOfCheckpoint) }
    var failure: String? { state.withLock(\.failure) }

    /// Kills the daemon in a phase, and returns the phase in which it was really killed.
    func kill(_ wish: Phase) async throws -> Phase {
        switch wish {
        case .ready: try await sleep(0...40)
        case .start, .load, .ended: try await sleep(30...1200)
        case .answer: try await waitForAnswer()
        case .checkpoint: try await waitForCheckpoint()
        case .stop: return try await stop()
        }
        let isCheckpointing = isCheckpointing
        process.kill()
        let isMidway = isCheckpointing && isHalfWrittenBack
        state.withLock { $0.wasInMiddleOfCheckpoint = isMidway }
        return wish == .checkpoint && !isMidway ? .load : wish
    }

    /// Opens a request, and kills the daemon on the thread that reads the answer, before anything else happens.
    private func waitForAnswer() async throws {
        try await sleep(20...600)
        let connection = try await place.connect()
        let due = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) + .seconds(1)
        let call = witness.begin("org.concierged.Requests.Open") { number in
            [
                "service": .string(Ordeal.id),
                "input": ["call": JSON(number), "due": .string(due.description)],
            ]
        }
        let pid = process.pid
        let reply = await withCheckedContinuation { continuation in
            connection.send(call.method, call.parameters) { reply in
                Glibc.kill(pid, SIGKILL)
                continuation.resume(returning: reply)
            }
        }
        if let answer = try? reply.get().get() { witness.accept(call, answer) }
        await connection.close()
    }

    private func stop() async throws -> Phase {
        try await sleep(30...600)
        state.withLock { $0.hasToldToStop = true }
        process.terminate()
        try await sleep(state.withLock { $0.dice.oneIn(4) } ? 300...3000 : 0...60)
        guard let status = process.ended else {
            process.kill()
            return .stop
        }
        if status != 0 { state.withLock { $0.failure = "told to stop, it ended with \(status)" } }
        return .ended
    }

    private func sleep(_ milliseconds: ClosedRange<Int>) async throws {
        let microseconds = state.withLock { state in
            state.dice.number(milliseconds.lowerBound * 1000...milliseconds.upperBound * 1000)
        }
        try await Task.sleep(for: .microseconds(microseconds))
    }

    /// Waits until a checkpoint begins, and then in half of the cases for a part of its duration.
    private func waitForCheckpoint() async throws {
        let limit = ContinuousClock.now + .seconds(30)
        while !isCheckpointing, ContinuousClock.now < limit { try await Task.sleep(for: .microseconds(200)) }
        if state.withLock({ $0.dice.oneIn(2) }) { try await sleep(0...12) }
    }

    /// Whether a process holds the lock that SQLite takes for a checkpoint: byte 121 of the log's shared index
    /// (WAL_CKPT_LOCK; sqlite.org/walformat.html, section 2.3).
    private var isCheckpointing: Bool {
        let descriptor = open(index, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        // Closing the descriptor releases all locks of this process on the file, but the process has none.
        defer { close(descriptor) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 121
        lock.l_len = 1
        return fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    /// Whether a checkpoint has written back fewer frames than it attempted, according to the shared index of the dead
    /// process (nBackfill and nBackfillAttempted; the same document, section 2.1).
    private var isHalfWrittenBack: Bool {
        let descriptor = open(index, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        func number(at offset: Int) -> UInt32 {
            var value: UInt32 = 0
            return pread(descriptor, &value, 4, offset) == 4 ? value : 0
        }
        return number(at: 128) > number(at: 96)
    }
}
