import ConciergeEngine
import ConciergeKit
import JSON
import Varlink

/// Answers the calls of the control socket: checks who calls, hands what changes something to the engine, reads the
/// rest from the ledger.
struct ControlHandler: VarlinkHandler {
    let loop: EngineLoop
    let ledger: any Ledger
    let watchers: Watchers
    let streams: OpenStreams
    let reads: ReadPool
    let progress: ProgressBoard
    let access: AccessRules
    let names: LoginNames
    let manager: any DaemonInformation
    let backups: Backups
    let maintenancePool: MaintenancePool
    let language: Language

    var interfaces: [InterfaceDefinition] { ControlInterfaces.all }

    /// Calls that go through the engine are answered in their order whatever overlaps; all others see what the calls
    /// before them on their connection did.
    func mayOverlap(_ method: String) -> Bool {
        switch method {
        case "org.concierged.Requests.Open", "org.concierged.Requests.Act": true
        case "org.concierged.Tasks.Trigger": true
        default: false
        }
    }

    func handle(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        guard let rule = MethodRule.all[call.method], isAllowed(call, by: rule) else {
            return responder.fail(.permissionDenied)
        }
        if let words = Self.mistake(in: call.parameters) {
            return responder.fail(error(for: .refused(words), interface: call.interface))
        }
        guard rule.isSigned else { return begin(call, responder) }
        names.ready(call.peer.uid, on: responder.eventLoop) { result in
            switch result {
            case .success: begin(call, responder)
            case .failure: responder.fail(unavailable(Self.nobodyKnown, call))
            }
        }
    }

    private static let nobodyKnown = Text(
        fr: "le nom de votre compte n'a pas pu être lu dans l'annuaire de la machine",
        en: "the name of your account could not be looked up on this machine")

    private func begin(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        switch call.interface {
        case ControlInterfaces.requests.name: handleRequests(call, responder)
        case ControlInterfaces.tasks.name: handleTasks(call, responder)
        default: handleManager(call, responder)
        }
    }

    private func isAllowed(_ call: VarlinkCall, by rule: MethodRule) -> Bool {
        access.role(of: call.peer) >= rule.role
    }

    /// Why a call's own parameters are not taken: they are names and keys, and none of them is long. What is in an
    /// input is checked by its fields.
    private static func mistake(in parameters: JSONObject) -> Text? {
        for case (let name, .string(let text)) in parameters {
            let limit =
                switch name {
                case "resident": TextLimits.resident
                case "idempotency_key": TextLimits.key
                default: TextLimits.name
                }
            if let words = TextLimits.tooLong(text, limit: limit) { return TextLimits.sentence(words, about: name) }
        }
        return nil
    }

    // MARK: Shared by the interfaces

    /// Whether the caller is shown no secrets of requests: codes with which things are handed over.
    func hidesSecrets(from call: VarlinkCall) -> Bool { access.role(of: call.peer) < .staff }

    func caller(_ call: VarlinkCall) -> Caller {
        Caller(actor: names.name(of: call.peer.uid), idempotencyKey: call.parameters["idempotency_key"]?.stringValue)
    }

    /// Hands a command to the engine and answers once it is committed.
    func submit(
        _ command: Command, awaitsEnd: Bool = false, as member: String, _ call: VarlinkCall,
        _ responder: VarlinkResponder
    ) {
        loop.submit(command, awaitsEnd: awaitsEnd) { result in
            switch result {
            case .success(.rejected(let rejection)):
                reject(rejection, call, responder)
            case .success(let answer):
                reply(answer, as: member, responder)
            case .failure(let failure):
                responder.fail(error(for: failure, interface: call.interface))
            }
        }
    }

    /// Answers a rejection. What a provider offers that does not serve now is refused for that reason, and not as
    /// unknown.
    func reject(_ rejection: Rejection, _ call: VarlinkCall, _ responder: VarlinkResponder) {
        let failure = error(for: rejection, interface: call.interface)
        switch rejection {
        case .invalid(let name, _) where name == "service" || name == "task":
            failUnknown(call.string(name), failure, call, responder)
        case .notFound(let id) where call.interface == ControlInterfaces.manager.name:
            failUnknown(id, failure, call, responder)
        default: responder.fail(failure)
        }
    }

    /// Refuses what names a provider, or something that one offers: with `failure`, or where that provider does not
    /// serve now, with how it is.
    func failUnknown(
        _ id: String, _ failure: VarlinkError, _ call: VarlinkCall, _ responder: VarlinkResponder
    ) {
        Task(executorPreference: DaemonTasks.threads) { responder.fail(await unknown(id, failure, call)) }
    }

    /// How the provider of something is that does not serve now; `failure` where that is not the reason.
    func unknown(_ id: String, _ failure: VarlinkError, _ call: VarlinkCall) async -> VarlinkError {
        await manager.whyNotServed(id).map { unavailable($0, call) } ?? failure
    }

    func reply(_ answer: Answer, as member: String, _ responder: VarlinkResponder) {
        switch answer {
        case .request(let view):
            respond(responder) { writer in
                writer.key(member)
                view.write(to: &writer, table: manager.table(of: view.request.service))
            }
        case .run(let run):
            respond(responder) { writer in
                writer.key(member)
                run.write(to: &writer, progress: progress.latest(of: run.id), isServed: manager.serves(task: run.task))
            }
        // As it was told first.
        case .repeated(.request(let view)): reply(.request(view), as: member, responder)
        case .repeated(.run(let run)): reply(.run(run), as: member, responder)
        case .rejected, .done:
            responder.reply()
        }
    }

    /// Answers with an object whose members are written by `body`.
    func respond(_ responder: VarlinkResponder, _ body: (inout JSONWriter) -> Void) {
        responder.reply(encoded: Self.object(body))
    }

    static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        body(&writer)
        writer.endObject()
        return writer.bytes
    }

    /// Reads a few rows, found by their keys, and answers. It begins on the event loop at once, and stays there where the
    /// ledger is on this machine.
    func readQuickly(
        _ call: VarlinkCall, _ responder: VarlinkResponder, _ body: @escaping @Sendable () async throws -> Void
    ) {
        Task.immediate(executorPreference: reads.lane(of: call.peer.uid)) { await answer(call, responder, body) }
    }

    /// Reads and answers off the event loop, in turn with the calls of other users.
    func read(_ call: VarlinkCall, _ responder: VarlinkResponder, _ body: @escaping @Sendable () async throws -> Void) {
        Task(executorPreference: reads.lane(of: call.peer.uid)) { await answer(call, responder, body) }
    }

    private nonisolated(nonsending) func answer(
        _ call: VarlinkCall, _ responder: VarlinkResponder, _ body: @Sendable () async throws -> Void
    ) async {
        do {
            try await body()
        } catch let failure as VarlinkError {
            responder.fail(failure)
        } catch let failure as LedgerError {
            responder.fail(error(for: failure, interface: call.interface))
        } catch {
            responder.fail(self.error(for: .unavailable(reason: String(plainly: error)), interface: call.interface))
        }
    }

    /// Has a stream of replies end when the daemon stops or the caller's role does not allow it any more. `ended` is
    /// called then, and when the connection ends.
    ///
    /// - Returns: The stream, which is to be closed once it has ended by itself; nil where the call was answered.
    func openStream(
        _ call: VarlinkCall, _ responder: VarlinkResponder, outlivesStop: Bool = false,
        ended: @escaping @Sendable () -> Void
    ) -> OpenStreams.Stream? {
        let stopping = error(for: .stopping, interface: call.interface)
        let isAllowed: @Sendable () -> Bool = {
            MethodRule.all[call.method].map { self.isAllowed(call, by: $0) } ?? false
        }
        let stream = OpenStreams.Stream(outlivesStop: outlivesStop, isAllowed: isAllowed) { reason in
            ended()
            switch reason {
            case .stopping: responder.fail(stopping)
            case .roleLost: responder.fail(.permissionDenied)
            }
        }
        guard streams.open(stream) else {
            responder.fail(stopping)
            return nil
        }
        responder.onClose {
            streams.close(stream)
            ended()
        }
        return stream
    }

    // MARK: Errors

    func error(for rejection: Rejection, interface: String) -> VarlinkError {
        switch rejection {
        case .notFound(let id): VarlinkError("\(interface).NotFound", ["id": .string(id)])
        case .invalid(let name, let reason):
            VarlinkError(
                "\(interface).InvalidInput",
                [
                    "field": .string(name), "reason": .string(reason[language]),
                    "text": ["fr": .string(reason.fr), "en": .string(reason.en)],
                ])
        case .refused, .broken:
            VarlinkError(
                "\(interface).Refused",
                [
                    "reason": .string(rejection.words[language]),
                    "text": ["fr": .string(rejection.words.fr), "en": .string(rejection.words.en)],
                ])
        }
    }

    func invalid(_ name: String, _ reason: Text, _ call: VarlinkCall) -> VarlinkError {
        error(for: .invalid(name: name, reason: reason), interface: call.interface)
    }

    func error(for failure: LedgerError, interface: String) -> VarlinkError {
        unavailable(failure.words, interface)
    }

    func unavailable(_ words: Text, _ call: VarlinkCall) -> VarlinkError { unavailable(words, call.interface) }

    private func unavailable(_ words: Text, _ interface: String) -> VarlinkError {
        VarlinkError(
            "\(interface).Unavailable",
            ["reason": .string(words[language]), "text": ["fr": .string(words.fr), "en": .string(words.en)]])
    }

    func notFound(_ id: String, _ call: VarlinkCall) -> VarlinkError {
        error(for: .notFound(id), interface: call.interface)
    }

    /// How many elements a list may have.
    func limit(of call: VarlinkCall) throws(VarlinkError) -> Int {
        guard let limit = call.parameters["limit"]?.intValue else { return 100 }
        guard (1...1000).contains(limit) else {
            throw invalid("limit", Text(fr: "attendu : de 1 à 1000", en: "expected 1 to 1000"), call)
        }
        return Int(limit)
    }

    /// Where a list goes on.
    func cursor(of call: VarlinkCall) throws(VarlinkError) -> String? {
        guard let after = call.parameters["after"]?.stringValue else { return nil }
        guard Int64(after) != nil else {
            throw invalid(
                "after",
                Text(
                    fr: "ce n'est pas le « next » d'une liste précédente", en: "this is not the next of a list before"),
                call)
        }
        return after
    }
}

extension VarlinkCall {
    /// A parameter that the definition requires, so that it is there.
    func string(_ name: String) -> String { parameters[name]?.stringValue ?? "" }

    func object(_ name: String) -> JSONObject { parameters[name]?.objectValue ?? [:] }
}
