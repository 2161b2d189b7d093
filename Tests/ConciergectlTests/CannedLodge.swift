import ConciergeProtocol
import Foundation
import JSON
import NIOCore
import NIOPosix
import Synchronization
import Varlink

/// A daemon with one service, one task and a few canned answers, on a socket of its own in a temporary folder.
///
/// Calls are checked by the server, and answers here, against the interfaces that the real daemon serves.
final class CannedLodge: VarlinkHandler {
    let interfaces: [InterfaceDefinition]
    /// Methods for which the server stops without an answer.
    private let lost: Set<String>
    private let server = Mutex<VarlinkServer?>(nil)
    private let calls = Mutex<[(method: String, parameters: JSONObject)]>([])
    private let answers: [String: @Sendable (JSONObject) throws(VarlinkError) -> [JSONObject]]

    /// - Parameter answers: By method, such as `Requests.Act`, in place of the default answers.
    init(
        _ answers: [String: @Sendable (JSONObject) throws(VarlinkError) -> [JSONObject]] = [:], lost: Set<String> = []
    ) throws {
        self.lost = lost
        interfaces = try ControlInterface.all.map { try InterfaceDefinition($0.source) }
        self.answers = Self.usual.merging(answers) { $1 }
    }

    /// The called methods, without `org.concierged.`
    var methods: [String] { calls.withLock { $0.map(\.method) } }

    /// The parameters of the last call of a method.
    func parameters(of method: String) -> JSONObject? {
        calls.withLock { $0.last { $0.method == method }?.parameters }
    }

    func mayOverlap(_ method: String) -> Bool { false }

    func handle(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        let method = call.method.replacing("org.concierged.", with: "")
        calls.withLock { $0.append((method, call.parameters)) }
        if lost.contains(method), let server = server.withLock({ $0 }) {
            Task { await server.stop(within: .zero) }
            return
        }
        guard let answer = answers[method] else { return responder.fail(.methodNotImplemented(call.method)) }
        do throws(VarlinkError) {
            let replies = try answer(call.parameters)
            for reply in replies { try check(reply, of: call) }
            for reply in replies.dropLast() { _ = responder.continues(reply) }
            responder.reply(replies.last ?? [:])
        } catch {
            responder.fail(error)
        }
    }

    private func check(_ reply: JSONObject, of call: VarlinkCall) throws(VarlinkError) {
        guard let interface = interfaces.first(where: { $0.name == call.interface }),
            let method = interface.method(call.name)
        else { throw .methodNotFound(call.method) }
        _ = try interface.checkOutput(reply, of: method)
    }

    /// Serves on a new socket while `body` runs with the socket's path.
    func serve(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "s").path
        let server = try await VarlinkServer.start(
            at: .path(path), service: ServiceInfo(vendor: "", product: "canned", version: "1", url: ""), handler: self,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        self.server.withLock { $0 = server }
        defer { self.server.withLock { $0 = nil } }
        do {
            try await body(path)
            await server.stop(within: .seconds(5))
        } catch {
            await server.stop(within: .seconds(5))
            throw error
        }
    }
}

extension CannedLodge {
    static let requestID = "R7KQ2-MX3AB"

    static func request(_ state: String = "held", data: JSON = ["tracking": "RB123456785GB"]) -> JSON {
        let isOpen = state == "held"
        return [
            "id": .string(requestID), "service": "parcel.reception", "state": .string(state), "open": .bool(isOpen),
            "resident": "Élodie", "opened_at": "2026-11-24T05:00:00Z", "data": data,
            "version": 1, "actions": isOpen ? ["hand-over", "return"] : [],
            "timers": isOpen ? [["name": "remind", "due": "2026-11-27T08:00:00Z"]] : [],
        ]
    }

    static func run(_ state: String) -> JSON {
        [
            "id": "U9", "task": "parcel.remind", "provider": "parcel", "state": .string(state),
            "input": ["day": "2026-11-24"], "actor": "lea", "attempt": 3, "attempts": 3, "priority": "normal",
            "created_at": "2026-11-24T08:00:00Z", "error": state == "failed" ? "the carrier did not answer" : nil,
        ]
    }

    static let service: JSON = [
        "id": "parcel.reception", "provider": "parcel", "name": text("Réception de colis", "Parcel reception"),
        "summary": text("La loge garde les colis.", "The lodge takes parcels in."), "resident": "optional",
        "place": "optional",
        "states": [
            ["id": "held", "name": text("En garde", "Held"), "open": true],
            ["id": "collected", "name": text("Remis", "Collected"), "open": false],
        ],
        "timers": [["id": "remind", "name": text("rappel", "reminder")]],
        "commitments": [], "notices": [],
        "openings": [
            [
                "id": "open", "name": text("Arrivée", "Arrival"), "from": [], "to": ["held"],
                "fields": [
                    field("tracking", "string", required: true, text("Numéro", "Number on the label"), "RB123456785GB"),
                    field("arrived", "time", required: false, text("Arrivé", "Arrived")),
                ],
            ]
        ],
        "actions": [
            [
                "id": "hand-over", "name": text("Remettre", "Hand over"), "from": ["held"], "to": ["collected"],
                "fields": [field("code", "string", required: true, text("Code", "Code"), "4711")],
            ],
            ["id": "return", "name": text("Renvoyer", "Return"), "from": ["held"], "to": ["collected"], "fields": []],
        ],
        "corrections": [field("shelf", "string", required: false, text("Étagère", "Shelf"), "A3")],
        "record": [
            field("tracking", "string", required: false, text("Numéro", "Number on the label")),
            field("shelf", "string", required: false, text("Étagère", "Shelf")),
            field("visit", "range", required: false, text("Passage", "Visit")),
            field("kept", "span", required: false, text("Gardé", "Kept for")),
            field("since", "time", required: false, text("Depuis", "Since")),
            field("days", "[]date", required: false, text("Jours", "Days")),
            field("fee", "money", required: false, text("Frais", "Fee")),
            field("big", "bool", required: false, text("Encombrant", "Bulky")),
        ],
        "zone": "Europe/Paris", "diagram": "stateDiagram-v2\n  [*] --> held\n", "record_version": 1,
        "fingerprint": "5b1e",
    ]

    static func entry(_ seq: Int64) -> JSON {
        [
            "seq": .int(seq), "request": .string(requestID), "service": "parcel.reception",
            "at": "2026-11-24T05:00:00Z", "actor": "lea",
            "event": seq == 1 ? ["kind": "open"] : ["kind": "timer", "name": "remind"],
            "from": seq == 1 ? nil : "held", "to": "held", "note": seq == 1 ? nil : text("Envoyé", "Sent"),
        ]
    }

    private static func text(_ fr: String, _ en: String) -> JSON { ["fr": .string(fr), "en": .string(en)] }

    private static func field(
        _ name: String, _ kind: String, required: Bool, _ title: JSON, _ example: String? = nil
    ) -> JSON {
        [
            "name": .string(name), "kind": .string(kind), "required": .bool(required), "title": title,
            "example": example.map(JSON.string) ?? .null, "choices": [],
        ]
    }

    private static let usual: [String: @Sendable (JSONObject) throws(VarlinkError) -> [JSONObject]] = [
        "Manager.Status": { _ in
            [
                [
                    "name": "concierged-keys", "version": "1.2.3", "core": "0.1.0", "state": "serving",
                    "started_at": "2026-11-24T05:00:00Z", "store": "/var/l",
                    "providers_serving": 1, "providers": 2, "open_requests": 7, "pending_timers": 4,
                    "next_due": "2026-11-24T11:00:00Z", "runs_queued": 0, "runs_running": 1, "runs_failed": 2,
                ]
            ]
        },
        "Manager.Providers": { _ in
            [
                [
                    "providers": [
                        [
                            "id": "health", "version": "2.0.1", "name": text("Santé", "Health"),
                            "summary": text("", ""),
                            "state": "waiting",
                            "reason": "the calendar does not answer", "retry_at": "2026-11-24T08:02:00Z",
                            "services": [],
                            "tasks": [], "schedules": [], "holds": [],
                        ]
                    ]
                ]
            ]
        },
        "Manager.Services": { parameters throws(VarlinkError) in
            if let id = parameters["id"], id != "parcel.reception" {
                throw VarlinkError("org.concierged.Manager.NotFound", ["id": id])
            }
            return [["services": [service]]]
        },
        "Manager.Schedules": { _ in
            [
                [
                    "schedules": [
                        [
                            "id": "morning", "task": "parcel.remind", "recurrence": "daily 07:30 Europe/Paris",
                            "next": "2026-11-25T06:30:00Z", "catch_up": "latest", "overlap": "skip", "spread": 0.0,
                        ]
                    ]
                ]
            ]
        },
        "Manager.Reload": { _ throws(VarlinkError) in
            throw VarlinkError("org.concierged.Manager.BadConfiguration", ["reason": "line 3: no such key"])
        },
        "Requests.Open": { _ in [["request": request()]] },
        "Requests.Correct": { _ in [["request": request()]] },
        "Requests.Act": { _ in [["request": request("collected")]] },
        "Requests.Get": { parameters throws(VarlinkError) in
            guard let id = parameters["id"], id.stringValue == requestID else {
                throw VarlinkError("org.concierged.Requests.NotFound", ["id": parameters["id"] ?? ""])
            }
            return [["request": request(), "history": [entry(1), entry(2)]]]
        },
        "Requests.List": { parameters in
            [parameters["service"] == nil ? ["requests": [request()], "next": "c9"] : ["requests": []]]
        },
        "Requests.Find": { _ in [["requests": []]] },
        "Requests.OfResident": { _ in
            [["open": [], "closed": [], "followed": [], "messages": [], "more": false]]
        },
        "Requests.Watch": { _ in [["entry": entry(1)], ["entry": entry(2)]] },
        "Tasks.List": { _ in
            [
                [
                    "tasks": [
                        [
                            "id": "parcel.remind", "provider": "parcel", "name": text("Rappeler", "Send reminders"),
                            "fields": [field("day", "date", required: true, text("Jour", "Day"))], "time_limit": 120.0,
                            "attempts": 3, "priority": "normal",
                        ]
                    ]
                ]
            ]
        },
        "Tasks.Trigger": { parameters in [["run": run(parameters["wait"] == true ? "failed" : "queued")]] },
        "Tasks.GetRun": { _ in [["run": run("succeeded")]] },
        "Tasks.ListRuns": { _ in [["runs": [run("failed")]]] },
        "Tasks.RetryRun": { _ in [["run": run("queued")]] },
        "Tasks.CancelRun": { _ throws(VarlinkError) in throw .permissionDenied },
    ]
}
