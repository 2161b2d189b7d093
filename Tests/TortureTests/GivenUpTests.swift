import JSON
import Testing
import TortureKit
import Varlink

@Suite("A run whose last attempt ended with a crash")
struct GivenUpTests {
    private static func run(_ reply: JSONObject) throws -> JSONObject { try #require(reply["run"]?.objectValue) }

    @Test("A client that watches the run is notified that it has failed", .timeLimit(.minutes(20)))
    func waiter() async throws {
        let place = try TortureKit.Place()
        var id: JSON?
        for attempt in 1...4 {
            let process = try DaemonProcess(in: place)
            try await process.waitForReady()
            let connection = try await place.connect()
            if id == nil {
                id = try Self.run(
                    await connection.call(
                        "org.concierged.Tasks.Trigger", ["task": "torture.errand", "input": ["millis": 50_000]]))["id"]
            }
            // After each restart the run starts again soon after the daemon is ready.
            let running: JSONObject = ["id": try #require(id)]
            var run: JSONObject
            repeat {
                run = try Self.run(await connection.call("org.concierged.Tasks.GetRun", running))
            } while run["state"] != "running"
            #expect(run["attempt"]?.intValue == Int64(attempt))
            if attempt == 4 { _ = try await connection.call("org.concierged.Manager.PauseProvider", ["id": "torture"]) }
            process.kill()
            await connection.close()
        }
        let process = try DaemonProcess(in: place)
        try await process.waitForReady()
        let connection = try await place.connect()
        let other = try await place.connect()
        var states: [JSON?] = []
        for try await reply in connection.stream("org.concierged.Tasks.WatchRun", ["id": try #require(id)]) {
            states.append(reply["run"]?["state"])
            // While the provider is paused, the run can neither start nor fail.
            if states.count == 1 {
                _ = try await other.call("org.concierged.Manager.ResumeProvider", ["id": "torture"])
            }
        }
        #expect(states == ["queued", "failed"])
        await connection.close()
        await other.close()
    }
}
