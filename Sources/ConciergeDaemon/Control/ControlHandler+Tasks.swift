import ConciergeEngine
import ConciergeKit
import JSON
import Varlink

extension ControlHandler {
    func handleTasks(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        switch call.name {
        case "List": list(call, responder)
        case "Trigger": trigger(call, responder)
        case "WatchRun": watchRun(call, responder)
        case "RetryRun":
            submit(.retry(run: call.string("id"), caller: caller(call)), as: "run", call, responder)
        case "CancelRun":
            submit(.cancel(run: call.string("id"), caller: caller(call)), as: "run", call, responder)
        case "GetRun": getRun(call, responder)
        case "ListRuns": listRuns(call, responder)
        default: responder.fail(.methodNotImplemented(call.method))
        }
    }

    private func list(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            respond(responder) { writer in
                writer.key("tasks")
                writer.beginArray()
                for contents in manager.providers {
                    for task in contents.tasks { task.write(to: &writer, provider: contents.manifest.id) }
                }
                writer.endArray()
            }
        }
    }

    private func trigger(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        var priority: Priority?
        if let word = call.parameters["priority"]?.stringValue {
            priority = Priority(word: word)
            guard priority != nil else {
                let reason = Text(fr: "attendu : low, normal ou high", en: "expected low, normal or high")
                return responder.fail(invalid("priority", reason, call))
            }
        }
        let command = Command.trigger(
            task: call.string("task"), input: call.object("input"), priority: priority, caller: caller(call))
        let waits = call.parameters["wait"]?.boolValue ?? false
        // The run's end may come while the daemon still answers; a run that is watched was under way before.
        if waits, call.more { return follow(command, call, responder, outlivesStop: true) }
        submit(command, awaitsEnd: waits, as: "run", call, responder)
    }

    private func watchRun(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        guard call.more else { return responder.fail(.expectedMore) }
        follow(.follow(run: call.string("id")), call, responder, outlivesStop: false)
    }

    /// Hands a command over that answers with a run, and tells the run's progress until it has ended.
    private func follow(
        _ command: Command, _ call: VarlinkCall, _ responder: VarlinkResponder, outlivesStop: Bool
    ) {
        let follower = RunWatcher(board: progress, ledger: ledger, responder: responder)
        let stream = openStream(call, responder, outlivesStop: outlivesStop) { follower.end() }
        guard let stream else { return }
        loop.submit(command, awaitsEnd: true, accepted: { follower.begin($0) }) { result in
            follower.end()
            streams.close(stream)
            switch result {
            case .success(.rejected(let rejection)): reject(rejection, call, responder)
            case .success(let answer): reply(answer, as: "run", responder)
            case .failure(let failure): responder.fail(error(for: failure, interface: call.interface))
            }
        }
    }

    private func getRun(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        readQuickly(call, responder) {
            guard let id = ShortID.read(call.string("id")), let run = try await ledger.run(id) else {
                throw notFound(call.string("id"), call)
            }
            respond(responder) { writer in
                writer.key("run")
                run.write(to: &writer, progress: progress.latest(of: run.id), isServed: manager.serves(task: run.task))
            }
        }
    }

    private func listRuns(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            var query = RunQuery()
            query.task = call.parameters["task"]?.stringValue
            if let word = call.parameters["state"]?.stringValue {
                guard let state = StoredRun.State(rawValue: word) else {
                    throw invalid(
                        "state",
                        Text(fr: "une exécution n'a pas d'état « \(word) »", en: "a run has no state \"\(word)\""), call
                    )
                }
                query.state = state
            }
            query.limit = try limit(of: call)
            query.after = try cursor(of: call)
            let page = try await ledger.runs(query)
            respond(responder) { writer in
                writer.key("runs")
                writer.beginArray()
                for run in page.elements {
                    run.write(
                        to: &writer, progress: progress.latest(of: run.id), isServed: manager.serves(task: run.task))
                }
                writer.endArray()
                writer.member("next", page.next)
            }
        }
    }
}
