package import JSON
import Synchronization

/// What became of an action that a task submitted.
public enum SubmittedAction<S: Service>: Sendable {
    /// The action is done and on disk. The request as it was after it.
    case done(RequestSnapshot<S>)
    /// A rule, or the state of the request, does not allow it; or there is no such request any more.
    case refused(Text)
}

extension TaskContext {
    /// Executes an action on a request of the provider, as staff would, in the name of the run: the history names the
    /// run as who did it.
    ///
    /// When it returns, the change is on disk. An action is done once for each run, request, kind of action and tag: if
    /// the daemon is killed before the attempt has ended, the next attempt submits the action again, gets the first
    /// answer, and changes nothing, even if it gives another input. That holds for as long as answers are kept
    /// (`retention.answers`, 30 days). A refusal is not kept, because it changed nothing: the next attempt may succeed.
    ///
    /// - Parameters:
    ///   - action: The filled-in input of a line `on(…)` of the service's table.
    ///   - id: The id of the request.
    ///   - service: The request's service.
    ///   - tag: Distinguishes several actions of one kind on the same request.
    /// - Throws: ``TaskFailure/final(reason:)`` if the action is not one of the service's, a field is wrong, or an
    ///   attempt submits two different actions under one name; ``TaskFailure/retry(reason:after:)`` if the ledger takes
    ///   no changes now, or the rule makes a mistake. Nothing was changed then.
    public func submit<S: Service>(
        _ action: some Input, on id: String, of service: S.Type, as tag: String? = nil
    ) async throws -> SubmittedAction<S> {
        try scope.require(service)
        let command = try RunCommand(
            .act(on: id, of: S.id, Naming.action(String(describing: type(of: action)))), action.object, tag)
        switch try await submit(command) {
        case .request(let request): return .done(try RequestSnapshot(request, scope.states))
        case .refused(let reason): return .refused(reason)
        case .run: throw TaskFailure.anotherKind
        }
    }

    /// Executes an action on a request of the provider: ``submit(_:on:of:as:)``.
    public func submit<S: Service>(
        _ action: some Input, on request: RequestSnapshot<S>, as tag: String? = nil
    ) async throws -> SubmittedAction<S> {
        try await submit(action, on: request.id, of: S.self, as: tag)
    }

    /// Opens a request of a service of the provider, as staff would, in the name of the run.
    ///
    /// When it returns, the request is on disk. A request is opened once for each run, kind of opening, resident and tag,
    /// like an action of ``submit(_:on:of:as:)``: the next attempt gets the request that the first one opened.
    ///
    /// - Parameters:
    ///   - opening: The filled-in input of a line `opening(…)` of the service's table.
    ///   - service: The service.
    ///   - resident: Whom the request is for: an id of the directory or any other text, as it is.
    ///   - tag: Distinguishes several requests for one resident.
    /// - Throws: As ``submit(_:on:of:as:)`` does.
    public func open<S: Service>(
        _ opening: some Input, of service: S.Type, for resident: String?, as tag: String? = nil
    ) async throws -> SubmittedAction<S> {
        try scope.require(service)
        let command = try RunCommand(
            .open(of: S.id, Naming.action(String(describing: type(of: opening))), resident: resident), opening.object,
            tag)
        switch try await submit(command) {
        case .request(let request): return .done(try RequestSnapshot(request, scope.states))
        case .refused(let reason): return .refused(reason)
        case .run: throw TaskFailure.anotherKind
        }
    }

    /// Asks for a run of a task of the provider, in the name of this run. Returns the new run's id once it is on
    /// disk; the new run may have begun by then, and nobody waits for its end.
    ///
    /// A task is run once for each run that asks, and tag, like an action of ``submit(_:on:of:as:)``: the next attempt
    /// gets the id of the same run. If the task merges repeats (`unique:`), it may be a run that somebody else asked
    /// for.
    ///
    /// - Parameters:
    ///   - task: A task of the same provider, with or without a form.
    ///   - given: What the task is given.
    ///   - tag: Distinguishes several runs of one task.
    /// - Throws: As ``submit(_:on:of:as:)`` does; ``TaskFailure/final(reason:)`` also if what is given is refused.
    @discardableResult
    public func run<Given, Answer>(
        _ task: TaskName<Given, Answer>, _ given: Given, as tag: String? = nil
    ) async throws -> String {
        guard scope.tasks.contains(task.reference) else {
            throw TaskFailure.final(reason: "\"\(task.id)\" is not a task of this provider")
        }
        switch try await submit(RunCommand(.run(task.id), try task.encode(given), tag)) {
        case .run(let id): return id
        case .refused(let reason): throw TaskFailure.final(reason: "\(task.id): \(reason.en)")
        case .request: throw TaskFailure.anotherKind
        }
    }

    /// Asks for a run of a task of the provider that needs no input: ``run(_:_:as:)``.
    @discardableResult
    public func run<Answer>(_ task: TaskName<NoInput, Answer>, as tag: String? = nil) async throws -> String {
        try await run(task, NoInput(), as: tag)
    }

    /// Sends a notice about a request of the provider, open or closed, in the name of the run: it is added to the
    /// history of the request, and watchers receive it, as if a rule had sent it.
    ///
    /// When it returns, the notice is on disk. It is sent once for each run, request, name and tag, like an action of
    /// ``submit(_:on:of:as:)``, in the words of the first attempt that sent it.
    ///
    /// - Parameters:
    ///   - audience: Whom it is for.
    ///   - id: The id of the request.
    ///   - service: The request's service.
    ///   - name: A short name of the notice, the same in each language.
    ///   - words: What it says.
    ///   - secret: Whether it is shown to staff only.
    ///   - usefulUntil: Later than this it is not delivered any more, and is counted as too late.
    ///   - urgent: Whether it is delivered at once, alone and at any hour, because somebody's safety is at stake.
    ///   - tag: Distinguishes several notices of one name about the same request.
    /// - Throws: ``TaskFailure/final(reason:)`` if there is no such request of the service, or an attempt sends two
    ///   different notices under one name; ``TaskFailure/retry(reason:after:)`` if the ledger takes no changes now.
    ///   Nothing was changed then.
    public func notify<S: Service>(
        _ audience: Audience, about id: String, of service: S.Type, _ name: String, _ words: Text, secret: Bool = false,
        usefulUntil: Instant? = nil, urgent: Bool = false, as tag: String? = nil
    ) async throws {
        try scope.require(service)
        let notice = WrittenNotice(
            audience: audience, name: name, words: words, isSecret: secret, usefulUntil: usefulUntil, isUrgent: urgent)
        switch try await submit(RunCommand(.notify(about: id, of: S.id, name), [:], tag, notice)) {
        case .request: return
        case .refused(let reason): throw TaskFailure.final(reason: "the notice \"\(name)\": \(reason.en)")
        case .run: throw TaskFailure.anotherKind
        }
    }

    /// Sends a notice in these words about a request that the task has read:
    /// ``notify(_:about:of:_:_:secret:usefulUntil:urgent:as:)``.
    public func notify<S: Service>(
        _ audience: Audience, about request: RequestSnapshot<S>, _ name: String, fr: Phrase, en: Phrase,
        secret: Bool = false, usefulUntil: Instant? = nil, urgent: Bool = false, as tag: String? = nil
    ) async throws {
        try await notify(
            audience, about: request.id, of: S.self, name, Text(fr: fr, en: en), secret: secret,
            usefulUntil: usefulUntil, urgent: urgent, as: tag)
    }

    private func submit(_ command: RunCommand) async throws -> RunCommandAnswer {
        try Task.checkCancellation()
        try commands.note(command)
        return try await commands.submit(command)
    }
}

/// A command that a task's handler submits, before the engine's types are known.
package struct RunCommand: Sendable {
    package enum Kind: Sendable, Hashable {
        case act(on: String, of: String, String)
        case open(of: String, String, resident: String?)
        case run(String)
        case notify(about: String, of: String, String)
    }

    package let kind: Kind
    package let input: JSONObject
    package let tag: String?
    /// What is said, by a command of the kind ``Kind/notify(about:of:_:)``.
    package let notice: WrittenNotice?

    fileprivate init(
        _ kind: Kind, _ input: JSONObject, _ tag: String?, _ notice: WrittenNotice? = nil
    ) throws(TaskFailure) {
        self.kind = kind
        self.input = input
        self.tag = tag
        self.notice = notice
        guard let tag else { return }
        if let mistake = TextLimits.mistake(in: tag, limit: TextLimits.name) ?? TextLimits.blank(tag) {
            throw .final(reason: "as: \(mistake.en)")
        }
    }
}

/// The answer to a command of a handler.
package enum RunCommandAnswer: Sendable {
    case request(RawRequest)
    case run(String)
    case refused(Text)
}

extension TaskFailure {
    fileprivate static var anotherKind: Self { .final(reason: "an answer of another kind") }
}

/// The commands of one attempt.
final class AttemptCommands: Sendable {
    private struct Name: Hashable {
        let kind: RunCommand.Kind
        let tag: String?
    }

    private struct Content: Hashable {
        let input: String
        let notice: WrittenNotice?
    }

    let submit: @Sendable (RunCommand) async throws -> RunCommandAnswer
    private let noted = Mutex<[Name: Content]>([:])

    init(submit: @escaping @Sendable (RunCommand) async throws -> RunCommandAnswer) {
        self.submit = submit
    }

    /// Refuses a command that has the name of another one of this attempt, and a different input: the engine would
    /// take it for a repeat.
    func note(_ command: RunCommand) throws(TaskFailure) {
        let name = Name(kind: command.kind, tag: command.tag)
        let content = Content(input: command.input.description, notice: command.notice)
        let first = noted.withLock { noted in
            noted[name] = noted[name] ?? content
            return noted[name]
        }
        guard first != content else { return }
        let what =
            switch command.kind {
            case .act(let id, _, let action): "\"\(action)\" on \(id)"
            case .open(let service, let opening, _): "\"\(opening)\" of \(service)"
            case .run(let task): "\"\(task)\""
            case .notify(let id, _, let notice): "the notice \"\(notice)\" about \(id)"
            }
        throw .final(reason: "\(what) was submitted before with another content: give each a tag of its own with as:")
    }
}
