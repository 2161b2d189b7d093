import Foundation
import JSON
import Testing
import Varlink

@Suite("Notices over a real socket")
struct NoticeTests {
    @Test("A parcel's notice stands among those to be told by hand until it is ticked, across a restart")
    func byHand() async throws {
        let folder = try Folder()
        let daemon = try DaemonProcess(in: folder)
        var client = try await daemon.connect()
        let opened = try await client.call(
            "org.concierged.Requests.Open",
            [
                "service": "parcel.reception", "resident": "apt-12",
                "input": ["tracking": "RB123456785GB", "shelf": "A3"],
            ])
        let request = try #require(opened["request", "id"])
        await client.close()
        #expect(daemon.end(with: SIGKILL) != 0)

        let next = try DaemonProcess(in: folder)
        client = try await next.connect()
        let list = try await client.call("org.concierged.Notices.List", ["by_hand": true])
        let notice = try #require(list["notices"]?.arrayValue?.first)
        #expect(list["notices"]?.arrayValue?.count == 1)
        #expect(notice["request"] == request && notice["resident"] == "apt-12" && notice["state"] == "waiting")
        #expect(notice["name"] == "arrival" && notice["words"]?["fr"]?.stringValue?.isEmpty == false)
        let id = try #require(notice["id"])

        let told = try await client.call("org.concierged.Notices.Told", ["id": id])
        #expect(told["request"] == request && told["resident"] == "apt-12")
        #expect(try await client.call("org.concierged.Notices.Told", ["id": id])["request"] == request)
        #expect(try await client.call("org.concierged.Notices.List", ["by_hand": true])["notices"] == [])
        let all = try await client.call("org.concierged.Notices.List", ["state": "told"])
        #expect(all["notices"]?.arrayValue?.map { $0["id"] } == [id])
        let shown = try await client.call("org.concierged.Requests.Get", ["id": request])
        let history = try #require(shown["history"]?.arrayValue).compactMap(\.objectValue)
        #expect(history.map { $0["event"]?.event } == ["open", "notice:arrival", "told:arrival"])
        #expect(history.last?["actor"] == .string(NSUserName()))

        for (method, parameters, error) in [
            ("Told", ["id": "99"], "NotFound"), ("Told", ["id": "x"], "NotFound"),
            ("List", ["state": "hungry"], "InvalidInput"),
        ] as [(String, JSONObject, String)] {
            let refusal = await #expect(throws: VarlinkError.self) {
                _ = try await client.call("org.concierged.Notices.\(method)", parameters)
            }
            #expect(refusal?.name == "org.concierged.Notices.\(error)")
        }
        await client.close()
    }
}
