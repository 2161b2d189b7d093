import ConciergeEngine
import ConciergeKit
import JSON

/// What is checked after each step.
extension ConductWalk {
    /// A rule that is slow is decided again, because the machine may have been busy: the shortest time counts.
    func checkDuration(_ timings: [RuleBook.Timing], _ command: Command, _ before: World) async throws {
        for slow in timings where slow.duration > Self.ruleLimit || slow.processorTime > GradeDemand.ruleLimit {
            var shortest = slow
            for _ in 0..<6 {
                guard try await decide(command, on: before) != nil else { return }
                for timing in rules.takeTimings() where timing.location == slow.location {
                    shortest.duration = min(shortest.duration, timing.duration)
                    shortest.processorTime = min(shortest.processorTime, timing.processorTime)
                }
            }
            let rule = "\(slow.location.owner): the rule of \"\(slow.location.event)\""
            if shortest.processorTime > GradeDemand.ruleLimit {
                slowRules.insert("\(rule) uses \(shortest.processorTime.inWords)")
            }
            // On a busy machine a rule is interrupted, and takes up to some times as long as it uses the processor.
            let isInterrupted =
                shortest.processorTime <= Self.ruleLimit
                && shortest.duration <= shortest.processorTime * Self.interruption
            guard shortest.duration > Self.ruleLimit, !isInterrupted else { continue }
            found(
                "\(rule) takes more than "
                    + "\(Self.ruleLimit.milliseconds) ms: all callers wait for it; compute less, or have a task do it")
        }
    }

    /// Nobody's name in what the journal shows.
    func checkNames(in decision: Decision) {
        func check(_ text: String, _ what: @autoclosure () -> String) {
            if Folding.text(text).contains(Self.foldedMarker) {
                found("\(what()) has the resident's name: nobody's data is in the journal; name the request by its id")
            }
        }
        for entry in decision.changes.entries {
            if case .notice(let name, _, _) = entry.event { check(name, "\(entry.service): the name of a notice") }
        }
        for event in decision.events {
            switch event {
            case .fault(_, _, let event, let reason): check(reason, "the fault of \(event)")
            case .postponed(_, _, let event, _, let reason):
                check(reason, "\(provider.id): the reason for which \(event) is postponed")
            default: break
            }
        }
        for run in decision.changes.runs.changed.values {
            if let error = run.error { check(error, "\(run.task): the reason of a failure") }
        }
        let all = lines.lines
        for line in all[min(linesRead, all.count)...] { check(line.text, "\(line.task ?? line.provider): a log line") }
        linesRead = all.count
    }

    func checkState(after decision: Decision) {
        for id in decision.changes.requests.opened.keys.sorted() + decision.changes.requests.changed.keys.sorted() {
            if let sentence = stuck(id, in: world) { found(sentence) }
            checkHeadline(of: id)
            checkMembers(of: id)
        }
        // The engine releases what a closed request holds; a rule cannot prevent that.
        for (claim, holder) in world.memory.holders where world.memory.request(holder)?.isOpen == false {
            found("\(claim) is held by a request that is closed: a mistake of the engine")
        }
        for rule in exclusive { checkExclusive(rule) }
    }

    /// Why nothing can ever happen to a request; nil if something can.
    func stuck(_ id: RequestID, in world: World) -> String? {
        let memory = world.memory
        guard let request = memory.request(id), request.isOpen, let table = table(of: request),
            table.actions(in: request.state).isEmpty, memory.timers(of: id).isEmpty, memory.waiter(id) == nil,
            !memory.runs.values.contains(where: { $0.request == id && !$0.state.isFinished })
        else { return nil }
        return
            "\(request.service): a request in the state \"\(request.state)\" is stuck: it has no timer, no run, no place in "
            + "line and no action; start a timer, or give the state an action"
    }

    private func checkHeadline(of id: RequestID) {
        guard let request = world.memory.request(id), let table = table(of: request) else { return }
        guard let headline = table.headline(of: request, in: zone) else {
            return found("\(table.id): the record of a request cannot be read for its headline")
        }
        for (words, name) in [(headline.fr, table.name.fr), (headline.en, table.name.en)]
        where words.allSatisfy(\.isWhitespace) || words == name {
            poorHeadlines.insert("\(table.id): the headline of a request is \"\(words)\"")
        }
    }

    private func checkMembers(of id: RequestID) {
        guard let request = world.memory.request(id), let table = table(of: request),
            let record = (try? JSON.parse(request.record))?.objectValue
        else { return }
        for gap in table.members.gaps(in: record) { untitledMembers.insert("\(table.id): \(gap)") }
    }

    private func checkExclusive(_ rule: Exclusive) {
        var owners: [String: RequestID] = [:]
        for request in openRequests where request.service.rawValue == rule.service {
            do {
                guard let states = table(of: request)?.stateBook,
                    let key = try rule.key(RawRequest(request), states)
                else { continue }
                if owners[key] != nil {
                    found("\(rule.service): two open requests both have \"\(key)\", which is exclusive: claim it")
                }
                owners[key] = request.id
            } catch {
                found("\(rule.service): a record cannot be read: \(error)")
            }
        }
    }
}
