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
        readQuickly(call, responder) {
            guard let id = ShortID.read(call.string("id")),
                let (view, history) = try await ledger.requestWithHistory(
                    id, after: call.parameters["after"]?.intValue ?? 0)
            else { throw notFound(call.string("id"), call) }
            let table = manager.table(of: view.request.service)
            let hides = hidesSecrets(from: call)
            respond(responder) { writer in
                writer.key("request")
                view.write(to: &writer, table: table, hidingSecrets: hides)
                writer.key("history")
                writer.beginArray()
                for entry in history.elements { (hides ? entry.hidingSecrets(table) : entry).write(to: &writer) }
                writer.endArray()
                writer.member("next", raw: history.next.map { Array($0.utf8) })
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
            if query.isOpen == nil, let service = query.service, let state = query.state {
                // Which the state says by itself, and an index has the open ones.
                query.isOpen = manager.table(of: service)?.states.first { $0.id == state }?.isOpen == true ? true : nil
            }
            if let unattended = call.parameters["unattended"]?.boolValue {
                let served = Set(manager.providers.flatMap { $0.services.map(\.id) })
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
        let after = call.parameters["after"]?.intValue
        if let after, after < 0 {
            return responder.fail(invalid("after", Text(fr: "attendu : 0 ou plus", en: "expected 0 or more"), call))
        }
        // Asked for each line: a reload may change the caller's role.
        let shown: @Sendable (NumberedEntry) -> NumberedEntry? = { line in
            hidesSecrets(from: call) ? line.hidingSecrets(manager.table(of: line.entry.service)) : nil
        }
        let watcher = Watcher(service: service, shown: shown) { responder.continues(encoded: $0) }
        let ended: @Sendable () -> Void = { [watchers] in watchers.remove(watcher) }
        guard let stream = openStream(call, responder, ended: ended) else { return }
        // Before the ledger is read, so that nothing that is committed meanwhile is missed.
        watchers.add(watcher)
        let begin: @Sendable () async throws -> Void = {
            do {
                let last = try await ledger.lastEntry()
                if let after, after > last {
                    throw self.error(for: .refused(Self.beyondEnd(after, last)), interface: call.interface)
                }
                watcher.last = last
                try await catchUp(watcher, after: after ?? last, responder)
            } catch {
                streams.close(stream)
                ended()
                throw error
            }
        }
        // Without a past to read it watches by the time the next call is looked at.
        if after == nil { readQuickly(call, responder, begin) } else { read(call, responder, begin) }
    }

    /// Reads what has come since a line, page by page and as fast as the watcher takes it, until it has all there is.
    private func catchUp(_ watcher: Watcher, after place: Int64, _ responder: VarlinkResponder) async throws {
        var place = place
        while !watcher.goLive(after: place) {
            let last = watcher.last
            let page = try await ledger.entries(after: place, service: watcher.service, limit: 500)
            for entry in page.elements where !watcher.catchUp(entry) { return watchers.remove(watcher) }
            place = page.next.flatMap { Int64($0) } ?? max(place, last, page.elements.last?.seq ?? 0)
            await responder.drained()
        }
    }

    private static func beyondEnd(_ after: Int64, _ last: Int64) -> Text {
        Text(
            fr: """
                il n'y a pas de ligne \(verbatim: after) : la dernière est la \(verbatim: last) ; le registre vient-il d'une sauvegarde ? \
                Reprenez après la \(verbatim: last), ou sans « after »
                """,
            en: """
                there is no line \(verbatim: after): the last one is \(verbatim: last); was the ledger restored from a backup? \
                Go on after \(verbatim: last), or without "after"
                """)
    }
}

extension VarlinkResponder {
    /// Returns once the peer has read so much that more can be sent, or is gone.
    func drained() async {
        await withCheckedContinuation { continuation in whenDrained { continuation.resume() } }
    }
}
