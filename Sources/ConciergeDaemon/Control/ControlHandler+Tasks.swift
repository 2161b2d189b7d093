import ConciergeEngine
import ConciergeKit
import JSON
import Varlink

extension ControlHandler {
    func handleTasks(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        switch call.name {
        case "List":
            respond(responder) { writer in
                writer.key("tasks")
                writer.beginArray()
                for offer in manager.offers {
                    for task in offer.tasks { task.write(to: &writer, provider: offer.manifest.id) }
                }
                writer.endArray()
            }
        case "Trigger":
            submit(
                .trigger(task: call.string("task"), input: call.object("input"), caller: caller(call)),
                awaitsEnd: call.parameters["wait"]?.boolValue ?? false, as: "run", call, responder)
        case "RetryRun":
            submit(.retry(run: call.string("id"), caller: caller(call)), as: "run", call, responder)
        case "CancelRun":
            submit(.cancel(run: call.string("id"), caller: caller(call)), as: "run", call, responder)
        case "GetRun": getRun(call, responder)
        case "ListRuns": listRuns(call, responder)
        default: responder.fail(.methodNotImplemented(call.method))
        }
    }

    private func getRun(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            guard let id = ShortID.read(call.string("id")), let run = try await ledger.run(id) else {
                throw notFound(call.string("id"), call)
            }
            respond(responder) { writer in
                writer.key("run")
                run.write(to: &writer)
            }
        }
    }

    private func listRuns(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            var query = RunQuery()
            query.task = call.parameters["task"]?.stringValue
            if let word = call.parameters["state"]?.stringValue {
                guard let state = StoredRun.State(rawValue: word) else { throw VarlinkError.invalidParameter("state") }
                query.state = state
            }
            query.limit = try limit(of: call)
            query.after = try cursor(of: call)
            let page = try await ledger.runs(query)
            respond(responder) { writer in
                writer.key("runs")
                writer.beginArray()
                for run in page.elements { run.write(to: &writer) }
                writer.endArray()
                writer.member("next", page.next)
            }
        }
    }
}
