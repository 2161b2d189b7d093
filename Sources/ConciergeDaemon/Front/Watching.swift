import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The use cases that stream history lines and the progress of runs.
struct Watching: Sendable {
    let ledger: any Ledger
    let submitting: Submitting
    let access: AccessRules
    let watchers: Watchers
    let streams: OpenStreams

    private var views: Views { submitting.views }

    /// Streams history lines as they are committed.
    ///
    /// - Parameter read: Runs a read of the ledger; `isLong` is whether it reads more than a few rows.
    func watch(
        _ call: RequestMethods.Watch, for principal: Principal,
        on replies: some ReplyStream<RequestMethods.Watch.Reply>,
        read: (_ isLong: Bool, _ body: @escaping @Sendable () async throws -> Void) -> Void
    ) {
        if let service = call.service, views.served.table(of: ServiceID(service)) == nil {
            let reason = Text(fr: "aucun service « \(service) » n'est servi", en: "no service \"\(service)\" is served")
            return submitting.supervisor.explain(service, .invalid("service", reason)) { replies.fail($0) }
        }
        let after = call.after
        if let after, after < 0 {
            return replies.fail(.invalid("after", Text(fr: "attendu : 0 ou plus", en: "expected 0 or more")))
        }
        // The role is checked for each line, because a reload may change it.
        let shown: @Sendable (NumberedEntry) -> NumberedEntry? = { [access, served = views.served] line in
            access.hidesSecrets(from: principal) ? line.hidingSecrets(served.shownTable(of: line.entry.service)) : nil
        }
        let watcher = Watcher(service: call.service.map { ServiceID($0) }, shown: shown) { replies.send(encoded: $0) }
        let ended: @Sendable () -> Void = { [watchers] in watchers.remove(watcher) }
        let stream = open(RequestMethods.Watch.declaration, for: principal, on: replies, ended: ended)
        guard let stream else { return }
        // The watcher is added before the ledger is read, so that it misses no line that is committed in between.
        watchers.add(watcher)
        // If there are no earlier lines to read, the stream is live before the next call of the connection is handled.
        read(after != nil) {
            do {
                let last = try await ledger.lastEntry()
                if let after, after > last { throw ControlError.refused(Self.beyondEnd(after, last)) }
                watcher.last = last
                try await catchUp(watcher, after: after ?? last, replies)
            } catch {
                streams.close(stream)
                ended()
                throw error
            }
        }
    }

    /// Reads the lines after a place page by page, as fast as the watcher takes them, until it has sent all of them.
    private func catchUp(
        _ watcher: Watcher, after place: Int64, _ replies: some ReplyStream<RequestMethods.Watch.Reply>
    ) async throws {
        var place = place
        while !watcher.goLive(after: place) {
            let last = watcher.last
            let page = try await ledger.entries(after: place, service: watcher.service, limit: 500)
            for entry in page.elements where !watcher.catchUp(entry) { return watchers.remove(watcher) }
            place = page.next ?? max(place, last, page.elements.last?.seq ?? 0)
            await replies.drained()
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

    /// Streams the progress of a run until its end.
    func watch(_ call: TaskMethods.WatchRun, for principal: Principal, on replies: some ReplyStream<RunReply>) {
        guard let run = RunID(call.id) else { return replies.fail(.notFound(call.id)) }
        follow(
            .follow(run: run), TaskMethods.WatchRun.declaration, for: principal, on: replies, outlivesStop: false)
    }

    /// Triggers a task, and streams the progress of the run until its end.
    func trigger(
        _ call: TaskMethods.Trigger, by actor: String, for principal: Principal, on replies: some ReplyStream<RunReply>
    ) {
        do throws(ControlError) {
            // The stream stays open while the daemon stops, because the run's end may still come. A stream of
            // `WatchRun` does not: its run was under way before.
            follow(
                try call.command(by: actor), TaskMethods.Trigger.declaration, for: principal, on: replies,
                outlivesStop: true, naming: call.task)
        } catch {
            replies.fail(error)
        }
    }

    /// Submits a command whose answer is a run, and streams the run's progress until its end.
    private func follow(
        _ command: Command, _ method: MethodDeclaration, for principal: Principal,
        on replies: some ReplyStream<RunReply>, outlivesStop: Bool, naming task: String? = nil
    ) {
        let hides = access.hidesSecrets(from: principal)
        let follower = RunWatcher(views: views, hidesSecrets: hides, ledger: ledger, replies: replies)
        let stream = open(method, for: principal, on: replies, outlivesStop: outlivesStop) { follower.end() }
        guard let stream else { return }
        submitting.submit(
            command, awaitsEnd: true, accepted: { follower.begin($0) }, naming: task,
            show: { views, answer in Submitting.runReply(views, answer, hidingSecrets: hides) }
        ) { result in
            follower.end()
            streams.close(stream)
            replies.end(result)
        }
    }

    /// Opens a stream of replies, which ends when the daemon stops or the caller loses the required role. `ended` is
    /// called then, and when the caller disconnects.
    ///
    /// - Parameter isAllowed: What must hold for the caller in addition to its role.
    /// - Returns: The stream, which the caller must close once it has ended by itself; nil if the call has been
    ///   answered with an error.
    func open(
        _ method: MethodDeclaration, for principal: Principal, on replies: some ReplyStream, outlivesStop: Bool = false,
        while isAllowed: @escaping @Sendable () -> Bool = { true }, ended: @escaping @Sendable () -> Void
    ) -> OpenStreams.Stream? {
        let isAllowed: @Sendable () -> Bool = { [access] in access.allows(principal, method) && isAllowed() }
        let stream = OpenStreams.Stream(outlivesStop: outlivesStop, isAllowed: isAllowed) { reason in
            ended()
            switch reason {
            case .stopping: replies.fail(ControlError(LedgerError.stopping))
            case .roleLost: replies.failForRole()
            }
        }
        guard streams.open(stream) else {
            replies.fail(ControlError(LedgerError.stopping))
            return nil
        }
        replies.onClose { [streams] in
            streams.close(stream)
            ended()
        }
        return stream
    }
}
