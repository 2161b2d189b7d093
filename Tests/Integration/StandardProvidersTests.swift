import ConciergeKit
import Foundation
import JSON
import Testing

@Suite("All standard providers, served together")
struct StandardProvidersTests {
    /// For each service, what a request is opened with.
    private static let openings = [
        "parcel.reception": ["--resident", "apt-12", "tracking=RB123456785GB", "shelf=A3"],
        "repairs.repair": ["--resident", "apt-12", "category=leak", "location=B 204", "description=It drips"],
        "repairs.maintenance": ["equipment=lift"],
        "health.appointment": ["--resident", "apt-12", "practitioner=dr-martin", "start=\(day)T08:20:00Z"],
        "health.absence": ["practitioner=dr-martin", "from=\(day)"],
        "rooms.booking": ["--resident", "apt-12", "room=hall", "day=\(day)", "hours=14:00-15:30"],
    ]
    /// A day that can be booked: in a week.
    private static let day: String = {
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        return Zone.utc.local(now + .days(7)).date.description
    }()

    private static let configuration: String = {
        let week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        let hours = week.map { "\($0): [\"07:00-22:00\"]" }.joined(separator: ", ")
        return """
            lodge:
              time_zone: UTC
            working_calendars:
              always: {hours: {monday: ["08:00-18:00"]}, works_on_holidays: true}
            providers:
              repairs:
                equipment:
                  lift: {what: Lift, residence: Les Tilleuls}
              health:
                practitioners:
                  dr-martin: {name: Dr Martin, slot: 20min, hours: {\(hours)}}
              rooms:
                rooms:
                  hall: {name: Salle, hours: {\(hours)}}

            """
    }()

    @Test("Each names a grade whose walks find every member of a record that has no title and is not hidden")
    func grades() throws {
        let daemon = try DaemonProcess(in: Folder())
        let reply = try JSON.parse(daemon.folder.tool("providers", "--json").output).objectValue
        let providers = try #require(reply?["providers"]?.arrayValue)
        #expect(!providers.isEmpty)
        for provider in providers {
            let grade = provider["grade"]?.stringValue.flatMap { Grade(rawValue: $0) }
            #expect(grade.map { $0 >= .gold } == true, "\(provider["id"] ?? "")")
        }
    }

    @Test("No request of theirs is shown to staff with JSON or a name on the wire", arguments: ["fr_FR.UTF-8", "C"])
    func shown(language: String) throws {
        let daemon = try DaemonProcess(in: Folder(configuration: Self.configuration))
        let services = try #require(
            JSON.parse(daemon.folder.tool("services", "--json").output).objectValue?["services"]?.arrayValue)
        for service in services {
            let id = try #require(service["id"]?.stringValue)
            let opening = try #require(Self.openings[id], "write here how a request of \(id) is opened")
            let opened = try daemon.folder.tool(["--json", "requests", "open", id] + opening)
            #expect(opened.status == 0, "\(opened.errors)")
            let request = try #require(JSON.parse(opened.output).objectValue?["request"]?.objectValue)
            let titled = Set(try #require(service["record"]?.arrayValue).compactMap { $0["name"]?.stringValue })
            let card = try daemon.folder.tool(
                "requests", "show", try #require(request["id"]?.stringValue), language: language)
            let record = card.output.split(separator: "\n\n").first {
                $0.hasPrefix("Record") || $0.hasPrefix("Dossier")
            }
            let lines = try #require(record).split(separator: "\n").dropFirst()
            let forms = (service["openings"]?.arrayValue ?? []) + (service["actions"]?.arrayValue ?? [])
            let typed = Set(
                forms.flatMap { $0["fields"]?.arrayValue ?? [] }.compactMap { $0["name"]?.stringValue })
            let shown = try #require(request["data"]?.objectValue).filter { name, value in
                // What a rule counts is left out while it is zero.
                let isNothing = value.intValue == 0
                return titled.contains(name) && !value.isNull && value.arrayValue?.isEmpty != true
                    && (!isNothing || typed.contains(name))
            }
            #expect(lines.count == shown.count && !lines.isEmpty, "\(card.output)")
            for line in lines {
                #expect(!line.contains { "[]{}\"_".contains($0) }, "\(line)")
            }
        }
    }
}
