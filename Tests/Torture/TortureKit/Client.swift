import ConciergeKit
import Foundation
import JSON
import Synchronization
import TortureProvider
import Varlink

/// The number of calls that are left.
final class Budget: Sendable {
    private let left: Atomic<Int>

    init(_ calls: Int) { left = Atomic(calls) }

    var isSpent: Bool { left.load(ordering: .relaxed) <= 0 }

    func spend() { left.subtract(1, ordering: .relaxed) }
}

/// A client that calls until its daemon is gone, one call after the other or many at once. Now and then it closes its
/// connection while calls are in flight, and repeats the unanswered calls with the same keys.
struct Client: Sendable {
    let place: Place
    let witness: Witness
    /// The number of calls of all clients together after which they slow down, so that a round has no more calls on a
    /// faster machine.
    let budget: Budget
    let isPipelined: Bool
    /// The number of bytes that every opening adds to the ledger.
    var ballast = 0

    func run(_ dice: Dice) async {
        var dice = dice
        while true {
            guard let connection = try? await place.connect() else { return }
            let isGone = isPipelined ? await pipeline(connection, &dice) : await call(connection, &dice)
            await connection.close()
            if isGone { return }
        }
    }

    /// Makes calls one after the other. Returns true once the daemon is gone.
    private func call(_ connection: VarlinkClient, _ dice: inout Dice) async -> Bool {
        for _ in 0..<dice.number(20...400) {
            let move = next(&dice)
            if await !make(move, on: connection) { return true }
            await pause(&dice)
        }
        return false
    }

    /// Makes many calls at once. It closes some of the connections while calls are in flight, and then repeats those
    /// calls. Returns true once the daemon is gone.
    private func pipeline(_ connection: VarlinkClient, _ dice: inout Dice) async -> Bool {
        for _ in 0..<dice.number(2...20) {
            let moves = (0..<dice.number(4...24)).map { _ in next(&dice) }
            let isCut = dice.oneIn(8)
            let isAnswered = await withTaskGroup(of: Bool.self) { group in
                for move in moves { group.addTask { await make(move, on: connection) } }
                if isCut { await connection.close() }
                return await group.reduce(true) { $0 && $1 }
            }
            if isCut {
                guard let again = try? await place.connect() else { return true }
                for case .change(let call) in moves where witness.isUnanswered(call) {
                    // The daemon may decide the first call after its repeat.
                    if await !Self.make(call, on: again, witness, refusalIsFinal: false) { return true }
                }
                await again.close()
                return false
            }
            if !isAnswered { return true }
            await pause(&dice)
        }
        return false
    }

    private func pause(_ dice: inout Dice) async {
        let isSpent = budget.isSpent
        if isSpent || dice.oneIn(3) {
            try? await Task.sleep(for: isSpent ? .milliseconds(20) : .microseconds(dice.number(100...3000)))
        }
    }

    // MARK: Moves

    private enum Move: Sendable {
        case change(Witness.Call)
        case look(String, JSONObject)
    }

    /// Makes a move. Returns false if the connection was lost.
    private func make(_ move: Move, on connection: VarlinkClient) async -> Bool {
        switch move {
        case .change(let call): return await Self.make(call, on: connection, witness)
        case .look(let method, let parameters):
            do {
                witness.show(try await connection.call(method, parameters))
            } catch is VarlinkError {
            } catch {
                return false
            }
            return true
        }
    }

    /// Makes a call and records its answer. Returns false if the connection was lost before the answer.
    static func make(
        _ call: Witness.Call, on connection: VarlinkClient, _ witness: Witness, refusalIsFinal: Bool = true
    ) async -> Bool {
        do {
            witness.accept(call, try await connection.call(call.method, call.parameters))
            return true
        } catch let refusal as VarlinkError {
            if refusalIsFinal { witness.refuse(call, "\(refusal)") }
            return true
        } catch {
            return false
        }
    }

    private func next(_ dice: inout Dice) -> Move {
        budget.spend()
        let request = witness.request(using: &dice)
        switch dice.number(1...20) {
        case 1...7: return .change(open(&dice))
        case 8...9:
            guard let request else { return .change(open(&dice)) }
            return .look("org.concierged.Requests.Get", ["id": .string(request)])
        case 10...11: return .change(trigger(&dice))
        case 12:
            return .change(witness.accepted(1, using: &dice).first ?? open(&dice))
        case 13:
            guard let run = witness.run(using: &dice) else { return .change(trigger(&dice)) }
            if dice.oneIn(2) { return .look("org.concierged.Tasks.GetRun", ["id": .string(run)]) }
            return .change(witness.begin(Witness.cancelling) { _ in ["id": .string(run)] })
        default:
            guard let request else { return .change(open(&dice)) }
            return .change(act(on: request, &dice))
        }
    }

    private func due(_ dice: inout Dice) -> JSON {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        return .string(Instant(milliseconds: now + Int64(dice.number(dice.oneIn(3) ? 0...40 : 0...2500))).description)
    }

    private func open(_ dice: inout Dice) -> Witness.Call {
        var input: JSONObject = ["due": due(&dice), "millis": JSON(dice.number(0...30))]
        if dice.oneIn(3) { input["failures"] = JSON(dice.number(1...5)) }
        if dice.oneIn(2) { input["seat"] = .string("\(dice.number(1...60))") }
        if ballast > 0 { input["ballast"] = .string(String(repeating: "x", count: ballast)) }
        return witness.begin("org.concierged.Requests.Open") { number in
            input["call"] = JSON(number)
            return ["service": .string(Ordeal.id), "resident": "apt-1", "input": .object(input)]
        }
    }

    private func act(on request: String, _ dice: inout Dice) -> Witness.Call {
        var input = JSONObject()
        let action: String
        switch dice.number(1...10) {
        case 1...4:
            action = "nudge"
            input["due"] = due(&dice)
        case 5...6:
            action = "move"
            input["seat"] = .string("\(dice.number(1...60))")
        case 7...8: action = "send"
        default: action = "drop"
        }
        return witness.begin("org.concierged.Requests.Act") { number in
            input["call"] = JSON(number)
            return ["id": .string(request), "action": .string(action), "input": .object(input)]
        }
    }

    private func trigger(_ dice: inout Dice) -> Witness.Call {
        var input: JSONObject = ["millis": JSON(dice.number(0...40))]
        if dice.oneIn(3) { input["failures"] = JSON(dice.number(1...5)) }
        let task: JSON = dice.oneIn(4) ? "torture.call" : "torture.errand"
        let waits = dice.oneIn(3)
        return witness.begin("org.concierged.Tasks.Trigger") { number in
            input["call"] = JSON(number)
            return ["task": task, "input": .object(input), "wait": JSON(waits)]
        }
    }
}
