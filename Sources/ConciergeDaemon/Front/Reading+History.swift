import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

extension Reading {
    /// Reads history lines of a time. Lines are in the order of their numbers, and so are their times, unless the machine's
    /// clock was put back; the time of the first line is found by bisection.
    func history(
        _ call: RequestMethods.History, for principal: Principal
    ) async throws -> RequestMethods.History.Reply {
        let limit = try Self.limit(call.limit)
        let service = call.service.map { ServiceID($0) }
        if let since = call.since, let until = call.until, since > until {
            throw ControlError.invalid(
                "until", Text(fr: "la fin est avant le début", en: "the end is before the beginning"))
        }
        var after = try Self.cursor(call.after) ?? 0
        if call.after == nil, let since = call.since { after = try await place(before: since) }
        let page = try await ledger.entries(after: after, service: service, limit: limit)
        let lines = page.elements.prefix { line in call.until.map { line.entry.at < $0 } ?? true }
        let hides = access.hidesSecrets(from: principal)
        return RequestMethods.History.Reply(
            entries: lines.map { views.entry($0, hidingSecrets: hides) },
            next: lines.count == page.elements.count ? page.next.map { String($0) } : nil)
    }

    /// The number of a line before which all lines are older than a moment, and after which none is.
    private func place(before moment: Instant) async throws -> Int64 {
        var (low, high): (Int64, Int64) = (0, try await ledger.lastEntry())
        while low < high {
            let middle = low + (high - low) / 2
            // Numbers of lines that were deleted are skipped.
            let next = try await ledger.entries(after: middle, service: nil, limit: 1).elements.first
            if let next, next.entry.at < moment { low = next.seq } else { high = middle }
        }
        return low
    }
}
