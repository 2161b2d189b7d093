import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The use cases that only read requests, runs and tasks. They read what is committed and on disk.
struct Reading: Sendable {
    let ledger: any Ledger
    let access: AccessRules
    let views: Views
    let residents: NamingResidents
    var clock: @Sendable () -> Instant = Daemon.systemClock

    private var served: ServedRegistry { views.served }

    /// Reads a few rows by their keys.
    func get(_ call: RequestMethods.Get, for principal: Principal) async throws -> RequestMethods.Get.Reply {
        let hides = access.hidesSecrets(from: principal)
        guard let id = try await id(beginning: call.id, hidingSecrets: hides),
            let (view, history) = try await ledger.requestWithHistory(id, after: call.after ?? 0)
        else { throw ControlError.notFound(call.id) }
        var request = views.request(view, hidingSecrets: hides)
        if request.commitments != nil { request.explain(try await ledger.commitments(of: id)) }
        return RequestMethods.Get.Reply(
            request: hides ? try await residents.namedPlace(request) : try await residents.named(request),
            history: history.elements.map { views.entry($0, hidingSecrets: hides) },
            next: history.next)
    }

    /// Checks the chain of custody of a request.
    func verify(_ call: RequestMethods.Verify, for principal: Principal) async throws -> RequestMethods.Verify.Reply {
        guard let id = try await id(beginning: call.id, hidingSecrets: access.hidesSecrets(from: principal)) else {
            throw ControlError.notFound(call.id)
        }
        var lines: [NumberedEntry] = []
        var after: Int64? = 0
        while let start = after {
            guard let (_, page) = try await ledger.requestWithHistory(id, after: start) else {
                throw ControlError.notFound(call.id)
            }
            lines += page.elements
            after = page.next
        }
        switch Custody.check(lines) {
        case .sound(let links, let last):
            return RequestMethods.Verify.Reply(request: id.description, links: links, hash: last)
        case .broken(let seq):
            let links = lines.count { $0.entry.seal != nil && $0.seq < seq }
            let last = lines.last { $0.entry.seal != nil && $0.seq < seq }?.entry.seal
            return RequestMethods.Verify.Reply(request: id.description, links: links, hash: last, brokenAt: seq)
        }
    }

    /// The requests that are named where several ids begin with a text.
    private static let named = 5

    /// The request with an id, or the only one whose id begins with a text; nil if there is none.
    ///
    /// - Throws: The requests whose ids begin so, if they are several.
    private func id(beginning text: String, hidingSecrets hides: Bool) async throws -> RequestID? {
        if let id = RequestID(text) { return id }
        var query = RequestQuery()
        guard let numbers = ShortID.numbers(beginning: text) else { return nil }
        (query.numbers, query.limit) = (numbers, Self.named + 1)
        let found = try await ledger.requests(query).elements
        guard found.count > 1 else { return found.first?.request.id }
        let names = found.prefix(Self.named).map { view in
            let request = views.listed(view, hidingSecrets: hides)
            guard let headline = request.headline else { return Text(verbatim: request.id) }
            return Text(fr: "\(request.id) (\(headline))", en: "\(request.id) (\(headline))")
        }
        let list = Text(verbatim: ", ", joining: names)
        let more = found.count > Self.named ? "…" : ""
        throw ControlError.invalid(
            "id",
            Text(
                fr: "« \(text) » est le début de plusieurs demandes : \(list)\(more)",
                en: "\"\(text)\" is the beginning of several requests: \(list)\(more)"))
    }

    func list(_ call: RequestMethods.List, for principal: Principal) async throws -> RequestMethods.List.Reply {
        let hides = access.hidesSecrets(from: principal)
        let limit = try Self.limit(call.limit)
        let filtering = FilteringRequests(ledger: ledger, served: views.served, residents: residents)
        var filtered = try await filtering.filtered(call, at: clock(), hidingNames: hides)
        filtered.query.limit = limit
        let page: (elements: [RequestView], next: String?)
        switch call.sort {
        case nil, .opened?:
            filtered.query.after = try Self.cursor(call.after)
            let found = try await ledger.requests(filtered.query)
            page = (found.elements, found.next.map { String($0) })
        case .due?: page = try await byDeadline(filtered.query, of: call.service, after: call.after)
        case let other?:
            throw ControlError.invalid(
                "sort",
                Text(
                    fr: "« \(other.rawValue) » n'est pas un ordre : opened ou due",
                    en: "\"\(other.rawValue)\" is no order: opened or due"))
        }
        let isFirst = call.after == nil
        let requests = try await listed(page.elements, hidingSecrets: hides)
        return RequestMethods.List.Reply(
            requests: requests,
            residents: filtered.meant.isEmpty || !isFirst
                ? nil
                : filtered.meant.map { .init(name: $0.name, dwelling: $0.dwelling, residence: $0.residence) },
            followed: isFirst ? try await followed(filtered.query, hidingSecrets: hides) : nil,
            next: page.next)
    }

    /// A page of what has a deadline, what is due first before the others, then of what has none: of a service whose
    /// requests are about a time the open ones by their times, and of all else the newest first.
    private func byDeadline(
        _ query: RequestQuery, of service: String?, after: String?
    ) async throws -> (elements: [RequestView], next: String?) {
        let table = query.isOpen == false ? nil : service.flatMap { served.table(of: ServiceID($0)) }
        let timed = table.flatMap { $0.isTimed ? $0 : nil }
        var query = query
        query.hasDeadline = false
        var elements: [RequestView] = []
        var place = try after.map(ListPlace.init(cursor:)) ?? .deadlines(nil)
        while true {
            var part = query
            part.limit -= elements.count
            // The next place of this part, and where the next part begins.
            let (next, following): (ListPlace?, ListPlace?)
            switch place {
            case .deadlines(let place):
                let page = try await ledger.requestsByDeadline(part, after: place)
                elements += page.elements
                next = page.next.map { .deadlines($0) }
                // What is late has a deadline.
                following = query.lateAt != nil ? nil : timed == nil ? .rest(after: nil) : .times(.first)
            case .times(let place):
                guard let timed else { throw Self.badCursor }
                let page = try await byTime(part, timed, after: place)
                elements += page.elements
                next = page.next.map { .times($0) }
                following = query.isOpen == true ? nil : .rest(after: nil)
            case .rest(let number):
                part.after = number
                if timed != nil { part.isOpen = false }
                let page = try await ledger.requests(part)
                elements += page.elements
                (next, following) = (page.next.map { .rest(after: $0) }, nil)
            }
            if let next { return (elements, next.cursor) }
            guard let following, elements.count < query.limit else { return (elements, following?.cursor) }
            place = following
        }
    }

    /// The open requests without a deadline after a place, in the order of their times. All of them are read, in pages
    /// between which others read.
    private func byTime(
        _ query: RequestQuery, _ table: ServiceTable, after place: TimePlace
    ) async throws -> (elements: [RequestView], next: TimePlace?) {
        let limit = query.limit
        var query = query
        (query.isOpen, query.limit) = (true, 1000)
        var kept: [(place: TimePlace, view: RequestView)] = []
        repeat {
            let page = try await ledger.requests(query)
            kept += page.elements.map { (TimePlace($0, table), $0) }.filter { place < $0.0 }
            kept.sort { $0.place < $1.place }
            kept.removeLast(max(0, kept.count - limit - 1))
            query.after = page.next
        } while query.after != nil
        let elements = kept.prefix(limit)
        return (elements.map(\.view), kept.count > limit ? elements.last?.place : nil)
    }

    /// Requests of a list, with the names of their places, and of their residents: who may not see what a request says may
    /// not see either whom it is for by name.
    private func listed(_ views: [RequestView], hidingSecrets hides: Bool) async throws -> [Wire.Request] {
        var requests = views.map { self.views.listed($0, hidingSecrets: hides) }
        if hides { try await residents.places.name(&requests) } else { try await residents.name(&requests) }
        return requests
    }

    /// The newest open requests that the resident of a list follows.
    private func followed(_ own: RequestQuery, hidingSecrets hides: Bool) async throws -> [Wire.Request]? {
        guard let resident = own.resident, own.isOpen != false else { return nil }
        var query = own
        (query.resident, query.follower, query.isOpen) = (nil, resident, true)
        (query.after, query.hasDeadline, query.limit) = (nil, nil, 100)
        let page = try await ledger.requests(query)
        return page.elements.isEmpty ? nil : try await listed(page.elements, hidingSecrets: hides)
    }

    /// Reads one row by its key.
    func run(_ call: TaskMethods.GetRun, for principal: Principal) async throws -> RunReply {
        guard let id = RunID(call.id), let run = try await ledger.run(id) else {
            throw ControlError.notFound(call.id)
        }
        return RunReply(views.run(run, hidingSecrets: access.hidesSecrets(from: principal)))
    }

    func runs(_ call: TaskMethods.ListRuns, for principal: Principal) async throws -> TaskMethods.ListRuns.Reply {
        var query = RunQuery()
        query.task = call.task.map { TaskID($0) }
        if let word = call.state?.rawValue {
            guard let state = StoredRun.State(rawValue: word) else {
                throw ControlError.invalid(
                    "state", Text(fr: "un traitement n'a pas d'état « \(word) »", en: "a run has no state \"\(word)\""))
            }
            query.state = state
        }
        query.limit = try Self.limit(call.limit)
        query.after = try Self.cursor(call.after)
        let page = try await ledger.runs(query)
        let hides = access.hidesSecrets(from: principal)
        return TaskMethods.ListRuns.Reply(
            runs: page.elements.map { views.run($0, hidingSecrets: hides) }, next: page.next.map { String($0) })
    }

    func tasks() -> TaskMethods.List.Reply {
        TaskMethods.List.Reply(
            tasks: served.registry.providers.flatMap { contents in
                contents.tasks.map {
                    Wire.Task($0, provider: contents.manifest.id, workers: views.workers($0.key))
                }
            })
    }

    /// The number of elements of a page, 100 by default.
    static func limit(_ limit: Int?) throws(ControlError) -> Int {
        guard let limit else { return 100 }
        guard (1...1000).contains(limit) else {
            throw .invalid("limit", Text(fr: "attendu : de 1 à 1000", en: "expected 1 to 1000"))
        }
        return limit
    }

    /// The position after which a page begins.
    static func cursor(_ after: String?) throws(ControlError) -> Int64? {
        guard let after else { return nil }
        guard let place = Int64(after) else { throw badCursor }
        return place
    }

    static let badCursor = ControlError.invalid(
        "after",
        Text(fr: "ce n'est pas le « next » d'une liste précédente", en: "this is not the next of a list before"))
}

extension Wire.Request {
    /// Adds how the deadlines of its commitments came about, and their titles of the day on which they were made.
    fileprivate mutating func explain(_ stored: [StoredCommitment]) {
        for commitment in stored {
            guard let index = commitments?.firstIndex(where: { $0.number == commitment.number }) else { continue }
            commitments?[index].title = commitment.content.title
            commitments?[index].steps = commitment.content.explanation.sentences
        }
    }
}

/// A place in a list of what is due first: in each of its parts, which follow one another, after what was listed of it.
private enum ListPlace {
    /// What has a deadline.
    case deadlines(DeadlinePlace?)
    /// What is open and has none, by its time.
    case times(TimePlace)
    /// What has none, the newest first.
    case rest(after: Int64?)

    /// The place as the `next` of a page.
    var cursor: String {
        switch self {
        // Where a list begins, which is never the next of a page.
        case .deadlines(nil): "d"
        case .deadlines(let place?): "d\(place.deadline.milliseconds).\(place.request.number)"
        case .times(let place): "w\(place.time).\(place.number)"
        case .rest(let number): "r" + (number.map { String($0) } ?? "")
        }
    }

    init(cursor: String) throws(ControlError) {
        let numbers = cursor.dropFirst().split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
        switch (cursor.first, numbers.first, numbers.dropFirst().first, numbers.count) {
        case ("d", let deadline??, let number??, 2):
            self = .deadlines(
                DeadlinePlace(deadline: Instant(milliseconds: deadline), request: RequestID(number: number)))
        case ("w", let time??, let number??, 2): self = .times(TimePlace(time: time, number: number))
        case ("r", let number??, nil, 1): self = .rest(after: number)
        case ("r", _, nil, _) where cursor.utf8.count == 1: self = .rest(after: nil)
        default: throw Reading.badCursor
        }
    }
}

/// A place in a list by time.
private struct TimePlace: Comparable {
    /// Before all others.
    static let first = TimePlace(time: .min, number: .min)

    var time: Int64
    var number: Int64

    init(time: Int64, number: Int64) {
        (self.time, self.number) = (time, number)
    }

    init(_ view: RequestView, _ table: ServiceTable) {
        self.init(time: (table.when(view.request) ?? .latest).milliseconds, number: view.request.id.number)
    }

    static func < (one: Self, other: Self) -> Bool { (one.time, one.number) < (other.time, other.number) }
}
