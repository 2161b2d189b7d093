import Foundation
import JSON
import Testing

@Suite("Staff at the command line")
struct ToolTests {
    @Test("A parcel is received, shown and handed over with the handbook's commands, in English and in French")
    func aParcel() throws {
        let daemon = try DaemonProcess(in: Folder())
        let opened = try daemon.folder.tool(
            "--json", "requests", "open", "parcel.reception", "--resident", "apt-12", "tracking=RB123456785GB")
        #expect(opened.status == 0)
        let request = try #require(JSON.parse(opened.output).objectValue?["request"]?.objectValue)
        let id = try #require(request["id"]?.stringValue)
        let code = try #require(request["data"]?.objectValue?["code"]?.stringValue)

        let twice = try daemon.folder.tool(
            "requests", "open", "parcel.reception", "--resident", "apt-12", "tracking=RB123456785GB", "--again")
        #expect(twice.status == 65)
        #expect(twice.errors.contains("already held"))
        let wrong = try daemon.folder.tool(
            "requests", "open", "parcel.reception", "--resident", "apt-12", "tracking=RB123456786GB")
        #expect(wrong.status == 65)
        #expect(wrong.errors.contains("RB123456786GB"))

        let french = try daemon.folder.tool("requests", "show", id, language: "fr_FR.UTF-8")
        #expect(french.status == 0)
        #expect(french.output.contains("en loge"))
        #expect(try daemon.folder.tool("requests", "act", id, "hand-over", "code=\(code)").status == 0)
        #expect(try daemon.folder.tool("requests", "list", "--open").output.contains(id) == false)
        #expect(try daemon.folder.tool("requests", "list").output.contains(id))
    }

    @Test("A task that is awaited shows its outcome, and its run is listed")
    func aTask() throws {
        let daemon = try DaemonProcess(in: Folder())
        let triggered = try daemon.folder.tool("tasks", "trigger", "parcel.shelf-audit", "--wait")
        #expect(triggered.status == 0)
        #expect(triggered.output.contains("0\u{A0}parcels held"))
        #expect(try daemon.folder.tool("runs").output.contains("parcel.shelf-audit"))
        #expect(try daemon.folder.tool("tasks", "trigger", "parcel.nothing").status == 65)
    }

    @Test("If the daemon is not running, the tool says how to check it and has exit status 69")
    func nobodyThere() throws {
        let ended = try Folder().tool("status")
        #expect(ended.status == 69)
        #expect(ended.errors.contains("systemctl status concierged"))
    }
}
