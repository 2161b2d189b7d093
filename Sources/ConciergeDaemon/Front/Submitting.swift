import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import JSON

/// The use cases that change something. The engine decides each command, and the caller gets the answer once the change
/// is on disk.
struct Submitting: Sendable {
    typealias Completion<Reply> = @Sendable (Result<Reply, ControlError>) -> Void

    let loop: EngineLoop
    let supervisor: Supervisor
    let views: Views
    let residents: NamingResidents

    func open(
        _ call: RequestMethods.Open, about: PlaceKey? = nil, by actor: String,
        _ completion: @escaping Completion<RequestMethods.Open.Reply>
    ) {
        submit(
            .open(
                service: ServiceID(call.service), by: call.action, resident: call.resident, about: about,
                input: call.input.members, again: call.again ?? true, caller: Caller(actor, call)),
            naming: call.service, show: Self.requestReply, naming(withOthers(about, completion)))
    }

    /// Adds the other open requests of the service about the same place that are probably the same thing to the reply to an
    /// opening. A request about no place has none, and the reply is passed on at once.
    private func withOthers(
        _ about: PlaceKey?, _ completion: @escaping Completion<RequestMethods.Open.Reply>
    ) -> Completion<RequestReply> {
        { [residents, views] result in
            guard let about, case .success(let reply) = result else {
                return completion(result.map { RequestMethods.Open.Reply(request: $0.request) })
            }
            Task(executorPreference: DaemonTasks.threads) {
                var query = RequestQuery()
                (query.service, query.about, query.isOpen) = (ServiceID(reply.request.service), about, true)
                // The request is open, also if what is there already cannot be read.
                let open = ((try? await residents.ledger.requests(query).elements) ?? []).filter {
                    $0.request.about == about
                }
                let table = views.served.table(of: ServiceID(reply.request.service))
                func likeness(_ view: RequestView) -> String? { table?.likeness(of: view.request) }
                let own = open.first { $0.request.id.description == reply.request.id }.flatMap(likeness)
                var others = open.filter {
                    $0.request.id.description != reply.request.id && own != nil && likeness($0) == own
                }
                .map { views.listed($0, hidingSecrets: false) }
                try? await residents.name(&others)
                completion(.success(.init(request: reply.request, others: others.isEmpty ? nil : others)))
            }
        }
    }

    func act(_ call: RequestMethods.Act, by actor: String, _ completion: @escaping Completion<RequestReply>) {
        change(call.id, completion) {
            .act(id: $0, action: call.action, input: call.input?.members ?? [:], caller: Caller(actor, call))
        }
    }

    func correct(_ call: RequestMethods.Correct, by actor: String, _ completion: @escaping Completion<RequestReply>) {
        change(call.id, completion) { .correct(id: $0, input: call.input.members, caller: Caller(actor, call)) }
    }

    func reassign(_ call: RequestMethods.Reassign, by actor: String, _ completion: @escaping Completion<RequestReply>) {
        change(call.id, completion) { .reassign(id: $0, resident: call.resident, caller: Caller(actor, call)) }
    }

    func relocate(
        _ call: RequestMethods.Relocate, about: PlaceKey, by actor: String,
        _ completion: @escaping Completion<RequestReply>
    ) {
        change(call.id, completion) { .relocate(id: $0, about: about, caller: Caller(actor, call)) }
    }

    func follow(_ call: RequestMethods.Follow, by actor: String, _ completion: @escaping Completion<RequestReply>) {
        change(call.id, completion) { .addFollower(request: $0, resident: call.resident, caller: Caller(actor, call)) }
    }

    func unfollow(_ call: RequestMethods.Unfollow, by actor: String, _ completion: @escaping Completion<RequestReply>) {
        change(call.id, completion) {
            .removeFollower(request: $0, resident: call.resident, caller: Caller(actor, call))
        }
    }

    func undo(_ call: RequestMethods.Undo, by actor: String, _ completion: @escaping Completion<RequestReply>) {
        change(call.id, completion) { .undo(request: $0, version: call.version, caller: Caller(actor, call)) }
    }

    func note(_ call: RequestMethods.Note, by actor: String, _ completion: @escaping Completion<RequestReply>) {
        change(call.id, completion) { .addNote(request: $0, text: call.text, caller: Caller(actor, call)) }
    }

    func release(_ call: RequestMethods.Release, by actor: String, _ completion: @escaping Completion<RequestReply>) {
        change(call.id, completion) { .release(request: $0, caller: Caller(actor, call)) }
    }

    /// Submits a command about the request of this id.
    private func change(
        _ id: String, _ completion: @escaping Completion<RequestReply>, _ command: (RequestID) -> Command
    ) {
        guard let request = RequestID(id) else { return completion(.failure(.notFound(id))) }
        submit(command(request), show: Self.requestReply, naming(completion))
    }

    func told(
        _ call: NoticeMethods.Told, by actor: String, _ completion: @escaping Completion<NoticeMethods.Told.Reply>
    ) {
        deliver(call.id, completion) { .told(notice: $0, caller: Caller(actor, call)) }
    }

    func sendAgain(
        _ call: NoticeMethods.SendAgain, by actor: String, _ completion: @escaping Completion<NoticeMethods.Told.Reply>
    ) {
        deliver(call.id, completion) { .sendAgain(notice: $0, caller: Caller(actor, call)) }
    }

    /// Submits a command about the notice of this number.
    private func deliver(
        _ id: String, _ completion: @escaping Completion<NoticeMethods.Told.Reply>, _ command: (Int64) -> Command
    ) {
        guard let number = Int64(id) else { return completion(.failure(.notFound(id))) }
        submit(command(number), show: Self.noticeReply, completion)
    }

    private static let noticeReply: @Sendable (Views, Answer) -> NoticeMethods.Told.Reply? = {
        requestReply($0, $1).map {
            NoticeMethods.Told.Reply(request: $0.request.id, resident: $0.request.resident)
        }
    }

    func trigger(_ call: TaskMethods.Trigger, by actor: String, _ completion: @escaping Completion<RunReply>) {
        do throws(ControlError) {
            submit(
                try call.command(by: actor), awaitsEnd: call.wait ?? false, naming: call.task, show: Self.runReply,
                completion)
        } catch {
            completion(.failure(error))
        }
    }

    func retry(_ call: TaskMethods.RetryRun, by actor: String, _ completion: @escaping Completion<RunReply>) {
        change(call.id, completion) { .retry(run: $0, caller: Caller(actor, call)) }
    }

    func cancel(_ call: TaskMethods.CancelRun, by actor: String, _ completion: @escaping Completion<RunReply>) {
        change(call.id, completion) { .cancel(run: $0, caller: Caller(actor, call)) }
    }

    /// Submits a command about the run of this id.
    private func change(_ id: String, _ completion: @escaping Completion<RunReply>, _ command: (RunID) -> Command) {
        guard let run = RunID(id) else { return completion(.failure(.notFound(id))) }
        submit(command(run), show: Self.runReply, completion)
    }

    /// Pauses a provider's runs, or a schedule.
    func pause(_ what: Pausable, by actor: String, _ completion: @escaping Completion<Wire.Empty>) {
        submit(.pause(what, actor: actor), naming: what.id, show: { _, _ in Wire.Empty() }, completion)
    }

    func resume(_ what: Pausable, by actor: String, _ completion: @escaping Completion<Wire.Empty>) {
        submit(.resume(what, actor: actor), naming: what.id, show: { _, _ in Wire.Empty() }, completion)
    }

    /// Adds who the residents are and what the place is called to a reply. Without a directory the reply is passed on at
    /// once.
    private func naming(_ completion: @escaping Completion<RequestReply>) -> Completion<RequestReply> {
        guard residents.hasDirectory else { return completion }
        return { [residents] result in
            guard case .success(let reply) = result, reply.request.namesSomething else { return completion(result) }
            Task(executorPreference: DaemonTasks.threads) {
                // What was asked for is done, also if the directory cannot be read.
                let named = try? await residents.named(reply.request)
                completion(.success(RequestReply(named ?? reply.request)))
            }
        }
    }

    /// Submits a command to the engine.
    ///
    /// - Parameters:
    ///   - awaitsEnd: Whether the answer comes when the run has ended.
    ///   - accepted: Called with the run, once it is on disk, if the call waits for its end.
    ///   - name: The id of the provider, service, task or schedule that the command names. If the engine does not know
    ///     it because its provider does not serve now, the error reports that.
    ///   - show: Makes the reply from the answer.
    func submit<Reply>(
        _ command: Command, awaitsEnd: Bool = false, accepted: (@Sendable (StoredRun) -> Void)? = nil,
        naming name: String? = nil, show: @escaping @Sendable (Views, Answer) -> Reply?,
        _ completion: @escaping Completion<Reply>
    ) {
        loop.submit(command, awaitsEnd: awaitsEnd, accepted: accepted) { [supervisor, views] result in
            switch result {
            case .success(.rejected(let rejection)):
                guard let name, rejection.isAboutName else { return completion(.failure(ControlError(rejection))) }
                supervisor.explain(name, ControlError(rejection)) { completion(.failure($0)) }
            case .success(let answer):
                if let reply = show(views, answer) { return completion(.success(reply)) }
                // The engine answers a command about requests with a request, and one about runs with a run.
                completion(.failure(ControlError(LedgerError.unavailable(reason: "an answer of another kind"))))
            case .failure(let error): completion(.failure(ControlError(error)))
            }
        }
    }

    @Sendable static func requestReply(_ views: Views, _ answer: Answer) -> RequestReply? {
        switch answer {
        // A repeated call gets the answer to the first call.
        case .request(let view), .repeated(.request(let view)): RequestReply(views.request(view))
        case .run, .dossier, .repeated, .rejected, .done: nil
        }
    }

    @Sendable static func runReply(_ views: Views, _ answer: Answer) -> RunReply? {
        runReply(views, answer, hidingSecrets: false)
    }

    static func runReply(_ views: Views, _ answer: Answer, hidingSecrets: Bool) -> RunReply? {
        switch answer {
        case .run(let run), .repeated(.run(let run)): RunReply(views.run(run, hidingSecrets: hidingSecrets))
        case .request, .dossier, .repeated, .rejected, .done: nil
        }
    }
}

extension Caller {
    /// Who makes a call, with the idempotency key that it carries.
    init(_ actor: String, _ call: some RepeatableMethod) {
        self.init(actor: actor, idempotencyKey: call.idempotencyKey)
    }
}

extension Wire.Request {
    /// Whether it has an id of the directory.
    fileprivate var namesSomething: Bool { resident != nil || about != nil || followers != nil }
}

extension TaskMethods.Trigger {
    func command(by actor: String) throws(ControlError) -> Command {
        let chosen = priority.flatMap { Priority(word: $0.rawValue) }
        guard (chosen == nil) == (priority == nil) else {
            throw .invalid("priority", Text(fr: "attendu : low, normal ou high", en: "expected low, normal or high"))
        }
        return .trigger(
            task: TaskID(task), input: input?.members ?? [:], priority: chosen,
            caller: Caller(actor, self))
    }
}

extension Pausable {
    fileprivate var id: String {
        switch self {
        case .provider(let id): id.rawValue
        case .schedule(let id): id.rawValue
        }
    }
}

extension Rejection {
    /// Whether the rejection is that a service, task, provider or schedule does not exist.
    fileprivate var isAboutName: Bool {
        switch self {
        case .invalid(let name, _): name == "service" || name == "task"
        case .notFound: true
        case .refused, .broken: false
        }
    }
}

extension Supervisor {
    /// Completes with the reason why a name is not known: that its provider does not serve now, or else `failure`.
    nonisolated func explain(
        _ name: String, _ failure: ControlError, _ completion: @escaping @Sendable (ControlError) -> Void
    ) {
        Task(executorPreference: DaemonTasks.threads) { completion(await self.explanation(of: name, failure)) }
    }

    /// The error for a name whose provider does not serve now; `failure` if that is not the reason.
    func explanation(of name: String, _ failure: ControlError) -> ControlError {
        whyNotServed(name).map { .unavailable($0) } ?? failure
    }

    /// Why a provider, or the provider of a service, task or schedule, does not serve now; nil if it serves or is not
    /// in this build.
    private func whyNotServed(_ id: String) -> Text? {
        let provider = ServiceID(id).provider.rawValue
        guard let status = statuses.first(where: { $0.manifest.id == provider }) else { return nil }
        let name = status.manifest.name
        func words(_ state: Text) -> Text {
            let isItself = id == provider
            return Text(
                fr: isItself
                    ? "le module « \(name.fr) » (\(id)) \(state.fr)"
                    : "« \(id) » n'est pas servi en ce moment : le module « \(name.fr) » \(state.fr)",
                en: isItself
                    ? "the provider \"\(name.en)\" (\(id)) \(state.en)"
                    : "\"\(id)\" is not served now: the provider \"\(name.en)\" \(state.en)")
        }
        switch status.state {
        case .serving: return nil
        case .waiting: return words(Text(fr: "n'est pas encore prêt", en: "is not ready yet"))
        case .setAside, .unreadable: return words(Text(fr: "est mis de côté", en: "is set aside"))
        case .quarantined: return words(Text(fr: "est en quarantaine", en: "is in quarantine"))
        }
    }
}
