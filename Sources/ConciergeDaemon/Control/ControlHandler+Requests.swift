import ConciergeEngine
import ConciergeKit
import JSON
import Varlink

extension ControlHandler {
    func handleRequests(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        switch call.name {
        case "Open":
            submit(
                .open(
                    service: call.string("service"), resident: call.parameters["resident"]?.stringValue,
                    input: call.object("input"), caller: caller(call)),
                as: "request", call, responder)
        case "Act":
            submit(
                .act(
                    id: call.string("id"), action: call.string("action"), input: call.object("input"),
                    caller: caller(call)),
                as: "request", call, responder)
        case "Release":
            submit(.release(request: call.string("id"), caller: caller(call)), as: "request", call, responder)
        case "Get": get(call, responder)
        case "List": list(call, responder)
        case "Watch": watch(call, responder)
        default: responder.fail(.methodNotImplemented(call.method))
        }
    }

    private func get(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            guard let id = ShortID.read(call.string("id")),
                let (view, history) = try await ledger.requestWithHistory(id)
            else { throw notFound(call.string("id"), call) }
            let table = manager.table(of: view.request.service)
            let hides = hidesSecrets(from: call)
            respond(responder) { writer in
                writer.key("request")
                view.write(to: &writer, table: table, hidingSecrets: hides)
                writer.key("history")
                writer.beginArray()
                for entry in history { (hides ? entry.hidingSecrets(table) : entry).write(to: &writer) }
                writer.endArray()
            }
        }
    }

    private func list(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            var query = RequestQuery()
            query.service = call.parameters["service"]?.stringValue
            query.state = call.parameters["state"]?.stringValue
            query.resident = call.parameters["resident"]?.stringValue.map(Folding.canonical)
            query.isOpen = call.parameters["open"]?.boolValue
            if let unattended = call.parameters["unattended"]?.boolValue {
                let served = Set(manager.offers.flatMap { $0.services.map(\.id) })
                // What is closed waits for nobody.
                if unattended { (query.notOf, query.isOpen) = (served, true) } else { query.onlyOf = served }
            }
            query.limit = try limit(of: call)
            query.after = try cursor(of: call)
            let page = try await ledger.requests(query)
            let hides = hidesSecrets(from: call)
            respond(responder) { writer in
                writer.key("requests")
                writer.beginArray()
                for view in page.elements {
                    let table = manager.table(of: view.request.service)
                    view.write(to: &writer, table: table, hidingSecrets: hides)
                }
                writer.endArray()
                writer.member("next", page.next)
            }
        }
    }

    private func watch(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        guard call.more else { return responder.fail(.expectedMore) }
        let service = call.parameters["service"]?.stringValue
        if let service, manager.table(of: service) == nil {
            let reason = Text(fr: "aucun service « \(service) » n'est servi", en: "no service \"\(service)\" is served")
            return failUnknown(service, invalid("service", reason, call), call, responder)
        }
        var shown: (@Sendable (NumberedEntry) -> NumberedEntry)?
        if hidesSecrets(from: call) {
            shown = { [manager] line in line.hidingSecrets(manager.table(of: line.entry.service)) }
        }
        let watcher = Watcher(
            service: service, after: call.parameters["after"]?.intValue, shown: shown,
            send: { entry in responder.continues(encoded: Self.object { $0.member("entry", raw: entry) }) },
            end: {
                responder.fail(error(for: .stopping, interface: call.interface))
            })
        responder.onClose { [watchers] in watchers.remove(watcher) }
        watchers.add(watcher)
        guard let after = watcher.after else { return }
        // What came since is read page by page, while what comes meanwhile waits in the watcher.
        Task(executorPreference: DaemonTasks.threads) { [ledger, watchers] in
            var last = after
            do throws(LedgerError) {
                while true {
                    let page = try await ledger.entries(after: last, service: service, limit: 500)
                    guard let newest = page.last?.seq else { break }
                    for entry in page where !watcher.catchUp(entry) { return watchers.remove(watcher) }
                    last = newest
                }
                watcher.goLive(after: last)
            } catch {
                watchers.remove(watcher)
                responder.fail(self.error(for: error, interface: call.interface))
            }
        }
    }
}
