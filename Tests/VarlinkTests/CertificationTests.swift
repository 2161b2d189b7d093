import JSON
import NIOPosix
import Testing
import Varlink

@Suite("Certification", .timeLimit(.minutes(20)))
struct CertificationTests {
    @Test("This client and this server pass every step of org.varlink.certification")
    func certification() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let server = try await VarlinkServer.start(
            at: .path(path),
            service: ServiceInfo(vendor: "", product: "", version: "", url: ""),
            handler: try CertificationHandler(),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton
        )
        let client = try await VarlinkClient.connect(
            path: path, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        let id = try #require(try await client.call("org.varlink.certification.Start")["client_id"])
        var last = JSONObject()
        for step in CertificationHandler.steps.dropFirst() {
            var parameters = last
            parameters["client_id"] = id
            let method = "org.varlink.certification.\(step)"
            switch step {
            case "Test10":
                var replies: [JSON] = []
                for try await reply in client.stream(method, parameters) {
                    replies.append(try #require(reply["string"]))
                }
                last = ["last_more_replies": .array(replies)]
            case "Test11":
                try await client.callOneway(method, parameters)
                last = [:]
            default: last = try await client.call(method, parameters)
            }
        }
        #expect(last == ["all_ok": true])
        await server.stop(within: .seconds(20))
    }
}
