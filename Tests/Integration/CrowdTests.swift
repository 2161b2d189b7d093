import Foundation
import Glibc
import JSON
import Testing
import Varlink

@Suite("64 people who book the last machine of the laundry at the same moment", .timeLimit(.minutes(20)))
struct CrowdTests {
    private static let people = 64

    @Test(
        "One has it, the others are in line in the order of their numbers, and the first is offered what is given back",
        arguments: [true, false])
    func order(isHeld: Bool) async throws {
        let laundry = try await BusyLaundry.start()
        let crowd = try laundry.book(as: Self.people, whileHeld: isHeld)
        try check(crowd)
        try await laundry.giveBack(crowd)
        #expect(laundry.daemon.stop() == 0)
    }

    @Test("A daemon that is killed right after the answers knows all of them, in the same positions, when it is back")
    func killed() async throws {
        let laundry = try await BusyLaundry.start()
        let crowd = try laundry.book(as: Self.people, whileHeld: true)
        laundry.daemon.crash()
        try check(crowd)

        let next = try BusyLaundry(laundry.daemon.folder)
        // The answers are those of the daemon before, with what is pending and the versions.
        let now = try await next.requests(crowd.map(\.id))
        #expect(now.map { $0["request"] } == crowd.map { .object($0.request) })
        try await next.giveBack(crowd)
        #expect(next.daemon.stop() == 0)
    }

    /// One has the machine, and the others are in line in the order of their numbers, which is that of the ids.
    private func check(_ crowd: [BusyLaundry.Booked]) throws {
        #expect(Set(crowd.map(\.resident)).count == Self.people)
        #expect(Set(crowd.map(\.id)).count == Self.people)
        let inOrder = crowd.sorted { $0.id < $1.id }
        #expect(inOrder.map(\.state) == ["booked"] + [String](repeating: "waiting", count: Self.people - 1))
        #expect(inOrder.map(\.place) == [nil] + (1..<Self.people).map { $0 })
        #expect(inOrder.first?.request["data", "unit"] == .int(BusyLaundry.machines))
    }
}

/// A daemon with a laundry in which one machine is free for an hour of the day after tomorrow.
private struct BusyLaundry {
    static let machines: Int64 = 4

    let daemon: DaemonProcess
    private let day = ISO8601DateFormatter.string(
        from: Date(timeIntervalSinceNow: 2 * 86_400), timeZone: .gmt, formatOptions: .withFullDate)

    /// What somebody was answered.
    struct Booked {
        let resident: String
        let request: JSONObject
        var id: String { request["id"]?.stringValue ?? "" }
        var state: String? { request["state"]?.stringValue }
        /// The position in line, from 1.
        var place: Int? { request["place"]?.intValue.map { Int($0) } }
    }

    /// Starts a daemon on a new folder and books all machines but one.
    static func start() async throws -> Self {
        let week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        let laundry = try Self(
            Folder(
                configuration: """
                    lodge:
                      time_zone: UTC
                      language: en
                    providers:
                      rooms:
                        # A key that can be handed out now can be given back now.
                        key_lead: 30 days
                        rooms:
                          laundry:
                            name: Buanderie
                            units: \(machines)
                            hours: {\(week.map { "\($0): [\"07:00-22:00\"]" }.joined(separator: ", "))}

                    """))
        let client = try await laundry.daemon.connect()
        for machine in 1..<machines {
            let reply = try await client.call("org.concierged.Requests.Open", laundry.booking("apt-0"))
            #expect(reply["request", "data", "unit"] == .int(machine))
        }
        await client.close()
        return laundry
    }

    /// Starts a daemon on the folder of one that has ended.
    init(_ folder: Folder) throws { daemon = try DaemonProcess(in: folder) }

    private func booking(_ resident: String) -> JSONObject {
        [
            "service": "rooms.booking", "resident": .string(resident),
            "input": ["room": "laundry", "day": .string(day), "hours": "18:00-19:00", "wait": true],
        ]
    }

    /// Books the same hour for each of so many residents, each over a connection of its own, and waits for the answers.
    ///
    /// - Parameter isHeld: Whether the daemon is stopped until all calls are in its sockets, so that they come at one
    ///   moment. It runs while they are written otherwise.
    func book(as count: Int, whileHeld isHeld: Bool) throws -> [Booked] {
        let people = try (1...count).map { number in
            let connection = try RawConnection(path: daemon.folder.socket)
            // The daemon has accepted the connection once it has answered a call.
            _ = try #require(connection.send(message("org.varlink.service.GetInfo")).readMessage())
            return (resident: "apt-\(number)", connection: connection)
        }
        if isHeld { #expect(kill(daemon.pid, SIGSTOP) == 0) }
        for (resident, connection) in people {
            _ = connection.send(message("org.concierged.Requests.Open", booking(resident)))
        }
        if isHeld { #expect(kill(daemon.pid, SIGCONT) == 0) }
        return try people.map { resident, connection in
            let bytes = try #require(connection.readMessage(), "\(resident) got no answer")
            let answer = try #require(try JSON.parse(bytes).objectValue)
            let request = try #require(answer["parameters", "request"]?.objectValue, "\(resident): \(answer)")
            #expect(request["resident"] == .string(resident))
            return Booked(resident: resident, request: request)
        }
    }

    private func message(_ method: String, _ parameters: JSONObject = [:]) -> [UInt8] {
        let call: JSONObject = ["method": .string(method), "parameters": .object(parameters)]
        return Array(JSON.object(call).text.utf8) + [0]
    }

    /// The requests of these ids with their histories, in this order.
    func requests(_ ids: [String]) async throws -> [JSONObject] {
        let client = try await daemon.connect()
        var found: [JSONObject] = []
        for id in ids { found.append(try await client.call("org.concierged.Requests.Get", ["id": .string(id)])) }
        await client.close()
        return found
    }

    /// Hands out the key of the one who has the machine and gives it back: the same commit offers the machine to the
    /// first in line, and everybody else moves up.
    func giveBack(_ crowd: [Booked]) async throws {
        let inOrder = crowd.sorted { $0.id < $1.id }.map(\.id)
        let client = try await daemon.connect()
        for (action, input) in [("hand-out", ["key": "K-17"]), ("give-back", [:])] as [(String, JSONObject)] {
            _ = try await client.call(
                "org.concierged.Requests.Act",
                ["id": .string(inOrder[0]), "action": .string(action), "input": .object(input)])
        }
        await client.close()

        let now = try await requests(inOrder)
        #expect(now[0]["request", "state"] == "returned")
        #expect(now[1]["request", "state"] == "offered")
        #expect(now[1]["request", "data", "unit"] == .int(Self.machines))
        #expect(now[1]["request", "place"] == nil)
        #expect(now.dropFirst(2).map { $0["request", "state"] } == now.dropFirst(2).map { _ in "waiting" })
        #expect(now.dropFirst(2).map { $0["request", "place"] } == (1...now.count - 2).map { .int(Int64($0)) })

        // Lines of one commit have one time and numbers without a gap.
        let lines = now[0...1].flatMap { $0["history"]?.arrayValue ?? [] }.compactMap(\.objectValue)
        let given = try #require(lines.first { $0["event"]?.event == "give-back" })
        let granted = try #require(lines.first { $0["event"]?.event == "grant" })
        #expect(granted["at"] == given["at"])
        #expect(granted["seq"]?.intValue == given["seq"]?.intValue.map { $0 + 1 })
    }
}
